//go:build unix

package cmd_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// held is a server that tells of a request and answers when it is let go.
func held(t *testing.T) (url string, seen <-chan struct{}, release func()) {
	t.Helper()
	arrived, let := make(chan struct{}, 8), make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, 1<<20))
		arrived <- struct{}{}
		select {
		case <-let:
		case <-r.Context().Done():
		}
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "data: a\n\n")
	}))
	t.Cleanup(s.Close)
	return s.URL, arrived, func() { close(let) }
}

// A terminal that closes takes no results along, and leaves no files.
func TestHangupLosesNoRunFile(t *testing.T) {
	t.Parallel()
	if signal.Ignored(syscall.SIGHUP) {
		t.Skip("these tests run under nohup, and so would the program")
	}
	url, seen, _ := held(t)
	file := filepath.Join(t.TempDir(), "h.json")
	run := aibench(t, "stream", url, "-c", "1", "-d", "60s", "--drain", "0", "-q", "-o", file)
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	<-seen
	if err := run.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if exit, ok := errors.AsType[*exec.ExitError](run.Wait()); !ok || exit.ExitCode() != 129 {
		t.Errorf("ended with %v, want 129", exit)
	}
	ended(t, file, `"ending":"stopped"`)
}

func TestHangupUnderNohupIsNone(t *testing.T) {
	t.Parallel()
	nohup, err := exec.LookPath("nohup")
	if err != nil {
		t.Skip("there is no nohup here")
	}
	url, seen, release := held(t)
	file := filepath.Join(t.TempDir(), "n.json")
	run := aibench(t, "stream", url, "-n", "1", "-c", "1", "-q", "-o", file)
	// A name for its program is all that tells this binary that it is aibench.
	link := filepath.Join(t.TempDir(), "aibench")
	if err := os.Symlink(run.Path, link); err != nil {
		t.Fatal(err)
	}
	run.Args = append([]string{"nohup", link}, run.Args[1:]...)
	run.Path = nohup
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	<-seen
	if err := run.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	release()
	_ = run.Wait() // 0, or 97 on a busy machine
	ended(t, file, `"ending":"completed"`)
}

func ended(t *testing.T, file, want string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(b), want) {
		t.Errorf("%s: no %s (%v)", file, want, err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), ".*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}
