package mockllm

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
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

func TestRequestFraming(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\nx-aibench-worker: 1\n"
	tests := []struct{ name, send, want string }{
		{
			"connection close", "GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
			ok + "connection: close\ncontent-length: 7\ncontent-type: text/plain\n\nGET /a ",
		},
		{
			"HTTP/1.0", "GET /a HTTP/1.0\r\n\r\n",
			ok + "connection: close\ncontent-length: 7\ncontent-type: text/plain\n\nGET /a ",
		},
		{
			"bare line feeds and leading empty lines", "\r\n\nGET /a HTTP/1.0\n\n",
			ok + "connection: close\ncontent-length: 7\ncontent-type: text/plain\n\nGET /a ",
		},
		{
			"keep-alive, then pipelined",
			"GET /a HTTP/1.1\r\nHost: h\r\n\r\nPOST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nxyzGET /c HTTP/1.0\r\n\r\n",
			ok + "content-length: 7\ncontent-type: text/plain\n\nGET /a " +
				ok + "content-length: 11\ncontent-type: text/plain\n\nPOST /b xyz" +
				ok + "connection: close\ncontent-length: 7\ncontent-type: text/plain\n\nGET /c ",
		},
		{
			"HTTP/1.0 keep-alive", "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /b HTTP/1.0\r\n\r\n",
			ok + "connection: keep-alive\ncontent-length: 7\ncontent-type: text/plain\n\nGET /a " +
				ok + "connection: close\ncontent-length: 7\ncontent-type: text/plain\n\nGET /b ",
		},
		{
			"chunked request",
			"POST /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n" +
				"3;x=y\r\nabc\r\nA \r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n",
			ok + "connection: close\ncontent-length: 21\ncontent-type: text/plain\n\nPOST /a abc0123456789",
		},
		{
			"HEAD has no body", "HEAD /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
			ok + "connection: close\ncontent-length: 8\ncontent-type: text/plain\n\n",
		},
		{
			"leave to continue",
			"POST /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n|x",
			"HTTP/1.1 100 Continue\n\n" + ok + "connection: close\ncontent-length: 9\ncontent-type: text/plain\n\nPOST /a x",
		},
	}
	for _, test := range tests {
		for _, piece := range []int{1, 7, 1 << 20} {
			t.Run(test.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := startWorker(t, Config{}, echo)
					if got := normal(w.sayInPieces(t, test.send, piece)); got != test.want {
						t.Errorf("in pieces of %d: got\n%q, want\n%q", piece, got, test.want)
					}
				})
			})
		}
	}
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

func TestRefusals(t *testing.T) {
	tests := []struct {
		name, send string
		status     int
	}{
		{"not HTTP", "hello\r\n\r\n", 400},
		{"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
		{"no host", "GET / HTTP/1.1\r\n\r\n", 400},
		{"head too large", "GET / HTTP/1.1\r\nHost: h\r\nX: " + strings.Repeat("x", maxHead) + "\r\n\r\n", 431},
		{"head without an end", strings.Repeat("x", maxHead+1), 431},
		{"body too large", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 16777217\r\n\r\n", 413},
		{"chunk too large", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1000001\r\n", 413},
		{"chunk size is no number", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", 400},
		{"chunk longer than its size", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400},
		{"chunk line too long", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("1", 300), 400},
		{"two lengths", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
		{"unknown transfer coding", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", 400},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := startWorker(t, Config{}, echo)
				answer := w.say(t, test.send)
				resp, err := http.ReadResponse(bufio.NewReader(strings.NewReader(answer)), nil)
				if err != nil {
					t.Fatalf("answer %q: %v", answer, err)
				}
				var body struct {
					Error struct{ Message, Type string }
				}
				if err := json.NewDecoder(resp.Body).Decode(&body); err != nil {
					t.Fatal(err)
				}
				if resp.StatusCode != test.status || body.Error.Message == "" || !resp.Close {
					t.Errorf("got %d %+v, close %v; want %d and a message, close true", resp.StatusCode, body, resp.Close, test.status)
				}
				lines := w.lines(t, "request")
				if len(lines) != 1 || lines[0].Status != test.status {
					t.Errorf("ledger %+v, want one line with status %d", lines, test.status)
				}
			})
		})
	}
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

func TestTokensLeaveAtTheirInstants(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWorker(t, Config{}, streamer(3, 20*time.Millisecond))
		c := w.dial(t)
		start := time.Now()
		io.WriteString(c, get)
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || time.Since(start) != 0 {
			t.Fatalf("head after %v (%v), want 0s", time.Since(start), err)
		}
		for i := range 3 {
			var buf [100]byte
			n, err := resp.Body.Read(buf[:])
			want := time.Duration(i+1) * 20 * time.Millisecond
			if got := time.Since(start); got != want || string(buf[:n]) != "data: t\n\n" {
				t.Errorf("token %d: %q (%v) after %v, want it after %v", i, buf[:n], err, got, want)
			}
		}
		if n, err := io.Copy(io.Discard, resp.Body); n != 0 || err != nil {
			t.Errorf("after the last token: %d bytes, %v", n, err)
		}
		lines := w.lines(t, "request")
		if len(lines) != 1 {
			t.Fatalf("ledger has %d lines, want 1", len(lines))
		}
		l := lines[0]
		first := l.Accepted
		for i, at := range l.Writes {
			if want := first + int64(i+1)*20e6; at != want || l.Planned[i] != want {
				t.Errorf("token %d written at %d, planned at %d, want %d", i, at-first, l.Planned[i]-first, want-first)
			}
		}
		if l.Method != "GET" || l.Path != "/s" || l.Status != 200 || l.FirstWrite != first || len(l.Writes) != 3 ||
			l.Tokens != 3 || l.finish() != "stop" || l.Fault != nil || l.ClientGone || l.Worker != 1 || l.PID != os.Getpid() ||
			l.ID != resp.Header.Get("X-Request-Id") {
			t.Errorf("ledger line %+v", l)
		}
	})
}

func TestBlockFreezesEveryStreamOfTheWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stream := streamer(2, 20*time.Millisecond)
		w := startWorker(t, Config{}, func(x *exchange) {
			if x.req.URL.Path == "/block" {
				x.block(250*time.Millisecond, "fault header")
				echo(x)
				return
			}
			stream(x)
		})
		start := time.Now()
		a, b := w.dial(t), w.dial(t)
		io.WriteString(a, get)
		ra, err := http.ReadResponse(bufio.NewReader(a), nil)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
		io.WriteString(b, "GET /block HTTP/1.1\r\nHost: h\r\n\r\n")
		if _, err := io.Copy(io.Discard, ra.Body); err != nil {
			t.Fatal(err)
		}
		if got, want := time.Since(start), 260*time.Millisecond; got != want {
			t.Errorf("stream ended after %v, want %v", got, want)
		}
		blocks := w.lines(t, "block")
		if len(blocks) != 1 || blocks[0].Cause != "fault header" || blocks[0].Path != "/block" || blocks[0].End-blocks[0].Start != 250e6 {
			t.Errorf("blocks %+v, want one of 250 ms on /block", blocks)
		}
	})
}

func TestFrozenWorkerAcceptsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWorker(t, Config{}, echo)
		w.loop.Post(func() { w.block(time.Second, "test", "") })
		synctest.Wait()
		start := time.Now()
		w.say(t, "GET / HTTP/1.0\r\n\r\n")
		if got := time.Since(start); got != time.Second {
			t.Errorf("answered after %v, want 1s", got)
		}
	})
}

func TestClientGoing(t *testing.T) {
	tests := []struct {
		name  string
		leave func(c net.Conn)
	}{
		{"close", func(c net.Conn) { c.Close() }},
		{"close of the sending half", func(c net.Conn) { c.(*pipeConn).CloseWrite() }},
		{"reset", func(c net.Conn) {
			c.(*pipeConn).SetLinger(0)
			c.Close()
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := startWorker(t, Config{}, streamer(100, 20*time.Millisecond))
				c := w.dial(t)
				io.WriteString(c, get)
				time.Sleep(50 * time.Millisecond)
				test.leave(c)
				synctest.Wait()
				lines := w.lines(t, "request")
				if len(lines) != 1 || !lines[0].ClientGone || lines[0].Tokens != 2 || lines[0].finish() != "gone" {
					t.Errorf("ledger %+v, want one line, client gone after 2 tokens", lines)
				}
			})
		})
	}
}

func TestAbortResetsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWorker(t, Config{}, func(x *exchange) {
			x.head(http.StatusOK, http.Header{})
			x.loop.At(x.loop.Now().Add(time.Second), x.abort)
		})
		c := w.dial(t)
		io.WriteString(c, get)
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); !isReset(err) {
			t.Errorf("got %v, want a reset", err)
		}
		if lines := w.lines(t, "request"); len(lines) != 1 || lines[0].Status != 200 {
			t.Errorf("ledger %+v, want one line", lines)
		}
	})
}

func TestSlowClientIsQueuedForAndThenGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		big := make([]byte, 1<<20)
		w := startWorker(t, Config{}, func(x *exchange) {
			x.head(http.StatusOK, http.Header{})
			x.onGone(x.end)
			var step func()
			step = func() {
				x.write(big)
				if !x.gone() {
					x.loop.At(x.loop.Now().Add(time.Millisecond), step)
				}
			}
			step()
		})
		c := w.dial(t)
		start := time.Now()
		io.WriteString(c, get)
		time.Sleep(time.Second)
		lines := w.lines(t, "request")
		if len(lines) != 1 || !lines[0].ClientGone {
			t.Fatalf("ledger %+v, want one line of a client that is gone", lines)
		}
		if resets := time.Since(start); resets != time.Second {
			t.Errorf("the loop was held up: %v", resets)
		}
	})
}

func TestSlowClientGetsEverythingInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 4000
		w := startWorker(t, Config{}, func(x *exchange) {
			x.head(http.StatusOK, http.Header{})
			for i := range n {
				x.write([]byte(strings.Repeat(string(rune('a'+i%26)), 1000)))
			}
			x.end()
		})
		c := w.dial(t)
		io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
		time.Sleep(time.Second)
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil || len(body) != n*1000 {
			t.Fatalf("got %d bytes (%v), want %d", len(body), err, n*1000)
		}
		for i := range n {
			if body[i*1000] != byte('a'+i%26) || body[i*1000+999] != byte('a'+i%26) {
				t.Fatalf("part %d is out of order", i)
			}
		}
	})
}

// A client that sends many requests without reading must not make the worker hold them all.
func TestReaderWaitsForTheLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWorker(t, Config{}, func(x *exchange) { x.onGone(x.end) }) // never answers
		c := w.dial(t)
		c.SetWriteDeadline(time.Now().Add(time.Second))
		n, err := io.WriteString(c, get+strings.Repeat("x", 1<<20))
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("wrote %d bytes (%v), want a deadline", n, err)
		}
		if bound := maxAhead + PipeBuffer + 2*readSize + len(get); n > bound {
			t.Errorf("the worker and its network took %d bytes, want at most %d", n, bound)
		}
	})
}

func TestShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWorker(t, Config{}, streamer(10, 100*time.Millisecond))
		idle, busy := w.dial(t), w.dial(t)
		io.WriteString(busy, get)
		resp, err := http.ReadResponse(bufio.NewReader(busy), nil)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		start := time.Now()
		go func() {
			if _, err := io.Copy(io.Discard, resp.Body); err != nil {
				t.Errorf("stream during shutdown: %v", err)
			}
		}()
		if err := w.Shutdown(context.Background()); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		if got := time.Since(start); got != time.Second {
			t.Errorf("shutdown took %v, want 1s", got)
		}
		if err := <-w.result; err != nil {
			t.Errorf("serve: %v", err)
		}
		if _, err := idle.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("idle connection: %v, want EOF", err)
		}
		if _, err := w.net.Dial(context.Background(), "", ""); err == nil {
			t.Error("the listener is still open")
		}
		if lines := w.lines(t, "request"); len(lines) != 1 || lines[0].Tokens != 10 {
			t.Errorf("ledger %+v, want one line of 10 tokens", lines)
		}
	})
}

func TestGracefulTimeoutKills(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWorker(t, Config{GracefulTimeout: 500 * time.Millisecond}, streamer(10, 100*time.Millisecond))
		c := w.dial(t)
		io.WriteString(c, get)
		synctest.Wait()
		w.Stop()
		if err := <-w.result; !errors.Is(err, ErrKilled) {
			t.Errorf("serve: %v, want ErrKilled", err)
		}
		lines := w.lines(t, "request")
		if len(lines) != 1 || lines[0].finish() != "killed" || lines[0].Tokens < 4 || lines[0].Tokens > 5 {
			t.Errorf("ledger %+v, want one killed line", lines)
		}
	})
}

func TestShutdownContextKills(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWorker(t, Config{}, streamer(1000, 100*time.Millisecond))
		c := w.dial(t)
		io.WriteString(c, get)
		synctest.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := w.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("shutdown: %v, want the context's error", err)
		}
	})
}

func TestCrashKeepsTheLedgerWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stream := streamer(100, 20*time.Millisecond)
		w := startWorker(t, Config{}, func(x *exchange) {
			if x.req.URL.Path == "/crash" {
				x.entry.fault = "crash"
				x.srv.crash()
			}
			stream(x)
		})
		a, b := w.dial(t), w.dial(t)
		io.WriteString(a, get)
		time.Sleep(50 * time.Millisecond)
		io.WriteString(b, "GET /crash HTTP/1.1\r\nHost: h\r\n\r\n")
		if err := <-w.result; !errors.Is(err, ErrCrashed) {
			t.Errorf("serve: %v, want ErrCrashed", err)
		}
		if lines := w.lines(t, "request"); len(lines) != 2 {
			t.Errorf("ledger has %d lines, want 2", len(lines))
		}
		if _, err := b.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("the crashing request got %v, want EOF", err)
		}
	})
}

func TestMaxRequestsEndsTheWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWorker(t, Config{MaxRequests: 2}, echo)
		w.say(t, "GET / HTTP/1.0\r\n\r\n")
		w.say(t, "GET / HTTP/1.0\r\n\r\n")
		if err := <-w.result; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
}

func TestIdleConnectionIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWorker(t, Config{}, echo)
		c := w.dial(t)
		start := time.Now()
		if _, err := c.Read(make([]byte, 1)); err != io.EOF || time.Since(start) != idleTimeout {
			t.Errorf("closed with %v after %v, want EOF after %v", err, time.Since(start), idleTimeout)
		}
	})
}
