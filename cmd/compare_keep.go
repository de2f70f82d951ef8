package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/aibench/aibench/report"
)

// A runKeeper writes the run files of a comparison into one directory, each
// when its run is over. A nil one keeps nothing.
type runKeeper struct {
	dir   string
	sides []side
	width int // digits of a block's number, so that files sort by it
}

// keepRuns makes the directory ready; nil for none. Files of another comparison
// in it would be taken for this one's.
func keepRuns(dir string, sides []side, blocks int) (*runKeeper, error) {
	if dir == "" {
		return nil, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, cannot(reason(err), "another place for --runs", "--runs %s cannot be made", dir)
	}
	others, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err == nil && len(others) > 0 {
		return nil, usage("a new directory, or an empty one", "--runs %s holds files already, such as %s", dir, filepath.Base(others[0]))
	}
	k := &runKeeper{dir: dir, sides: sides, width: len(fmt.Sprint(blocks))}
	for i, s := range sides {
		for _, other := range sides[:i] {
			if fileName(s.name) == fileName(other.name) {
				return nil, usage("other names", "--runs would keep %s and %s under one name", other.name, s.name)
			}
		}
	}
	return k, nil
}

// write keeps one run.
func (k *runKeeper) write(t turn, run *report.Run) error {
	if k == nil {
		return nil
	}
	f, err := openResults([]string{filepath.Join(k.dir, k.name(t.side, t.block)+".json")})
	if err != nil {
		return err
	}
	defer f.discard()
	return f.commit(run)
}

// name is what a run's file is called, without its extension.
func (k *runKeeper) name(side, block int) string {
	return fmt.Sprintf("%s-%0*d", fileName(k.sides[side].name), k.width, block+1)
}

// discard renames the files of a block that is made again, for the n-th time in
// all, so that no pattern of a side's name takes them for the side's.
func (k *runKeeper) discard(block, n int) error {
	if k == nil {
		return nil
	}
	for side := range k.sides {
		name := k.name(side, block)
		err := os.Rename(filepath.Join(k.dir, name+".json"), filepath.Join(k.dir, fmt.Sprintf("discarded-%d-%s.json", n, name)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // it had no turn
			return cannot(reason(err), "", "--runs %s: set a discarded run aside", k.dir)
		}
	}
	return nil
}

// fileName is a side's name as a file may be called: w=1,k=sync.
func fileName(side string) string {
	return regexp.MustCompile(`[^A-Za-z0-9=._-]+`).ReplaceAllString(side, ",")
}
