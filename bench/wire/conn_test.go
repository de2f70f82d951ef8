package wire

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const chunkedHead = ok + "Transfer-Encoding: chunked\r\n\r\n"

// bubble runs a test in virtual time.
func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

func TestStampsOfAStream(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := scripted(t, Config{}, func(nc net.Conn, r *bufio.Reader) {
			expect(r)
			after(nc, 200*time.Millisecond, "HTTP/1.1 100 Continue\r\n\r\n")
			after(nc, 50*time.Millisecond, ok)
			after(nc, 10*time.Millisecond, "Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
			after(nc, 20*time.Millisecond, "3\r\ntwo\r\n6\r\n thr")
			after(nc, 20*time.Millisecond, "ee\r\n0\r\n\r\n")
		})
		conn, _ := send(t, c, get)
		defer conn.Release()
		h, first, err := conn.ReadHead()
		if err != nil {
			t.Fatal(err)
		}
		// The first byte of the final response, not of the interim one.
		if first.User != 250*time.Millisecond || h.At.User != 260*time.Millisecond || first.HasKernel {
			t.Errorf("first byte %v, head complete %v; want 250ms and 260ms, user stamps", first, h.At)
		}
		for _, want := range []struct {
			body string
			at   time.Duration
		}{
			{"one", 260 * time.Millisecond}, {"two thr", 280 * time.Millisecond}, {"ee", 300 * time.Millisecond},
		} {
			b, at, err := conn.ReadBody()
			if string(b) != want.body || at.At() != want.at || err != nil {
				t.Errorf("got %q at %v, %v; want %q at %v", b, at.At(), err, want.body, want.at)
			}
		}
		for range 2 {
			if b, at, err := conn.ReadBody(); len(b) != 0 || at.User != 300*time.Millisecond || err != io.EOF {
				t.Errorf("at the end got %q at %v, %v; want EOF at 300ms", b, at.User, err)
			}
		}
	})
}

func TestWriteStamps(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := scripted(t, Config{}, func(nc net.Conn, r *bufio.Reader) {
			time.Sleep(30 * time.Millisecond) // the pipe takes nothing until it is read
			expect(r)
		})
		conn, _, err := c.Get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		sent, written, err := conn.Write([]byte(get))
		if sent != 0 || written != 30*time.Millisecond || err != nil {
			t.Errorf("sent %v, written %v, %v; want 0s and 30ms", sent, written, err)
		}
	})
}

func TestReadGoesOnAfterADeadline(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := scripted(t, Config{}, func(nc net.Conn, r *bufio.Reader) {
			expect(r)
			after(nc, 10*time.Millisecond, "HTTP/1.1 20")
			after(nc, 20*time.Millisecond, "0 OK\r\nContent-Length: 2\r\n\r\n")
			after(nc, 20*time.Millisecond, "hi")
		})
		conn, _ := send(t, c, get)
		arm := func(at time.Duration) {
			t.Helper()
			if err := conn.SetReadDeadline(at); err != nil {
				t.Fatal(err)
			}
		}
		arm(20 * time.Millisecond)
		_, _, err := conn.ReadHead()
		wantOp(t, err, OpHead, os.ErrDeadlineExceeded)
		if now := conn.client.now(); now != 20*time.Millisecond {
			t.Errorf("gave up at %v, want 20ms", now)
		}
		arm(40 * time.Millisecond)
		if _, first, err := conn.ReadHead(); err != nil || first.User != 10*time.Millisecond {
			t.Errorf("first byte at %v, %v; want 10ms", first.User, err)
		}
		_, _, err = conn.ReadBody()
		wantOp(t, err, OpBody, os.ErrDeadlineExceeded)
		arm(-1)
		if b, at, err := conn.ReadBody(); string(b) != "hi" || at.User != 50*time.Millisecond || err != nil {
			t.Errorf("got %q at %v, %v; want hi at 50ms", b, at.User, err)
		}
		conn.Release()
	})
}

