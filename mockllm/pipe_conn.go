package mockllm

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
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
		if err == io.EOF {
			return 0, io.EOF
		}
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

func wrapPipe(op string, err error) error {
	if err == nil {
		return nil
	}
	return pipeError(op, err)
}

// pipeHalf is one direction.
type pipeHalf struct {
	mu       sync.Mutex // guards what follows
	buf      []byte
	readErr  error         // for the reader, once buf is empty
	writeErr error         // for the writer
	changed  chan struct{} // closed and replaced at each change that somebody may wait for
	awaited  bool
}

func newPipeHalf() *pipeHalf { return &pipeHalf{changed: make(chan struct{})} }

// read takes what there is; when that is nothing it returns what to wait for.
func (h *pipeHalf) read(p []byte) (int, <-chan struct{}, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.buf) == 0 {
		h.awaited = true
		return 0, h.changed, h.readErr
	}
	n := copy(p, h.buf)
	h.buf = h.buf[:copy(h.buf, h.buf[n:])]
	h.change()
	return n, nil, nil
}

// write adds what fits; when not all does it returns what to wait for.
func (h *pipeHalf) write(p []byte) (int, <-chan struct{}, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.writeErr != nil {
		return 0, nil, h.writeErr
	}
	n := min(len(p), PipeBuffer-len(h.buf))
	h.buf = append(h.buf, p[:n]...)
	if n > 0 {
		h.change()
	}
	if n < len(p) {
		h.awaited = true
	}
	return n, h.changed, nil
}

// finish is the writer's orderly end.
func (h *pipeHalf) finish() { h.end(false, io.EOF, net.ErrClosed) }

// discard is the reader's end: what comes is refused, as with a closed TCP peer.
func (h *pipeHalf) discard() { h.end(true, net.ErrClosed, syscall.ECONNRESET) }

// reset is the writer's disorderly end.
func (h *pipeHalf) reset() { h.end(true, syscall.ECONNRESET, net.ErrClosed) }

// end sets the errors that are not set yet.
func (h *pipeHalf) end(drop bool, readErr, writeErr error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if drop {
		h.buf = nil
	}
	if h.readErr == nil || drop && h.readErr == io.EOF {
		h.readErr = readErr
	}
	if h.writeErr == nil {
		h.writeErr = writeErr
	}
	h.awaited = true
	h.change()
}

// change wakes who waits, if anybody does; h.mu is held.
func (h *pipeHalf) change() {
	if h.awaited {
		close(h.changed)
		h.changed = make(chan struct{})
		h.awaited = false
	}
}

// deadline is an instant that may be moved while somebody waits for it.
type deadline struct {
	mu    sync.Mutex // guards what follows
	at    time.Time
	moved chan struct{} // closed and replaced by set; nil until somebody waits
}

func (d *deadline) set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = t
	if d.moved != nil {
		close(d.moved)
		d.moved = nil
	}
}

// expired returns [os.ErrDeadlineExceeded] once the deadline has passed.
func (d *deadline) expired() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.at.IsZero() && !time.Now().Before(d.at) {
		return os.ErrDeadlineExceeded
	}
	return nil
}

// wait returns when something changed, the deadline itself included, or when it has passed.
func (d *deadline) wait(changed <-chan struct{}) {
	d.mu.Lock()
	if d.moved == nil {
		d.moved = make(chan struct{})
	}
	at, moved := d.at, d.moved
	d.mu.Unlock()
	var due <-chan time.Time
	if !at.IsZero() {
		t := time.NewTimer(time.Until(at))
		defer t.Stop()
		due = t.C
	}
	select {
	case <-changed:
	case <-moved:
	case <-due:
	}
}
