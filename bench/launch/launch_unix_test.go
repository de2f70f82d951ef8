//go:build unix

package launch

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what must happen.
const patience = 30 * time.Second

// launch starts a server that the end of the test ends.
func launch(t *testing.T, c Command) *Server {
	t.Helper()
	s, err := Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop() })
	return s
}

// get is what the server says.
func get(t *testing.T, s *Server, path string) string {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	resp, err := (&http.Client{Transport: transport, Timeout: patience}).Get(s.URL() + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s %s, %v", path, resp.Status, body, err)
	}
	return string(body)
}

// brood lets the server have a child in a role, and returns the child's number.
func brood(t *testing.T, s *Server, role string) int {
	t.Helper()
	pid, err := strconv.Atoi(get(t, s, "/brood?"+role))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// gone says whether a process has ended, be it that nobody has waited for it yet.
func gone(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return true
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && strings.Contains(string(stat), ") Z ")
}

// await polls until something holds.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	limit := time.After(patience)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !holds() {
		select {
		case <-look.C:
		case <-limit:
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

func TestServerLivesAndEnds(t *testing.T) {
	t.Parallel()
	s := launch(t, command("healthy"))
	if err := syscall.Kill(s.PID(), 0); err != nil || s.Err() != nil {
		t.Fatalf("process %d: %v, %v; want it alive", s.PID(), err, s.Err())
	}
	select {
	case <-s.Died():
		t.Fatal("died")
	default:
	}
	if host, _, err := net.SplitHostPort(strings.TrimPrefix(s.URL(), "http://")); err != nil || host != "127.0.0.1" {
		t.Errorf("URL %s, want one on 127.0.0.1", s.URL())
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := s.Stop(); err != nil {
				t.Errorf("stop: %v", err)
			}
		})
	}
	wg.Wait()
	<-s.Died()
	if err := s.Err(); err != nil {
		t.Errorf("a server that was stopped ended by itself: %v", err)
	}
	if got := s.Log(); len(got) != 1 || got[0] != "serving" {
		t.Errorf("log %q, want the one line", got)
	}
	if !gone(s.PID()) {
		t.Errorf("process %d is still there", s.PID())
	}
}

func TestDeathAtOnceShowsTheLog(t *testing.T) {
	t.Parallel()
	_, err := Start(t.Context(), command("dies"))
	e, ok := errors.AsType[*NotReadyError](err)
	if !ok {
		t.Fatal(err)
	}
	if got := strings.Join(e.Log, "|"); got != "reading the configuration|no such table" {
		t.Errorf("log %q, want both lines, without colours", got)
	}
	if !strings.HasSuffix(err.Error(), "its last lines:\nreading the configuration\nno such table") {
		t.Errorf("error %q does not end with the log", err)
	}
}

func TestDeathDuringARun(t *testing.T) {
	t.Parallel()
	s := launch(t, command("healthy"))
	go func() {
		resp, err := http.Get(s.URL() + "/die")
		if err == nil {
			resp.Body.Close()
		}
	}()
	select {
	case <-s.Died():
	case <-time.After(patience):
		t.Fatal("it lives on")
	}
	if err := s.Err(); err == nil || !strings.Contains(err.Error(), "exit status 7") {
		t.Errorf("got %v, want exit status 7", err)
	}
	if err := s.Stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
	if err := s.Err(); err == nil {
		t.Error("after Stop it is no longer known how the server ended")
	}
}

func TestDeafServerIsKilled(t *testing.T) {
	t.Parallel()
	order := command("deaf")
	order.Grace = 100 * time.Millisecond
	s := launch(t, order)
	err := s.Stop()
	if e, ok := errors.AsType[*StopError](err); !ok || len(e.Killed) != 1 || len(e.Alive) != 0 {
		t.Errorf("got %v, want one killed", err)
	}
	if !gone(s.PID()) {
		t.Errorf("process %d is still there", s.PID())
	}
	if again := s.Stop(); !errors.Is(again, err) {
		t.Errorf("the second Stop: %v, want what the first said", again)
	}
}

// Who hurries waits for no grace, and what is killed for that is no fault of the server.
func TestHurry(t *testing.T) {
	t.Parallel()
	hurry := make(chan struct{})
	order := command("deaf")
	order.Grace, order.Hurry = time.Hour, hurry
	s := launch(t, order)
	close(hurry)
	if err := s.Stop(); err != nil {
		t.Errorf("got %v", err)
	}
	if !gone(s.PID()) {
		t.Errorf("process %d is still there", s.PID())
	}
}

func TestLogNeverHoldsTheServerUp(t *testing.T) {
	t.Parallel()
	s := launch(t, command("chatty")) // it writes megabytes before it listens, and goes on
	lines := s.Log()
	size := 0
	for _, line := range lines {
		size += len(line) + 1
	}
	if size == 0 || size > keptLog {
		t.Errorf("the log is %d bytes, want some and at most %d", size, keptLog)
	}
	if first := lines[0]; !strings.HasPrefix(first, "it goes on") {
		t.Errorf("the log begins with half a line: %q", first)
	}
}

func TestStartThatIsCancelled(t *testing.T) {
	t.Parallel()
	why := errors.New("the user has left")
	ctx, cancel := context.WithCancelCause(t.Context())
	order := command("idle")
	file := t.TempDir() + "/pid"
	order.Line = "echo $$ >" + file + "; " + order.Line
	go func() {
		look := time.NewTicker(5 * time.Millisecond)
		defer look.Stop()
		for range look.C {
			if data, err := os.ReadFile(file); err == nil && len(data) > 0 {
				break
			}
		}
		cancel(why)
	}()
	_, err := Start(ctx, order)
	if !errors.Is(err, why) {
		t.Fatalf("got %v, want %v", err, why)
	}
	data, _ := os.ReadFile(file)
	if pid, err := strconv.Atoi(strings.TrimSpace(string(data))); err != nil || !gone(pid) {
		t.Errorf("process %q, %v: want it gone", data, err)
	}
}
