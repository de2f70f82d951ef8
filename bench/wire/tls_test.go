package wire

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// secured runs a script over TLS.
func secured(cfg *tls.Config, run script) script {
	return func(nc net.Conn, _ *bufio.Reader) {
		tc := tls.Server(nc, cfg)
		run(tc, bufio.NewReader(tc))
	}
}

// secureClient returns a client of a server that is named server.test and runs
// the scripts, over TLS but for the sockets themselves.
func secureClient(t *testing.T, version uint16, scripts ...script) *Client {
	t.Helper()
	a := newAuthority(t)
	server := a.server(t, "server.test", time.Hour)
	server.MaxVersion = version
	for i := range scripts {
		scripts[i] = secured(server, scripts[i])
	}
	return dial(t, Config{Address: "server.test:443", ConnectTo: listen(t, "tcp", "127.0.0.1:0", scripts...), TLS: a.client()})
}

func TestTLS(t *testing.T) {
	t.Parallel()
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			t.Parallel()
			c := secureClient(t, version, say(chunkedHead, "5\r\nhello\r\n", "6\r\n world\r\n0\r\n\r\n"))
			conn, _ := send(t, c, get)
			if got := conn.Timing(); got.Secured < got.Connected || got.Connected < got.Dial {
				t.Errorf("timing %+v is out of order", got)
			}
			conn.Close()
			for _, want := range []bool{false, true, true} {
				if _, body, reused := exchange(t, c, get); body != "hello world" || reused != want {
					t.Errorf("got %q, reused %v; want hello world, %v", body, reused, want)
				}
			}
		})
	}
}

func TestTLSKernelStamps(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux stamps what a TCP socket receives")
	}
	t.Parallel()
	const n = 20
	step := make(chan struct{})
	defer close(step)
	c := secureClient(t, tls.VersionTLS13, func(nc net.Conn, r *bufio.Reader) {
		expect(r)
		_, _ = io.WriteString(nc, chunkedHead)
		for range step {
			_, _ = io.WriteString(nc, "3\r\nabc\r\n")
		}
	})
	conn, _ := send(t, c, get)
	defer conn.Close()
	if _, _, err := conn.ReadHead(); err != nil {
		t.Fatal(err)
	}
	bounded(t, conn)
	for stamped := 0; stamped < n; {
		before := c.now()
		step <- struct{}{}
		b, at, err := conn.ReadBody()
		if string(b) != "abc" || err != nil {
			t.Fatalf("got %q, %v", b, err)
		}
		if at.HasKernel {
			stamped++
		} else if stamped > 0 {
			t.Error("a read without a kernel stamp behind one with it")
		}
		if at.At() < before || at.At() > at.User {
			t.Errorf("stamp %+v, sent after %v", at, before)
		}
	}
}

// Every failure of verification is an error of the TLS step, in clear words.
func TestTLSRefused(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	good := secured(a.server(t, "server.test", time.Hour), say(ok+"\r\n"))
	tests := []struct {
		name   string
		server script
		cfg    Config
		want   string
	}{
		{"unknown authority", good, Config{Address: "server.test:443", TLS: newAuthority(t).client()}, "unknown authority"},
		{"wrong name", good, Config{Address: "other.test:443", TLS: a.client()}, "server.test, not other.test"},
		{"expired", secured(a.server(t, "server.test", -time.Minute), say()), Config{Address: "server.test:443", TLS: a.client()}, "expired"},
		{"plain text", func(nc net.Conn, _ *bufio.Reader) { _, _ = io.WriteString(nc, "HTTP/1.1 400 Bad Request\r\n\r\n") },
			Config{Address: "server.test:443", TLS: a.client()}, "does not look like a TLS handshake"},
		{"closed", func(net.Conn, *bufio.Reader) {}, Config{Address: "server.test:443", TLS: a.client()}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.cfg.ConnectTo = listen(t, "tcp", "127.0.0.1:0", tt.server)
			_, _, err := dial(t, tt.cfg).Get(t.Context())
			if err == nil || !strings.HasPrefix(err.Error(), "TLS: ") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error of TLS that says %q", err, tt.want)
			}
		})
	}
}

func TestTLSNameFollowsTheAddress(t *testing.T) {
	t.Parallel()
	given := &tls.Config{ServerName: "other.test", NextProtos: []string{"x"}}
	if got := (Config{Address: "a.test:443", TLS: given}).withDefaults().TLS; got.ServerName != "other.test" || got.NextProtos[0] != "x" {
		t.Errorf("what was given was replaced: %q, %q", got.ServerName, got.NextProtos)
	}
	empty := &tls.Config{}
	got := (Config{Address: "[::1]:443", TLS: empty}).withDefaults().TLS
	if got.ServerName != "::1" || len(got.NextProtos) != 1 || empty.ServerName != "" {
		t.Errorf("got %q, %q; want ::1 and http/1.1, and the caller's own untouched", got.ServerName, got.NextProtos)
	}
}

func TestTLSOtherProtocol(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	server, client := a.server(t, "server.test", time.Hour), a.client()
	server.NextProtos, client.NextProtos = []string{"h2"}, []string{"h2"}
	address := listen(t, "tcp", "127.0.0.1:0", secured(server, say(ok)))
	_, _, err := dial(t, Config{Address: "server.test:443", ConnectTo: address, TLS: client}).Get(t.Context())
	if err == nil || !strings.Contains(err.Error(), `"h2"`) {
		t.Errorf("got %v, want a refusal of h2", err)
	}
}

