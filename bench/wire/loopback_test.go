package wire

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// listen serves real connections, the first with the first script, and so on;
// the last script serves all further ones.
func listen(t *testing.T, network, address string, scripts ...script) string {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Skipf("no %s here: %v", network, err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			run := scripts[min(i, len(scripts)-1)]
			wg.Go(func() {
				defer nc.Close()
				run(nc, bufio.NewReader(nc))
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		wg.Wait()
	})
	return l.Addr().String()
}

// bounded makes a lost wake-up a failure instead of a hang.
func bounded(t *testing.T, conn *Conn) {
	t.Helper()
	if err := conn.SetReadDeadline(conn.client.now() + 20*time.Second); err != nil {
		t.Fatal(err)
	}
}

// dial returns a client for the address that is closed before the server is
// waited for.
func dial(t *testing.T, cfg Config) *Client {
	t.Helper()
	c := New(cfg)
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestEveryNetwork(t *testing.T) {
	t.Parallel()
	answer := say(ok+"Content-Length: 2\r\n\r\n", "hi")
	tests := []struct{ name, network, address string }{
		{"IPv4", "tcp", "127.0.0.1:0"},
		{"IPv6", "tcp", "[::1]:0"},
		{"unix socket", "unix", filepath.Join(t.TempDir(), "s")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, Config{Network: tt.network, Address: listen(t, tt.network, tt.address, answer)})
			for _, want := range []bool{false, true} {
				status, body, reused := exchange(t, c, get)
				if status != 200 || body != "hi" || reused != want {
					t.Errorf("got %d %q, reused %v; want 200 hi, %v", status, body, reused, want)
				}
			}
		})
	}
}

func TestNamesAndConnectTo(t *testing.T) {
	t.Parallel()
	address := listen(t, "tcp", "127.0.0.1:0", say(ok+"Content-Length: 2\r\n\r\nhi"))
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		cfg      Config
		resolved bool
	}{
		{Config{Network: "tcp4", Address: "localhost:" + port}, true},
		{Config{Address: "no.such.host.invalid:80", ConnectTo: address}, false},
	} {
		conn, _ := send(t, dial(t, tt.cfg), get)
		if _, body, err := readAll(conn); body != "hi" || err != nil {
			t.Errorf("%s: got %q, %v; want hi", tt.cfg.Address, body, err)
		}
		got := conn.Timing()
		if (got.Resolved != Absent) != tt.resolved || got.Connected < got.Dial || got.Secured != Absent {
			t.Errorf("%s: timing %+v, want resolved %v", tt.cfg.Address, got, tt.resolved)
		}
		conn.Release()
	}
}

// sends answers with n events of one chunk each, and notes when each was handed
// to the kernel.
func sends(n int, epoch time.Time, at []time.Duration) script {
	return func(nc net.Conn, r *bufio.Reader) {
		expect(r)
		_, _ = io.WriteString(nc, chunkedHead)
		for i := range n {
			event := fmt.Sprintf("data: %06d\n\n", i)
			if at != nil {
				at[i] = time.Since(epoch)
			}
			if _, err := fmt.Fprintf(nc, "%x\r\n%s\r\n", len(event), event); err != nil {
				return
			}
		}
		_, _ = r.ReadByte() // stay silent until the client leaves
	}
}

// Tens of thousands of packets at full speed: each arrives once and in order,
// however reads and waits interleave, and nothing is left behind when the
// server falls silent.
func TestNoPacketIsLost(t *testing.T) {
	t.Parallel()
	const n = 20_000
	address := listen(t, "tcp", "127.0.0.1:0", sends(n, time.Time{}, nil))
	conn, _ := send(t, dial(t, Config{Address: address}), get)
	defer conn.Close()
	bounded(t, conn)
	if _, _, err := conn.ReadHead(); err != nil {
		t.Fatal(err)
	}
	next := 0
	var rest []byte
	for next < n {
		b, _, err := conn.ReadBody()
		if err != nil {
			t.Fatalf("after %d events: %v", next, err)
		}
		rest = append(rest, b...)
		for len(rest) >= 14 {
			if want := fmt.Sprintf("data: %06d\n\n", next); string(rest[:14]) != want {
				t.Fatalf("got %q, want %q", rest[:14], want)
			}
			rest, next = rest[14:], next+1
		}
	}
}

