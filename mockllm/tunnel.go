package mockllm

import (
	"io"
	"net"
	"sync"
	"time"
)

// tunnel is a connection that has left HTTP, as those see it who speak another protocol on it. Its bytes still come and
// go by way of the worker's loop, so that the loop keeps its books, TLS and all, and alone closes the connection. Read
// and Write are for other goroutines than the loop's. There are no deadlines: Close ends what waits.
type tunnel struct {
	net.Conn // for its addresses
	c        *conn

	mu     sync.Mutex    // guards what follows
	in     []byte        // received and not read
	ended  bool          // nothing more will come
	news   chan struct{} // one slot: something of that has changed
	closed chan struct{}
	close  func() // once
}

// dig makes c a tunnel, which begins with what was received ahead. On the loop.
func (c *conn) dig() *tunnel {
	t := &tunnel{Conn: c.raw, c: c, news: make(chan struct{}, 1), closed: make(chan struct{})}
	t.close = sync.OnceFunc(func() { close(t.closed) })
	t.in = append(t.in, c.in.buf...)
	c.in.consume(len(c.in.buf))
	c.tunnel = t
	c.deaf = true // what is left of it is no request
	return t
}

// feed takes a piece that was received; the next is read when this one was. On the loop.
func (t *tunnel) feed(p []byte) {
	t.change(func() { t.in = append(t.in, p...) })
}

// end notes that nothing more will come.
func (t *tunnel) end() { t.change(func() { t.ended = true }) }

func (t *tunnel) change(f func()) {
	t.mu.Lock()
	f()
	t.mu.Unlock()
	select {
	case t.news <- struct{}{}:
	default:
	}
}

// Read implements [net.Conn].
func (t *tunnel) Read(p []byte) (int, error) {
	for {
		n, ended := t.take(p)
		switch {
		case n > 0:
			return n, nil
		case ended:
			return 0, io.EOF
		}
		select {
		case <-t.news:
		case <-t.closed:
			return 0, net.ErrClosed
		case <-t.c.srv.loop.done:
			return 0, net.ErrClosed
		}
	}
}

// take moves what there is to p. The last of it lets the connection's reader go on.
func (t *tunnel) take(p []byte) (n int, ended bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n = copy(p, t.in)
	t.in = t.in[n:]
	if n > 0 && len(t.in) == 0 {
		t.in = nil
		t.c.srv.loop.Post(t.c.resume)
	}
	return n, t.ended
}

// Write implements [net.Conn]. It does not block.
func (t *tunnel) Write(p []byte) (int, error) {
	select {
	case <-t.closed:
		return 0, net.ErrClosed
	default:
		return t.c.stream.Write(p)
	}
}

// Close implements [net.Conn]: it ends Read and Write. The connection itself is the loop's to close.
func (t *tunnel) Close() error {
	t.close()
	return nil
}

// SetDeadline does nothing, nor do its kin.
func (t *tunnel) SetDeadline(time.Time) error { return nil }

// SetReadDeadline implements [net.Conn].
func (t *tunnel) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline implements [net.Conn].
func (t *tunnel) SetWriteDeadline(time.Time) error { return nil }
