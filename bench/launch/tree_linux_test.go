package launch

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func usage(t *testing.T, s *Server) Usage {
	t.Helper()
	u, err := s.Usage()
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// near says whether a time is within 20 % of what burn takes.
func near(used time.Duration) bool { return used > burnt*8/10 && used < burnt*12/10 }

func TestUsageCountsTheWholeTree(t *testing.T) {
	t.Parallel()
	s := launch(t, command("healthy"))
	before := usage(t, s)
	if before.Processes != 1 || before.RSS <= 0 || before.PeakRSS < before.RSS || before.PSS <= 0 || before.PSS > before.RSS {
		t.Errorf("got %+v, want one process, and its memory", before)
	}
	pid := brood(t, s, "burn")
	alive := usage(t, s)
	if used := Between(before, alive); !near(used.CPU) || used.Processes != 2 || used.RSS <= before.RSS || used.At <= 0 {
		t.Errorf("while the child lives: got %+v, want %v of CPU and two processes", used, burnt)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	await(t, "the child has ended", func() bool { return gone(pid) })
	if used := Between(before, usage(t, s)); !near(used.CPU) || used.Processes != 1 {
		t.Errorf("before it is waited for: got %+v, want %v of CPU and one process", used, burnt)
	}
	get(t, s, "/reap")
	if used := Between(before, usage(t, s)); !near(used.CPU) {
		t.Errorf("after it was waited for: got %+v, want %v of CPU", used, burnt)
	}
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	if used := Between(before, usage(t, s)); !near(used.CPU) || used.Processes != 0 || used.PeakRSS != alive.PeakRSS && used.PeakRSS < alive.RSS {
		t.Errorf("after all: got %+v, want %v of CPU, no process and the peak", used, burnt)
	}
}

// A parent that ignores its children's end is never told what they have used, and neither is the kernel's account.
func TestUsageOfChildrenThatNobodyWaitsFor(t *testing.T) {
	t.Parallel()
	s := launch(t, command("healthy"))
	get(t, s, "/heedless")
	before := usage(t, s)
	pid := brood(t, s, "burn")
	usage(t, s)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	await(t, "the child has ended", func() bool { return gone(pid) })
	if used := Between(before, usage(t, s)); !near(used.CPU) {
		t.Errorf("got %v, want %v", used.CPU, burnt)
	}
}

func TestNothingSurvives(t *testing.T) {
	t.Parallel()
	order := command("healthy")
	order.Grace = 300 * time.Millisecond
	s := launch(t, order)
	pids := []int{
		s.PID(), brood(t, s, "idle"), brood(t, s, "deafchild"), brood(t, s, "idle&away"), brood(t, s, "deafchild&away"),
	}
	if got := usage(t, s).Processes; got != len(pids) {
		t.Errorf("%d processes, want %d", got, len(pids))
	}
	err := s.Stop()
	e, ok := errors.AsType[*StopError](err)
	if !ok || len(e.Alive) != 0 {
		t.Fatalf("got %v, want that the two were killed that are deaf", err)
	}
	for _, pid := range []int{pids[2], pids[4]} {
		if !strings.Contains(err.Error(), fmt.Sprintf("(pid %d)", pid)) {
			t.Errorf("%v does not name process %d", err, pid)
		}
	}
	for _, pid := range pids {
		if !gone(pid) {
			t.Errorf("process %d is still there", pid)
		}
	}
}

func TestServerInTheBackground(t *testing.T) {
	t.Parallel()
	s, err := Start(t.Context(), command("daemon"))
	if err == nil {
		_ = s.Stop()
	}
	e, ok := errors.AsType[*NotReadyError](err)
	if !ok || !strings.Contains(e.Why, "it went to the background") {
		t.Fatalf("got %v, want that it went to the background", err)
	}
	_, rest, _ := strings.Cut(e.Why, "(pid ")
	number, _, _ := strings.Cut(rest, ")")
	if pid, err := strconv.Atoi(number); err != nil || !gone(pid) {
		t.Errorf("%q: process %q, %v; want it named and gone", e.Why, number, err)
	}
}

// An answer on the port is no proof that the server gave it.
func TestAnotherServerOnThePort(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	addr := strings.TrimPrefix(other.URL, "http://")
	idle := self("idle")
	if err := idle.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = idle.Process.Kill()
		_ = idle.Wait()
	}()
	late := &Server{addr: addr, tree: newTree(idle.Process.Pid, "_NO_SUCH_VARIABLE")}
	got := late.probe(t.Context(), "", patience)
	if want := fmt.Sprintf("(pid %d)", os.Getpid()); !strings.Contains(got.why, "held by another server") || !strings.Contains(got.why, want) {
		t.Errorf("got %+v, want that %s has the port", got, want)
	}
}

// The server ends although this process cannot end it any more.
func TestServerOfALauncherThatIsKilled(t *testing.T) {
	t.Parallel()
	parent := self("parent")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	_, err = fmt.Fscan(out, &pid)
	if killErr := parent.Process.Kill(); killErr != nil {
		t.Error(killErr)
	}
	_ = parent.Wait()
	if err != nil {
		t.Fatal(err)
	}
	await(t, "the server has ended", func() bool { return gone(pid) })
}

// real skips a test, or fails it where all parts are asked for.
func real(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err == nil {
		return
	}
	if os.Getenv("AIBENCH_REQUIRE_REAL") == "1" {
		t.Fatalf("%s is missing, and AIBENCH_REQUIRE_REAL=1 asks for it", program)
	}
	t.Skipf("%s is not installed", program)
}

func TestGunicorn(t *testing.T) {
	t.Parallel()
	real(t, "/usr/bin/gunicorn")
	dir := t.TempDir()
	const app = `
import os, time

def app(environ, start_response):
    if environ["PATH_INFO"] == "/burn":
        begun = time.process_time()
        while time.process_time() - begun < 0.5:
            pass
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]
`
	if err := os.WriteFile(filepath.Join(dir, "app.py"), []byte(app), 0o600); err != nil {
		t.Fatal(err)
	}
	s := launch(t, Command{
		Line: "/usr/bin/gunicorn app:app -w {w} -b {addr}", Vars: map[string]string{"w": "3"}, Dir: dir, Ready: "/",
		Env: []string{"PYTHONDONTWRITEBYTECODE=1"},
	})
	workers := map[int]bool{}
	await(t, "an arbiter and three workers", func() bool { return usage(t, s).Processes == 4 })
	before := usage(t, s)
	pid, err := strconv.Atoi(get(t, s, "/burn"))
	if err != nil {
		t.Fatal(err)
	}
	workers[pid] = true
	if used := Between(before, usage(t, s)); !near(used.CPU) {
		t.Errorf("got %v of CPU, want %v", used.CPU, burnt)
	}
	s.tree.mu.Lock()
	for _, m := range s.tree.members {
		workers[m.pid] = true
	}
	s.tree.mu.Unlock()
	if len(workers) != 4 {
		t.Errorf("processes %v, want four, the worker %d among them", slices.Sorted(maps.Keys(workers)), pid)
	}
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	for pid := range workers {
		if !gone(pid) {
			t.Errorf("process %d is still there", pid)
		}
	}
	if log := strings.Join(s.Log(), "\n"); !strings.Contains(log, "Shutting down: Master") {
		t.Errorf("gunicorn was not asked to end:\n%s", log)
	}
}

func TestGunicornThatCannotLoadTheApplication(t *testing.T) {
	t.Parallel()
	real(t, "/usr/bin/gunicorn")
	_, err := Start(t.Context(), Command{Line: "/usr/bin/gunicorn no_such_app:app -b {addr}", Dir: t.TempDir()})
	e, ok := errors.AsType[*NotReadyError](err)
	if !ok || !strings.Contains(e.Why, "exit status 3") || !strings.Contains(err.Error(), "no_such_app") {
		t.Errorf("got %v, want gunicorn's own complaint", err)
	}
}
