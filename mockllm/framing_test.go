package mockllm

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

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