// Bodies around the size of the buffer, followed by silence: a read that fills
// the buffer must not wait for another packet.
func TestBurstLargerThanTheBuffer(t *testing.T) {
	t.Parallel()
	for _, size := range []int{bufferSize - 1, bufferSize, bufferSize + 1, 4 * bufferSize, 1 << 20} {
		body := bytes.Repeat([]byte("0123456789abcde\n"), size/16+1)[:size]
		address := listen(t, "tcp", "127.0.0.1:0", say(fmt.Sprintf(ok+"Content-Length: %d\r\n\r\n", size), string(body)))
		conn, _ := send(t, dial(t, Config{Address: address}), get)
		bounded(t, conn)
		if _, got, err := readAll(conn); got != string(body) || err != nil {
			t.Errorf("%d bytes: got %d, %v", size, len(got), err)
		}
		conn.Release()
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	reset := func(pieces ...string) script {
		return func(nc net.Conn, r *bufio.Reader) {
			say(pieces...)(nc, bufio.NewReader(strings.NewReader(get)))
			expect(r)
			_, _ = r.ReadByte() // until the client says so
			_ = nc.(*net.TCPConn).SetLinger(0)
		}
	}
	for _, tt := range []struct {
		name   string
		pieces []string
		op     Op
	}{
		{"before the response", nil, OpHead},
		{"inside the body", []string{chunkedHead + "5\r\nhello\r\n"}, OpBody},
		{"inside a body without a length", []string{ok + "\r\nhello"}, OpBody},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			conn, _ := send(t, dial(t, Config{Address: listen(t, "tcp", "127.0.0.1:0", reset(tt.pieces...))}), get)
			defer conn.Release()
			bounded(t, conn)
			if tt.op == OpBody {
				if _, _, err := conn.ReadHead(); err != nil {
					t.Fatal(err)
				}
				if b, _, err := conn.ReadBody(); string(b) != "hello" || err != nil {
					t.Fatalf("got %q, %v", b, err)
				}
			}
			if _, err := conn.link.nc.Write([]byte("x")); err != nil {
				t.Fatal(err)
			}
			_, _, err := readAll(conn)
			if !Reset(err) || !strings.Contains(err.Error(), tt.op.String()) {
				t.Errorf("got %v, want a reset at %q", err, tt.op)
			}
			if strings.Contains(err.Error(), "127.0.0.1") {
				t.Errorf("%q has an address in it: every connection would have its own text", err)
			}
		})
	}
}

// A server that shuts its sending side down has finished a body without a
// length, and cut any other.
func TestHalfClose(t *testing.T) {
	t.Parallel()
	half := func(pieces ...string) script {
		return func(nc net.Conn, r *bufio.Reader) {
			expect(r)
			say(pieces...)(nc, bufio.NewReader(strings.NewReader(get)))
			_ = nc.(*net.TCPConn).CloseWrite()
			_, _ = r.ReadByte()
		}
	}
	address := listen(t, "tcp", "127.0.0.1:0", half(ok+"\r\n", "hello"), half(chunkedHead, "5\r\nhello\r\n"))
	c := dial(t, Config{Address: address})
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

// What a server does to an idle connection is seen before it is used again.
func TestIdleConnectionIsProbed(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a socket cannot be probed here without waiting")
	}
	t.Parallel()
	answer := ok + "Content-Length: 0\r\n\r\n"
	for name, spoil := range map[string]func(net.Conn){
		"closed":         func(nc net.Conn) { _ = nc.Close() },
		"spoke unasked":  func(nc net.Conn) { _, _ = io.WriteString(nc, answer) },
		"reset":          func(nc net.Conn) { _ = nc.(*net.TCPConn).SetLinger(0); _ = nc.Close() },
		"left untouched": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			go1, done := make(chan struct{}), make(chan struct{})
			spoiled := func(nc net.Conn, r *bufio.Reader) {
				once(answer)(nc, r)
				<-go1
				if spoil != nil {
					spoil(nc)
				}
				close(done)
				say(answer)(nc, r)
			}
			c := dial(t, Config{Address: listen(t, "tcp", "127.0.0.1:0", spoiled, say(answer))})
			exchange(t, c, get)
			close(go1)
			<-done // loopback delivers before the server's call returns
			if status, _, reused := exchange(t, c, get); status != 200 || reused != (spoil == nil) {
				t.Errorf("got %d, reused %v; want 200, %v", status, reused, spoil == nil)
			}
		})
	}
}
