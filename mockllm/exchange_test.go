package mockllm

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

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
