package mockllm

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// ledgerLine is any line of a ledger.
type ledgerLine struct {
	Kind, ID, Method, Path string
	Worker, PID, Status    int
	Attempt                int
	Role                   string
	Accepted               int64   `json:"accepted_ns"`
	FirstWrite             int64   `json:"first_write_ns"`
	Writes                 []int64 `json:"writes_ns"`
	Planned                []int64 `json:"planned_ns"`
	Tokens                 int
	Finish, Fault          *string
	ClientGone             bool  `json:"client_gone"`
	Start                  int64 `json:"start_ns"`
	End                    int64 `json:"end_ns"`
	At                     int64 `json:"at_ns"`
	Cause, Event           string
}

func (l ledgerLine) finish() string {
	if l.Finish == nil {
		return "null"
	}
	return *l.Finish
}

// readLedger returns all lines of a kind; it fails on a line that is not whole.
func readLedger(t testing.TB, path, kind string) []ledgerLine {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var lines []ledgerLine
	for text := range strings.Lines(string(data)) {
		var line ledgerLine
		if err := json.Unmarshal([]byte(text), &line); err != nil || !strings.HasSuffix(text, "}\n") {
			t.Fatalf("ledger line %q: %v", text, err)
		}
		if line.Kind == kind {
			lines = append(lines, line)
		}
	}
	return lines
}

// worker is a server in this process, on a network in memory.
type worker struct {
	*Server
	net    *Pipe
	ledger string
	result chan error
}

// startWorker serves cfg until the test ends; handle, if there is one, replaces the API.
func startWorker(t *testing.T, cfg Config, handle handlerFunc) *worker {
	t.Helper()
	cfg.Ledger = filepath.Join(t.TempDir(), "ledger")
	w := &worker{Server: NewServer(cfg), net: NewPipe(), ledger: cfg.Ledger, result: make(chan error, 1)}
	if handle != nil {
		w.handle = handle
	}
	go func() { w.result <- w.Serve(w.net) }()
	t.Cleanup(w.Kill)
	return w
}

// lines returns the ledger's lines of a kind, once all is written that is due by now.
func (w *worker) lines(t *testing.T, kind string) []ledgerLine {
	t.Helper()
	synctest.Wait()
	return readLedger(t, w.ledger, kind)
}

// dial returns a connection that the worker has taken.
func (w *worker) dial(t *testing.T) net.Conn {
	t.Helper()
	c, err := w.net.Dial(context.Background(), "tcp", "server")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// say sends text on a new connection and returns all that comes back until the worker closes it.
func (w *worker) say(t *testing.T, text string) string {
	t.Helper()
	c := w.dial(t)
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(c)
	if err != nil {
		t.Fatalf("read answer: %v", err)
	}
	return string(answer)
}

// echo answers with the request as it was understood.
func echo(x *exchange) {
	body := x.req.Method + " " + x.req.URL.Path + " " + string(x.body)
	x.head(http.StatusOK, http.Header{"Content-Length": {itoa(len(body))}, "Content-Type": {"text/plain"}})
	x.write([]byte(body))
	x.end()
}

// normal leaves out what differs from run to run.
func normal(answer string) string {
	var b strings.Builder
	for line := range strings.Lines(answer) {
		name, _, _ := strings.Cut(line, ":")
		switch name {
		case "date", "x-request-id":
			continue
		}
		b.WriteString(line)
	}
	return strings.ReplaceAll(b.String(), "\r\n", "\n")
}

// sayInPieces is say with n bytes at a time; a "|" stands for a pause.
func (w *worker) sayInPieces(t *testing.T, text string, n int) string {
	t.Helper()
	c := w.dial(t)
	for part := range strings.SplitSeq(text, "|") {
		for len(part) > 0 {
			piece := part[:min(n, len(part))]
			part = part[len(piece):]
			if _, err := io.WriteString(c, piece); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
	}
	answer, err := io.ReadAll(c)
	if err != nil {
		t.Fatalf("read answer: %v", err)
	}
	return string(answer)
}

// streamer sends n tokens, gap apart, and ends.
func streamer(n int, gap time.Duration) handlerFunc {
	return func(x *exchange) {
		x.head(http.StatusOK, http.Header{"Content-Type": {"text/event-stream"}})
		var timer Timer
		x.onGone(func() {
			timer.Stop()
			x.entry.finish = "gone"
			x.end()
		})
		due := x.loop.Now()
		var step func()
		step = func() {
			x.token([]byte("data: t\n\n"), due)
			if x.entry.tokens == n {
				x.entry.finish = "stop"
				x.end()
				return
			}
			due = due.Add(gap)
			timer = x.loop.At(due, step)
		}
		due = due.Add(gap)
		timer = x.loop.At(due, step)
	}
}

const get = "GET /s?key=secret HTTP/1.1\r\nHost: h\r\n\r\n"
