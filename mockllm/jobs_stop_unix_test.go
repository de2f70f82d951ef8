//go:build unix

package mockllm

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// house is an arbiter in a process of its own, with a directory of its own for temporary files.
type house struct {
	*clerk
	arbiter *os.Process
	temp    string
	exited  chan error // when no process of it is left
}

// startHouse runs cfg until the test ends.
func startHouse(t *testing.T, cfg Config) *house {
	t.Helper()
	temp, err := os.MkdirTemp("", "s") // short: there is a socket in it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(temp) })
	cfg.Bind, cfg.Ledger = "127.0.0.1:0", filepath.Join(t.TempDir(), "ledger")
	in, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	cmd := self("arbiter")
	cmd.Env = append(cmd.Env, "TMPDIR="+temp)
	cmd.Stdin = strings.NewReader(string(in))
	cmd.Stderr = nil
	errs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &court{t: t, ledger: cfg.Ledger, lines: make(chan string, 1000)}
	go c.collect(out)
	h := &house{arbiter: cmd.Process, temp: temp, exited: make(chan error, 1)}
	go func() {
		_, _ = io.Copy(io.Discard, errs) // all workers have it: its end is theirs
		h.exited <- cmd.Wait()
	}()
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	c.base = c.await(`ready (\S+)`)[1]
	h.clerk = c.clerk()
	return h
}

// A stop lets running jobs end, leaves queued ones where they are, and whatever stops a server leaves nothing behind.
func TestStopsLeaveNothingBehind(t *testing.T) {
	tests := []struct {
		name     string
		queue    string
		signals  []os.Signal
		finished bool // the job that runs
	}{
		{"TERM", "", []os.Signal{syscall.SIGTERM}, true},
		{"TERM, in memory", "memory", []os.Signal{syscall.SIGTERM}, true},
		{"TERM twice", "", []os.Signal{syscall.SIGTERM, syscall.SIGTERM}, false},
		{"TERM twice, in memory", "memory", []os.Signal{syscall.SIGTERM, syscall.SIGTERM}, false},
		{"QUIT", "", []os.Signal{syscall.SIGQUIT}, false},
		{"KILL", "", []os.Signal{syscall.SIGKILL}, false},
		{"KILL, in memory", "memory", []os.Signal{syscall.SIGKILL}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			work := 60_000
			if tt.finished {
				work = 300
			}
			h := startHouse(t, Config{Queue: tt.queue, JobWorkers: 1})
			id := h.mustSubmit(fmt.Sprintf(`{"ms":%d}`, work))
			queued := h.mustSubmit(`{}`)
			for deadline := time.Now().Add(patience); len(readLedger(t, h.ledger, "job")) < 3; {
				if _, err := h.do(http.MethodGet, "/healthz", ""); err != nil || time.Now().After(deadline) {
					t.Fatalf("the job was not begun: %v", err)
				}
			}
			if homes, _ := os.ReadDir(h.temp); len(homes) != 1 {
				t.Fatalf("%v in the directory for temporary files", homes)
			} else if info, err := homes[0].Info(); err != nil || info.Mode().Perm() != 0o700 {
				t.Errorf("others may look into %v: %v", info, err)
			}
			for i, sig := range tt.signals {
				if i > 0 {
					h.await(`^stopping: `)
				}
				if err := h.arbiter.Signal(sig); err != nil {
					t.Fatal(err)
				}
			}
			select {
			case <-h.exited:
			case <-time.After(patience):
				t.Fatal("the server goes on")
			}
			if homes, _ := os.ReadDir(h.temp); len(homes) != 0 {
				t.Errorf("%v is left", homes)
			}
			got := map[string]string{}
			for _, line := range readLedger(t, h.ledger, "job") {
				got[line.ID] += line.Event + " "
			}
			want := map[string]string{id: "submitted claimed ", queued: "submitted "}
			if tt.finished {
				want[id] += "finished "
			}
			for id, want := range want {
				words, wanted := strings.Fields(got[id]), strings.Fields(want)
				slices.Sort(words)
				slices.Sort(wanted)
				if !slices.Equal(words, wanted) {
					t.Errorf("ledger: job %s: %q, want %q", id, words, wanted)
				}
			}
		})
	}
}

// Whoever watches a job over real sockets is told that the server goes, and not left to wait for a job that nobody runs.
func TestStopTellsWhoWatches(t *testing.T) {
	t.Parallel()
	c := startArbiter(t, Config{JobWorkers: -1})
	k := c.clerk()
	id := k.mustSubmit(`{}`)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, c.base+jobPath+"/"+id+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.CloseNow()
	if _, data, err := ws.Read(ctx); err != nil || string(data) != `{"event":"status","status":"queued"}` {
		t.Fatalf("%v: %s", err, data)
	}
	c.order(Stop)
	if _, _, err := ws.Read(ctx); websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("%v, want a close with 1001", err)
	}
	if err := c.wait(); err != nil {
		t.Error(err)
	}
	if lines := readLedger(t, c.ledger, "request"); len(lines) != 2 || lines[1].Status != http.StatusSwitchingProtocols || lines[1].finish() != "eof" {
		t.Errorf("ledger: %+v", lines)
	}
}
