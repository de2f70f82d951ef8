package mockllm

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// PipeBuffer is how many bytes a [Pipe] connection holds in each direction.
const PipeBuffer = 64 << 10

// pipeConn is one end of a connection in memory.
type pipeConn struct {
	in, out         *pipeHalf
	readBy, writeBy deadline
	mu              sync.Mutex // guards hard
	hard            bool       // Close resets
}

func newPipeConns() (a, b *pipeConn) {
	there, back := newPipeHalf(), newPipeHalf()
	return &pipeConn{in: back, out: there}, &pipeConn{in: there, out: back}
}

// Read blocks until there is something to read, the peer has closed, or the deadline passes.
func (c *pipeConn) Read(p []byte) (int, error) {
	for {
		if err := c.readBy.expired(); err != nil {
			return 0, pipeError("read", err)
		}
		n, changed, err := c.in.read(p)
		if n > 0 || err != nil || len(p) == 0 {
			return n, wrapPipe("read", err)
		}
		c.readBy.wait(changed)
	}
}

// Write blocks while the buffer is full.
func (c *pipeConn) Write(p []byte) (int, error) {
	written := 0
	for {
		if err := c.writeBy.expired(); err != nil {
			return written, pipeError("write", err)
		}
		n, changed, err := c.out.write(p[written:])
		written += n
		if err != nil || written == len(p) {
			return written, wrapPipe("write", err)
		}
		c.writeBy.wait(changed)
	}
}

// tryWrite is one write that does not block; an error counts as nothing taken.
func (c *pipeConn) tryWrite(p []byte) int {
	n, _, err := c.out.write(p)
	if err != nil {
		return 0
	}
	return n
}

// Close ends both directions. What was written before can still be read by the peer, unless SetLinger(0) was called.
func (c *pipeConn) Close() error {
	c.mu.Lock()
	hard := c.hard
	c.mu.Unlock()
	if hard {
		c.abort()
		return nil
	}
	c.out.finish()
	c.in.discard()
	return nil
}

// CloseWrite ends the sending direction.
func (c *pipeConn) CloseWrite() error {
	c.out.finish()
	return nil
}

// SetLinger makes Close reset the connection when sec is 0, as on TCP.
func (c *pipeConn) SetLinger(sec int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hard = sec == 0
	return nil
}

// abort resets the connection: both ends fail at once.
func (c *pipeConn) abort() {
	c.out.reset()
	c.in.discard()
}

func (c *pipeConn) LocalAddr() net.Addr  { return pipeAddr{} }
func (c *pipeConn) RemoteAddr() net.Addr { return pipeAddr{} }

func (c *pipeConn) SetDeadline(t time.Time) error {
	c.readBy.set(t)
	c.writeBy.set(t)
	return nil
}

func (c *pipeConn) SetReadDeadline(t time.Time) error {
	c.readBy.set(t)
	return nil
}

func (c *pipeConn) SetWriteDeadline(t time.Time) error {
	c.writeBy.set(t)
	return nil
}

// wrapPipe dresses an error; io.EOF stays as it is, since readers compare.
func wrapPipe(op string, err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return pipeError(op, err)
}
