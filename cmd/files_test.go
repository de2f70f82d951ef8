package cmd

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/aibench/aibench/report"
)

// listed gives the names in a directory: a run must leave no litter.
func listed(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func TestResultsAppearOnlyWhenWritten(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "run.json")
	if err := os.WriteFile(name, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := openResults([]string{name, filepath.Join(dir, "run.csv"), filepath.Join(dir, "run.samples.jsonl.gz")})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(name); err != nil || string(got) != "before" {
		t.Errorf("touched before the end: %q, %v", got, err)
	}
	if err := r.commit(&report.Run{Schema: report.Schema}); err != nil {
		t.Fatal(err)
	}
	r.discard()
	if got, want := listed(t, dir), "run.csv run.json run.samples.jsonl.gz"; got != want {
		t.Errorf("left %q, want %q", got, want)
	}
	if got, err := os.ReadFile(name); err != nil || !strings.Contains(string(got), report.Schema) {
		t.Errorf("written: %q, %v", got, err)
	}
}

func TestResultsDiscardedLeaveNothing(t *testing.T) {
	dir := t.TempDir()
	r, err := openResults([]string{filepath.Join(dir, "run.json"), filepath.Join(dir, "x.samples.jsonl.gz")})
	if err != nil {
		t.Fatal(err)
	}
	r.discard()
	if got := listed(t, dir); got != "" {
		t.Errorf("left %q", got)
	}
}

func TestResultsThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "dir.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{filepath.Join(dir, "none", "run.json"), filepath.Join(dir, "dir.json")} {
		_, err := openResults([]string{filepath.Join(dir, "good.json"), bad})
		failures := failuresIn(err)
		if len(failures) != 1 || failures[0].code != exitFailed || !strings.Contains(failures[0].what, bad) {
			t.Errorf("%s: %v", bad, err)
		}
		if got := listed(t, dir); got != "dir.json" {
			t.Errorf("%s: left %q", bad, got)
		}
	}
}

// A result goes through a symbolic link, and does not replace it.
func TestResultsFollowLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege there")
	}
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target.json"), filepath.Join(dir, "link.json")
	if err := os.WriteFile(target, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	r, err := openResults([]string{link})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.commit(&report.Run{Schema: report.Schema}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v, %v", info, err)
	}
	if got, err := os.ReadFile(target); err != nil || len(got) == 0 {
		t.Errorf("nothing behind the link: %v", err)
	}
}