// A handshake that hangs ends with ConnectTimeout.
func TestTLSHandshakeTimeout(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := New(Config{
			Address: "server.test:443", TLS: &tls.Config{}, ConnectTimeout: time.Second,
			Dial: func(context.Context, string, string) (net.Conn, error) {
				client, server := net.Pipe()
				go func() { _, _ = io.Copy(io.Discard, server); _ = server.Close() }()
				return client, nil
			},
		})
		_, _, err := c.Get(t.Context())
		wantOp(t, err, OpTLS, os.ErrDeadlineExceeded)
		if c.now() != time.Second {
			t.Errorf("after %v, want 1s", c.now())
		}
	})
}

// An end without close_notify may be anybody's: for a body without a length it
// is a cut.
func TestTLSTruncation(t *testing.T) {
	t.Parallel()
	hello := once(ok+"\r\n", "hello")
	c := secureClient(t, tls.VersionTLS13,
		func(nc net.Conn, r *bufio.Reader) {
			hello(nc, r)
			_ = nc.Close() // sends close_notify
		},
		hello) // the socket beneath is closed
	if _, body, _ := exchange(t, c, get); body != "hello" {
		t.Errorf("got %q, want hello", body)
	}
	conn, _ := send(t, c, get)
	_, body, err := readAll(conn)
	wantOp(t, err, OpBody, io.ErrUnexpectedEOF)
	if body != "hello" {
		t.Errorf("got %q, want hello", body)
	}
	conn.Release()
}

// dribble writes byte by byte, so that records come in pieces.
type dribble struct{ net.Conn }

func (d dribble) Write(b []byte) (int, error) {
	for i := range b {
		if _, err := d.Conn.Write(b[i : i+1]); err != nil {
			return i, err
		}
		runtime.Gosched()
	}
	return len(b), nil
}

func TestTLSRecordsInPieces(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	run := secured(a.server(t, "server.test", time.Hour), say(chunkedHead, "5\r\nhello\r\n", "6\r\n world\r\n0\r\n\r\n"))
	address := listen(t, "tcp", "127.0.0.1:0", func(nc net.Conn, r *bufio.Reader) { run(dribble{nc}, r) })
	c := dial(t, Config{Address: "server.test:443", ConnectTo: address, TLS: a.client()})
	for _, want := range []bool{false, true} {
		if _, body, reused := exchange(t, c, get); body != "hello world" || reused != want {
			t.Errorf("got %q, reused %v; want hello world, %v", body, reused, want)
		}
	}
}

// Bodies larger than all buffers, then silence.
func TestTLSBurst(t *testing.T) {
	t.Parallel()
	for _, size := range []int{bufferSize - 1, bufferSize, bufferSize + 1, 1 << 20} {
		body := bytes.Repeat([]byte("0123456789abcde\n"), size/16+1)[:size]
		c := secureClient(t, tls.VersionTLS13, say(fmt.Sprintf(ok+"Content-Length: %d\r\n\r\n", size), string(body)))
		conn, _ := send(t, c, get)
		bounded(t, conn)
		if _, got, err := readAll(conn); got != string(body) || err != nil {
			t.Errorf("%d bytes: got %d, %v", size, len(got), err)
		}
		conn.Release()
	}
}

// A deadline inside a record loses nothing.
func TestTLSReadGoesOnAfterADeadline(t *testing.T) {
	a := newAuthority(t)
	server, client := a.server(t, "server.test", time.Hour), a.client()
	for _, cfg := range []*tls.Config{server, client} {
		cfg.Time = time.Now // certificates are of now, a bubble's clock is not
	}
	real := time.Now()
	client.Time = func() time.Time { return real }
	bubble(t, func(t *testing.T) {
		run := secured(server, func(nc net.Conn, r *bufio.Reader) {
			expect(r)
			_, _ = io.WriteString(nc, ok+"Content-Length: 2\r\n\r\n")
			slow, ok := nc.(*tls.Conn).NetConn().(*halting)
			if !ok {
				return
			}
			slow.halt = time.Second
			_, _ = io.WriteString(nc, "hi")
		})
		c := New(Config{Address: "server.test:443", TLS: client, Dial: func(context.Context, string, string) (net.Conn, error) {
			near, far := net.Pipe()
			go func() {
				run(&halting{Conn: far}, nil)
				_ = far.Close()
			}()
			return near, nil
		}})
		conn, _ := send(t, c, get)
		if _, _, err := conn.ReadHead(); err != nil {
			t.Fatal(err)
		}
		if err := conn.SetReadDeadline(500 * time.Millisecond); err != nil {
			t.Fatal(err)
		}
		_, _, err := conn.ReadBody()
		wantOp(t, err, OpBody, os.ErrDeadlineExceeded)
		if err := conn.SetReadDeadline(-1); err != nil {
			t.Fatal(err)
		}
		if b, at, err := conn.ReadBody(); string(b) != "hi" || at.User != time.Second || err != nil {
			t.Errorf("got %q at %v, %v; want hi at 1s", b, at.User, err)
		}
		conn.Release()
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

// halting writes the first half of what it is given, halts, and writes the
// other.
type halting struct {
	net.Conn
	halt time.Duration
}

// Write halts in the middle; in a bubble.
func (h *halting) Write(b []byte) (int, error) {
	if h.halt == 0 {
		return h.Conn.Write(b)
	}
	n, err := h.Conn.Write(b[:len(b)/2])
	if err != nil {
		return n, err
	}
	time.Sleep(h.halt)
	m, err := h.Conn.Write(b[len(b)/2:])
	return n + m, err
}
