package cmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/aibench/aibench/report"
)

// A results is the set of files that -o asked for. They are opened before the
// run, under other names beside their own, so that a place that cannot be
// written to is found before the work and not after it; commit moves them to
// their names, discard leaves nothing behind.
type results struct {
	files   []*resultFile
	samples *report.Samples
}

type resultFile struct {
	name string // as given
	path string // where it ends up
	file *os.File
	temp string // "" when path is written to directly: a pipe, a device
}

// openResults opens all files, or none. Its errors are for the user.
func openResults(names []string) (*results, error) {
	r := &results{}
	for _, name := range names {
		f, err := openResult(name)
		if err != nil {
			r.discard()
			return nil, cannot(reason(err), "another place or name for -o", "-o %s cannot be written", name)
		}
		r.files = append(r.files, f)
		if strings.HasSuffix(name, report.SamplesExt) && r.samples == nil {
			r.samples = report.NewSamples(f.file)
		}
	}
	return r, nil
}

// reason is what a file error says about the file that the user named, not
// about the temporary one.
func reason(err error) error {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err
	}
	return err
}

func openResult(name string) (*resultFile, error) {
	path := name
	if target, err := filepath.EvalSymlinks(name); err == nil {
		path = target
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, errors.New("it is a directory")
	case err == nil && !info.Mode().IsRegular():
		return openDevice(name, path, info.Mode())
	case err == nil:
		// What may not be written must not be replaced either.
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, err
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
	temp := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%d.tmp", filepath.Base(path), os.Getpid()))
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, err
	}
	r := &resultFile{name: name, path: path, file: f, temp: temp}
	if err := probe(f); err != nil {
		r.discard()
		return nil, err
	}
	return r, nil
}

// openDevice opens what is written to directly. A device is asked with an empty
// line, which every format suffers; what a pipe is given its reader gets.
func openDevice(name, path string, mode os.FileMode) (*resultFile, error) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	if mode&os.ModeDevice != 0 {
		if _, err := f.WriteString("\n"); err != nil {
			_ = f.Close() // the first error is the one to tell
			return nil, err
		}
	}
	return &resultFile{name: name, path: path, file: f}, nil
}

// probe finds a full disk: creating a file alone needs no block.
func probe(f *os.File) error {
	const size = 64 << 10
	if _, err := f.Write(make([]byte, size)); err != nil {
		return err
	}
	// Some file systems have no sync; what they do have is found by writing.
	if err := f.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.Seek(0, io.SeekStart)
	return err
}

// commit writes every file and moves it to its name. It tries all, and joins
// the errors. Of several runs, a format of one takes the first.
func (r *results) commit(runs ...*report.Run) error {
	return r.commitAs(func(f *resultFile) error {
		if format, ok := formatOf(f.name); ok {
			return format.write(f.file, runs)
		}
		if r.samples == nil {
			return nil
		}
		err := r.samples.Close()
		r.samples = nil
		return err
	})
}

// commitAs does what commit does, with what write puts into each file.
func (r *results) commitAs(write func(f *resultFile) error) error {
	var failed error
	for _, f := range r.files {
		if err := f.complete(write); err != nil {
			failed = errors.Join(failed, cannot(reason(err), "", "write %s", f.name))
		}
	}
	r.files, r.samples = nil, nil
	return failed
}

func (f *resultFile) complete(write func(f *resultFile) error) error {
	defer f.discard()
	if err := errors.Join(write(f), f.file.Close()); err != nil || f.temp == "" {
		return err
	}
	return os.Rename(f.temp, f.path)
}

// discard closes what is open and removes what has not reached its name. After
// commit there is nothing left to do.
func (r *results) discard() {
	if r.samples != nil {
		// The file goes, so what its writer has to say does not matter.
		_ = r.samples.Close()
	}
	for _, f := range r.files {
		f.discard()
	}
	r.files, r.samples = nil, nil
}

// discard is best effort: after a rename, both fail and should.
func (f *resultFile) discard() {
	_ = f.file.Close()
	if f.temp != "" {
		_ = os.Remove(f.temp)
	}
}
