package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// Conn is the use of a connection for one request: Write, ReadHead, ReadBody
// until it returns an error, Release. It belongs to one goroutine; only
// Interrupt may be called from others.
//
// What every read touches comes first: with thousands of streams it is cold
// each time, and each cache line counts.
type Conn struct {
	link *link    // nil once released or closed; guarded by mu against Interrupt
	err  error    // what all further reads return
	rest []byte   // read, but not yet decoded
	at   Stamp    // of the read that brought rest
	resp response // its body first

	client *Client
	first  Stamp // of the read that brought the head's first byte
	cut    bool  // the request was not sent whole

	mu          sync.Mutex // guards interrupted, and link
	interrupted bool
}

func newConn(c *Client, l *link) *Conn {
	return &Conn{client: c, link: l, resp: response{maxHead: c.cfg.MaxHead}}
}

// Timing tells how the connection was made. One that was reused was made for
// an earlier request.
func (c *Conn) Timing() Timing {
	if c.link == nil {
		return Timing{Absent, Absent, Absent, Absent}
	}
	return c.link.timing
}

// Write sends one whole request, head and body. sent is the instant before its
// first byte is handed to the kernel, written that after its last.
//
// A server may answer, and close, before it has read all (413): after an error
// ReadHead may still find that answer.
func (c *Conn) Write(req []byte) (sent, written time.Duration, err error) {
	if c.link == nil {
		return Absent, Absent, &Error{Op: OpWrite, Err: net.ErrClosed}
	}
	c.resp.toHEAD = bytes.HasPrefix(req, []byte("HEAD "))
	sent = c.client.now()
	_, err = c.link.rw.Write(req)
	written = c.client.now()
	if err != nil {
		c.cut = true
		return sent, Absent, &Error{Op: OpWrite, Err: c.cause(plainError(err))}
	}
	return sent, written, nil
}

// SetReadDeadline makes a read that still waits at the given offset from the
// epoch fail with os.ErrDeadlineExceeded; a negative one takes the bound away.
// Nothing is lost by it: after a later deadline is set, reading goes on.
func (c *Conn) SetReadDeadline(at time.Duration) error {
	return c.arm(at, net.Conn.SetReadDeadline)
}

// SetWriteDeadline does the same for Write, which cannot go on after it.
func (c *Conn) SetWriteDeadline(at time.Duration) error {
	return c.arm(at, net.Conn.SetWriteDeadline)
}

func (c *Conn) arm(at time.Duration, set func(net.Conn, time.Time) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.link == nil {
		return net.ErrClosed
	}
	if c.interrupted || at < 0 && !c.link.armed {
		return nil
	}
	var t time.Time
	if at >= 0 {
		c.link.armed = true
		t = c.client.cfg.Epoch.Add(at)
	}
	return set(c.link.nc, t)
}

// Interrupt makes the running and all later calls on c fail with
// ErrInterrupted. It may be called from any goroutine and at any time: once c
// is released or closed it does nothing.
func (c *Conn) Interrupt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.link == nil {
		return
	}
	c.interrupted = true
	_ = c.link.nc.SetDeadline(past()) // fails on a closed connection only
}

// ReadHead reads the head of the response and skips interim ones (1xx). The
// Stamp is that of the read which brought the head's first byte; Head.At is
// that of the read which completed it. Called again it returns the same.
func (c *Conn) ReadHead() (*Head, Stamp, error) {
	for c.resp.body.kind == bodyNone {
		if c.err != nil {
			return nil, c.first, c.err
		}
		if len(c.rest) == 0 {
			if err := c.fill(OpHead); err != nil {
				return nil, c.first, err
			}
		}
		if c.resp.fresh() {
			c.first = c.at
		}
		n, done, err := c.resp.feedHead(c.rest)
		c.rest = c.rest[n:]
		if err != nil {
			return nil, c.first, c.fail(OpHead, err)
		}
		if done {
			c.resp.head.At = c.at
		}
	}
	return &c.resp.head, c.first, nil
}

// ReadBody returns the body bytes that one socket read brought, transfer
// coding removed, with the stamp of that read; never none without an error.
// They are lent until the next call of any method of c and may be changed.
// After the last byte the error is io.EOF, bare; a connection that ended
// before is io.ErrUnexpectedEOF.
func (c *Conn) ReadBody() (b []byte, at Stamp, err error) {
	if c.err == nil && c.resp.body.kind == bodyNone {
		return nil, c.at, &Error{Op: OpBody, Err: errors.New("the head was not read")}
	}
	for c.err == nil && !c.resp.body.done() {
		if len(c.rest) == 0 {
			if err := c.fill(OpBody); err != nil {
				return nil, c.at, err
			}
			continue
		}
		p, n, err := c.resp.body.decode(c.rest, c.resp.maxHead)
		c.rest = c.rest[n:]
		if err != nil {
			_ = c.fail(OpBody, err) // for the next call, where there are bytes now
		}
		if len(p) > 0 {
			return p, c.at, nil
		}
	}
	if c.err != nil {
		return nil, c.at, c.err
	}
	return nil, c.at, io.EOF
}

// fill waits for more bytes.
func (c *Conn) fill(op Op) error {
	if c.link == nil {
		return &Error{Op: op, Err: net.ErrClosed}
	}
	b, at, err := c.link.src.read()
	c.at = at
	switch {
	case err == nil:
		c.rest = b
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &Error{Op: op, Err: c.cause(err)} // not kept: reading may go on
	case errors.Is(err, io.EOF):
		if err = c.resp.end(); err == nil {
			return nil
		}
	}
	if c.resp.untouched() {
		err = fmt.Errorf("%w: %w", ErrNoResponse, err)
	}
	return c.fail(op, err)
}

// fail keeps err for all further reads.
func (c *Conn) fail(op Op, err error) error {
	c.err = &Error{Op: op, Err: err}
	return c.err
}

// cause names an interruption for what it is.
func (c *Conn) cause(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.interrupted && errors.Is(err, os.ErrDeadlineExceeded) {
		return ErrInterrupted
	}
	return err
}

// Release ends the use of the connection. It is kept for another request when
// the response was read to its end and nothing speaks against that; else it is
// closed. Bytes that ReadBody lent are no longer valid.
func (c *Conn) Release() {
	whole := !c.cut && c.err == nil && c.resp.body.done()
	more := whole && c.resp.reuse && len(c.rest) == 0 && !c.client.cfg.NoKeepAlive
	l, interrupted := c.detach()
	switch {
	case l == nil:
	case !whole || interrupted:
		_ = l.close() // the request has its own error
	case !more || l.relax() != nil:
		_ = l.end()
	default:
		c.client.keep(l)
	}
}

// Close closes the connection, whatever it was doing. It does nothing after
// Release.
func (c *Conn) Close() error {
	l, _ := c.detach()
	if l == nil {
		return nil
	}
	return l.close()
}

func (c *Conn) detach() (l *link, interrupted bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l, c.link, c.rest = c.link, nil, nil
	return l, c.interrupted
}
