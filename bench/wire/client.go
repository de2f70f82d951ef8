package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// Client makes and keeps connections to one place. It is safe for use by many
// goroutines at once.
type Client struct {
	cfg  Config
	pool buffers

	mu       sync.Mutex // guards the fields below
	idle     []*link    // the last one was used last
	stamping *os.File   // see keepStamping; nil where there is nothing to keep
	closed   bool
}

// New returns a Client for cfg. Close it after use.
func New(cfg Config) *Client {
	c := &Client{cfg: cfg.withDefaults()}
	if c.cfg.Dial == nil && c.cfg.Network != "unix" {
		c.stamping = keepStamping()
	}
	return c
}

// Get returns a connection for one request: the idle one that was used last,
// or else a new one. An idle connection that the server has closed, or on
// which it has sent something unasked, is discarded. (A server may still close
// it at the very moment it is used: see ErrNoResponse.)
//
// ctx bounds the making of a connection, not its use. Errors are *Error with
// OpResolve, OpDial or OpTLS; one that ran out of time wraps
// os.ErrDeadlineExceeded, one that was called off ctx's error.
func (c *Client) Get(ctx context.Context) (conn *Conn, reused bool, err error) {
	for l := c.takeIdle(); l != nil; l = c.takeIdle() {
		if l.alive() {
			return newConn(c, l), true, nil
		}
		_ = l.close() // it was dead already
	}
	l, err := c.connect(ctx)
	if err != nil {
		return nil, false, err
	}
	return newConn(c, l), false, nil
}

// Close closes the idle connections. Those in use are closed when released.
func (c *Client) Close() error {
	c.mu.Lock()
	idle, stamping := c.idle, c.stamping
	c.idle, c.stamping, c.closed = nil, nil, true
	c.mu.Unlock()
	var errs []error
	if stamping != nil {
		errs = append(errs, stamping.Close())
	}
	for _, l := range idle {
		errs = append(errs, l.end())
	}
	return errors.Join(errs...)
}

func (c *Client) takeIdle() *link {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.idle)
	if n == 0 {
		return nil
	}
	l := c.idle[n-1]
	c.idle[n-1] = nil
	c.idle = c.idle[:n-1]
	return l
}

// keep puts l among the idle connections, or closes it.
func (c *Client) keep(l *link) {
	c.mu.Lock()
	if !c.closed {
		c.idle = append(c.idle, l)
		l = nil
	}
	c.mu.Unlock()
	if l != nil {
		_ = l.end() // nobody is left to be told
	}
}

func (c *Client) now() time.Duration { return time.Since(c.cfg.Epoch) }

// link is a connection; a Conn is its use for one request. What one response
// left behind cannot reach the next.
type link struct {
	nc     net.Conn // the socket
	rw     net.Conn // what is written to: nc, or the TLS connection over it
	src    source   // what is read from
	timing Timing
	armed  bool // a deadline is set
}

// alive reports whether the server has neither closed the connection nor sent
// anything since the last response. Records of TLS itself (tickets) are fine.
func (l *link) alive() bool {
	_, err := l.src.poll()
	l.src.release()
	return errors.Is(err, errWouldBlock)
}

// relax makes l ready to wait for its next request.
func (l *link) relax() error {
	l.src.release()
	if !l.armed {
		return nil
	}
	l.armed = false
	return l.nc.SetDeadline(time.Time{})
}

// close drops the connection at once.
func (l *link) close() error {
	l.src.release()
	return l.nc.Close()
}

// end closes a connection that has no more to say: with TLS, the server is
// told so.
func (l *link) end() error {
	l.src.release()
	if tc, ok := l.rw.(*tls.Conn); ok {
		_ = tc.CloseWrite() // a courtesy: the server may have left already
	}
	return l.nc.Close()
}
