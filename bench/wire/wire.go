// Package wire is HTTP/1.1 near the floor: a client made for token streams,
// which reads each answer with one system call into a borrowed buffer and
// knows when the kernel, not the program, received it.
package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"time"
)

// Config says where a Client connects and how. Its zero fields have the
// meanings given beside them. New copies it.
type Config struct {
	Epoch     time.Time   // all instants are offsets from it; zero: the moment of New
	Network   string      // "tcp" (the default), "tcp4", "tcp6" or "unix"
	Address   string      // host:port, or the path of a unix socket
	ConnectTo string      // dial this host:port instead; TLS name and Host header stay
	TLS       *tls.Config // nil: plain text
	// Dial replaces the system's dialling, for networks in memory. Nothing is
	// resolved then.
	Dial           func(ctx context.Context, network, address string) (net.Conn, error)
	ConnectTimeout time.Duration // resolving, dialling and TLS together; 0: none
	MaxHead        int           // bytes of all header lines of one response, and again of its trailers; 0: 64 KiB
	NoKeepAlive    bool          // one connection per request
}

// Absent is the value of an instant that did not happen.
const Absent = time.Duration(-1)

// Timing tells when the steps of making a connection ended, as offsets from
// the epoch; Absent where a step did not happen.
type Timing struct{ Dial, Resolved, Connected, Secured time.Duration }

// Stamp is the instant at which bytes arrived.
type Stamp struct {
	User      time.Duration // when the program held the bytes
	Kernel    time.Duration // when the kernel received them; only with HasKernel
	HasKernel bool
}

// At returns the kernel's stamp where there is one, else the user's.
func (s Stamp) At() time.Duration {
	if s.HasKernel {
		return s.Kernel
	}
	return s.User
}

// Lag returns how long the bytes lay in the kernel before they were read.
func (s Stamp) Lag() (time.Duration, bool) { return s.User - s.Kernel, s.HasKernel }

// Client makes and keeps connections to one place. It is safe for use by many
// goroutines.
type Client struct{ cfg Config }

// New returns a Client for cfg.
func New(cfg Config) *Client { return &Client{cfg: cfg} }

// Get returns a connection ready for one request.
func (c *Client) Get(ctx context.Context) (conn *Conn, reused bool, err error) {
	return nil, false, errors.ErrUnsupported
}

// Close closes the idle connections.
func (c *Client) Close() error { return nil }

// Conn is one request's use of a connection.
type Conn struct{}

// Timing tells how the connection was made.
func (c *Conn) Timing() Timing { return Timing{} }

// Write sends one whole request.
func (c *Conn) Write(req []byte) (sent, written time.Duration, err error) {
	return Absent, Absent, errors.ErrUnsupported
}

// SetReadDeadline bounds the reads to come; negative: no bound.
func (c *Conn) SetReadDeadline(at time.Duration) error { return errors.ErrUnsupported }

// SetWriteDeadline bounds the writes to come; negative: no bound.
func (c *Conn) SetWriteDeadline(at time.Duration) error { return errors.ErrUnsupported }

// ReadHead reads the head of the final response; the Stamp is that of its first byte.
func (c *Conn) ReadHead() (*Head, Stamp, error) { return nil, Stamp{}, errors.ErrUnsupported }

// ReadBody returns the body bytes of one socket read, valid until the next call; io.EOF at the end.
func (c *Conn) ReadBody() (b []byte, at Stamp, err error) {
	return nil, Stamp{}, errors.ErrUnsupported
}

// Interrupt makes the running and all later calls fail, from any goroutine.
// After Release or Close it does nothing.
func (c *Conn) Interrupt() {}

// Release gives the connection back when it can serve another request, else closes it.
func (c *Conn) Release() {}

// Close closes the connection.
func (c *Conn) Close() error { return nil }

// Head is the head of a response.
type Head struct {
	Proto  string // "HTTP/1.1" or "HTTP/1.0"
	Status int
}

// Get returns the first value of the named field, "" where there is none.
func (h *Head) Get(name string) string { return "" }
