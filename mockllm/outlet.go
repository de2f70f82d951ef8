package mockllm

import (
	"errors"
	"net"
	"sync"
	"time"
)

const (
	// maxQueued is how far a client may fall behind before it is treated as gone.
	maxQueued = 8 << 20
	// flushTimeout is how long a connection that is being closed may take to send what is queued.
	flushTimeout = 5 * time.Second
)

var errTooSlow = errors.New("client reads too slowly")

// outlet is a connection whose Write never blocks. What the kernel takes at once leaves in one system call on the
// caller's goroutine; the rest is queued and written in order by a goroutine that lives as long as there is a queue.
// An error closes the connection, so that its reader learns of it. TLS runs on top of an outlet, not beneath it. Nobody
// else closes the connection: try would write to whoever got its descriptor next.
type outlet struct {
	net.Conn
	try func(p []byte) int // one write that does not block: how much was taken; nil: there is none
	wg  *sync.WaitGroup    // counts the writing goroutine

	mu       sync.Mutex // guards what follows
	queue    []byte
	draining bool
	finished bool // the sending half is closed, or will be after the queue
	closed   bool
	err      error
}

// tryWriter is a connection in memory that can tell what it takes at once.
type tryWriter interface{ tryWrite(p []byte) int }

func newOutlet(c net.Conn, wg *sync.WaitGroup) *outlet {
	o := &outlet{Conn: c, wg: wg}
	if t, ok := c.(tryWriter); ok {
		o.try = t.tryWrite
	} else {
		o.try = socketWriter(c)
	}
	return o
}

// Write sends or queues all of p; p is not kept.
func (o *outlet) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return 0, o.err
	}
	if o.closed {
		return 0, net.ErrClosed
	}
	rest := p
	if !o.draining && o.try != nil {
		rest = p[o.try(p):]
	}
	if len(rest) == 0 {
		return len(p), nil
	}
	if len(o.queue)+len(rest) > maxQueued {
		o.err = errTooSlow
		o.queue = nil
		return 0, errors.Join(errTooSlow, o.Conn.Close())
	}
	o.queue = append(o.queue, rest...)
	if !o.draining {
		o.draining = true
		o.wg.Go(o.drain)
	}
	return len(p), nil
}

// drain writes the queue until it is empty.
func (o *outlet) drain() {
	var batch []byte
	for {
		batch = o.take(batch)
		if len(batch) == 0 {
			return
		}
		if _, err := o.Conn.Write(batch); err != nil {
			o.fail(err)
			return
		}
	}
}

// take exchanges the queue for spare; an empty answer ends the draining.
func (o *outlet) take(spare []byte) []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	batch := o.queue
	o.queue = spare[:0]
	if len(batch) > 0 {
		return batch
	}
	o.queue = nil
	o.draining = false
	switch {
	case o.closed:
		o.err = o.Conn.Close()
	case o.finished:
		_ = o.closeWrite()
	}
	return nil
}

func (o *outlet) fail(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.draining = false
	o.queue = nil
	o.err = errors.Join(err, o.Conn.Close())
}

// Close closes the connection, after what is queued has been sent.
func (o *outlet) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return nil
	}
	o.closed = true
	if o.draining {
		return o.Conn.SetWriteDeadline(time.Now().Add(flushTimeout))
	}
	return o.Conn.Close()
}

// finish closes the sending half, after what is queued has been sent; it is false where that cannot be done.
func (o *outlet) finish() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, ok := o.Conn.(halfCloser); !ok || o.closed || o.err != nil {
		return false
	}
	o.finished = true
	return o.draining || o.closeWrite() == nil
}

// closeWrite closes the sending half; o.mu is held.
func (o *outlet) closeWrite() error { return o.Conn.(halfCloser).CloseWrite() }

// halfCloser is a connection of which one direction can be closed.
type halfCloser interface{ CloseWrite() error }

// drop closes the connection at once, whatever is queued.
func (o *outlet) drop() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	_ = o.Conn.Close()
}

// reset is drop, and the peer sees a reset.
func (o *outlet) reset() {
	if l, ok := o.Conn.(interface{ SetLinger(sec int) error }); ok {
		_ = l.SetLinger(0)
	}
	o.drop()
}

// SetWriteDeadline does nothing, since no Write blocks; crypto/tls sets deadlines around its closing alert that would
// cut the queue short.
func (o *outlet) SetWriteDeadline(time.Time) error { return nil }
