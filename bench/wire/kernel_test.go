//go:build unix

package wire

import (
	"bufio"
	"io"
	"net"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"
)

// Sent, received by the kernel, read: in this order, on one clock.
func TestKernelStamps(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux stamps what a TCP socket receives")
	}
	t.Parallel()
	const n = 200
	epoch := time.Now()
	step, sentAt := make(chan struct{}), make(chan time.Duration, 1)
	address := listen(t, "tcp", "127.0.0.1:0", func(nc net.Conn, r *bufio.Reader) {
		expect(r)
		_, _ = io.WriteString(nc, chunkedHead)
		for range step {
			sentAt <- time.Since(epoch)
			_, _ = io.WriteString(nc, "3\r\nabc\r\n")
		}
	})
	conn, _ := send(t, dial(t, Config{Epoch: epoch, Address: address}), get)
	defer conn.Close()
	if _, _, err := conn.ReadHead(); err != nil {
		t.Fatal(err)
	}
	defer close(step)
	bounded(t, conn)
	for i, stamped := 0, 0; stamped < n; i++ {
		step <- struct{}{}
		_, at, err := conn.ReadBody()
		if err != nil {
			t.Fatal(err)
		}
		sent := <-sentAt
		lag, ok := at.Lag()
		if !ok && stamped == 0 {
			continue // the kernel needs a moment after the first socket has asked
		}
		stamped++
		if !ok || sent > at.Kernel || at.Kernel > at.User || lag < 0 || lag > time.Second || at.At() != at.Kernel {
			t.Errorf("event %d: sent %v, kernel %v, user %v, lag %v", i, sent, at.Kernel, at.User, lag)
		}
	}
}

func TestUnixSocketHasUserStamps(t *testing.T) {
	t.Parallel()
	address := listen(t, "unix", filepath.Join(t.TempDir(), "s"), say(ok+"Content-Length: 2\r\n\r\nhi"))
	conn, _ := send(t, dial(t, Config{Network: "unix", Address: address}), get)
	defer conn.Release()
	_, first, err := conn.ReadHead()
	if err != nil || first.HasKernel || first.At() != first.User || first.User <= 0 {
		t.Errorf("got %+v, %v; want a user stamp", first, err)
	}
}

// stepper answers each byte with one event.
func stepper(nc net.Conn, r *bufio.Reader) {
	answerBytes(nc, r, []byte("e\r\ndata: {\"a\":1}\n\r\n"))
}

func TestReadBodyAllocatesNothing(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector makes sync.Pool forget")
	}
	conn, _ := send(t, dial(t, Config{Address: listen(t, "tcp", "127.0.0.1:0", stepper)}), get)
	defer conn.Close()
	if _, _, err := conn.ReadHead(); err != nil {
		t.Fatal(err)
	}
	one := []byte("x")
	if n := testing.AllocsPerRun(2000, func() {
		if _, err := conn.link.nc.Write(one); err != nil {
			t.Fatal(err)
		}
		if b, _, err := conn.ReadBody(); len(b) != 14 || err != nil {
			t.Fatalf("got %q, %v", b, err)
		}
	}); n != 0 {
		t.Errorf("%v allocations per event, want 0", n)
	}
}

// Linux tells a socket's error once, even to a peek: the cheap first try of a
// read must not swallow a reset and leave an ordinary end behind.
func TestResetSeenByThePeek(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{})
	address := listen(t, "tcp", "127.0.0.1:0", func(nc net.Conn, r *bufio.Reader) {
		expect(r)
		_, _ = io.WriteString(nc, chunkedHead)
		for range 3 {
			_, _ = r.ReadByte()
			_, _ = io.WriteString(nc, "3\r\nabc\r\n")
		}
		_, _ = r.ReadByte()
		_ = nc.(*net.TCPConn).SetLinger(0)
		_ = nc.Close()
		close(gone) // loopback has delivered the reset by now
	})
	conn, _ := send(t, dial(t, Config{Address: address}), get)
	defer conn.Close()
	bounded(t, conn)
	if _, _, err := conn.ReadHead(); err != nil {
		t.Fatal(err)
	}
	s := conn.link.src.(*rawSource)
	for range 3 {
		s.calm = true // as after a read that had to wait
		if _, err := conn.link.nc.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if b, _, err := conn.ReadBody(); string(b) != "abc" || err != nil {
			t.Fatalf("got %q, %v", b, err)
		}
	}
	if _, err := conn.link.nc.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	<-gone
	s.calm = true
	_, _, err := conn.ReadBody()
	wantOp(t, err, OpBody, errnoReset)
}

// An idle stream holds no buffer: with its goroutine it has to fit into 10 KB.
func TestMemoryOfIdleStreams(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector's own memory would be counted")
	}
	const n, limit = 100, 10 << 10
	hold := make(chan struct{})
	address := listen(t, "tcp", "127.0.0.1:0", func(nc net.Conn, r *bufio.Reader) {
		expect(r)
		_, _ = io.WriteString(nc, chunkedHead+"1\r\nx\r\n")
		<-hold
	})
	c := dial(t, Config{Address: address})
	before := memory()
	var ready, done sync.WaitGroup
	conns := make([]*Conn, n)
	for i := range conns {
		conns[i], _ = send(t, c, get)
		ready.Add(1)
		done.Go(func() {
			_, _, _ = conns[i].ReadHead()
			_, _, _ = conns[i].ReadBody()
			ready.Done()
			_, _, _ = conns[i].ReadBody()
		})
	}
	ready.Wait()
	// Half of it is the server's: a goroutine, a bufio.Reader of 4 KB, a socket.
	server := uint64(4<<10 + 4<<10 + 1<<10)
	per := (memory() - before) / n
	t.Logf("%d bytes per stream and its server", per)
	if per > limit+server {
		t.Errorf("%d bytes per stream and its server, want at most %d", per, limit+server)
	}
	close(hold)
	for _, conn := range conns {
		conn.Interrupt()
	}
	done.Wait()
}

func memory() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