// A deadline of one request must not reach into the next.
func TestDeadlineEndsWithTheRequest(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := scripted(t, Config{}, say(ok+"Content-Length: 2\r\n\r\nhi"))
		conn, _ := send(t, c, get)
		if err := conn.SetReadDeadline(time.Second); err != nil {
			t.Fatal(err)
		}
		if _, _, err := readAll(conn); err != nil {
			t.Fatal(err)
		}
		conn.Release()
		time.Sleep(2 * time.Second)
		if _, body, reused := exchange(t, c, get); body != "hi" || !reused {
			t.Errorf("got %q, reused %v; want hi over the same connection", body, reused)
		}
	})
}

func TestInterrupt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := scripted(t, Config{}, say(chunkedHead), say(ok+"Content-Length: 0\r\n\r\n"))
		conn, _ := send(t, c, get)
		if _, _, err := conn.ReadHead(); err != nil {
			t.Fatal(err)
		}
		go func() {
			time.Sleep(time.Second)
			conn.Interrupt()
		}()
		_, _, err := conn.ReadBody()
		wantOp(t, err, OpBody, ErrInterrupted)
		if !errors.Is(err, os.ErrDeadlineExceeded) || conn.client.now() != time.Second {
			t.Errorf("%v at %v, want a deadline after 1s", err, conn.client.now())
		}
		if err := conn.SetReadDeadline(time.Hour); err != nil {
			t.Fatal(err)
		}
		_, _, err = conn.ReadBody()
		wantOp(t, err, OpBody, ErrInterrupted) // it stays interrupted
		conn.Release()
		conn.Interrupt()
		if _, _, reused := exchange(t, c, get); reused {
			t.Error("an interrupted connection was used again")
		}
	})
}

// The watcher of a context may come late: it must not hit the request that
// has the connection next.
func TestLateInterruptHitsNobody(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := scripted(t, Config{}, say(ok+"Content-Length: 2\r\n\r\nhi"))
		conn, _ := send(t, c, get)
		if _, _, err := readAll(conn); err != nil {
			t.Fatal(err)
		}
		conn.Release()
		next, reused := send(t, c, get)
		conn.Interrupt()
		if _, body, err := readAll(next); body != "hi" || !reused || err != nil {
			t.Errorf("got %q, %v, reused %v; want hi over the same connection", body, err, reused)
		}
		next.Release()
	})
}

func TestInterruptedWrite(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := scripted(t, Config{}, func(net.Conn, *bufio.Reader) { time.Sleep(time.Minute) })
		conn, _, err := c.Get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		time.AfterFunc(time.Second, conn.Interrupt)
		_, _, err = conn.Write([]byte(get))
		wantOp(t, err, OpWrite, ErrInterrupted)
	})
}

func TestWriteDeadline(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := scripted(t, Config{}, func(net.Conn, *bufio.Reader) { time.Sleep(time.Minute) })
		conn, _, err := c.Get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.SetWriteDeadline(time.Second); err != nil {
			t.Fatal(err)
		}
		sent, written, err := conn.Write([]byte(get))
		wantOp(t, err, OpWrite, os.ErrDeadlineExceeded)
		if sent != 0 || written != Absent || conn.client.now() != time.Second {
			t.Errorf("sent %v, written %v, now %v; want 0s, absent, 1s", sent, written, conn.client.now())
		}
	})
}

// The answer to a request that was not read to its end is still an answer.
func TestAnswerBeforeTheRequestWasRead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := scripted(t, Config{}, func(nc net.Conn, r *bufio.Reader) {
			expect(r)
			_, _ = io.WriteString(nc, "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
		})
		conn, _, err := c.Get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.SetWriteDeadline(time.Second); err != nil {
			t.Fatal(err)
		}
		_, _, err = conn.Write([]byte(get + strings.Repeat("x", 1<<20)))
		wantOp(t, err, OpWrite, os.ErrDeadlineExceeded)
		if h, _, err := conn.ReadHead(); err != nil || h.Status != 413 {
			t.Errorf("got %v, %v; want 413", h, err)
		}
		conn.Release()
		if len(c.idle) != 0 {
			t.Error("a connection with half a request on it was kept")
		}
	})
}
