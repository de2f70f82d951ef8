// Package wire is HTTP/1.1 near the floor: a client made for token streams,
// which reads each packet with one system call into a borrowed buffer and
// knows when the kernel, not the program, received it.
//
// A request is written as ready-made bytes; the response comes back as a Head
// and then as body bytes, one socket read at a time, transfer coding removed.
// Nothing is decompressed, redirected or retried: those would hide what the
// server did. A connection serves one request at a time.
package wire

import (
	"context"
	"crypto/tls"
	"net"
	"time"
)

// Config says where a Client connects and how. Its zero fields have the
// meanings given beside them. New copies it.
type Config struct {
	Epoch     time.Time   // all instants are offsets from it; zero: the moment of New
	Network   string      // "tcp" (the default), "tcp4", "tcp6" or "unix"
	Address   string      // host:port with a numeric port, or the path of a unix socket
	ConnectTo string      // dial this host:port instead; TLS name and Host header stay
	TLS       *tls.Config // nil: plain text. An empty ServerName becomes the host of Address
	// Dial replaces resolving and dialling, for networks in memory. It is
	// given Network and ConnectTo or Address.
	Dial           func(ctx context.Context, network, address string) (net.Conn, error)
	ConnectTimeout time.Duration // resolving, dialling and TLS together; 0: none
	MaxHead        int           // bytes of all heads of one response, and again of its trailers; 0: 64 KiB
	NoKeepAlive    bool          // one connection per request
}

const defaultMaxHead = 64 << 10

// withDefaults fills in what was left out.
func (c Config) withDefaults() Config {
	if c.Epoch.IsZero() {
		c.Epoch = time.Now()
	}
	if c.Network == "" {
		c.Network = "tcp"
	}
	if c.MaxHead == 0 {
		c.MaxHead = defaultMaxHead
	}
	if c.TLS != nil {
		c.TLS = c.TLS.Clone()
		if host, _, err := net.SplitHostPort(c.Address); err == nil && c.TLS.ServerName == "" {
			c.TLS.ServerName = host
		}
		if len(c.TLS.NextProtos) == 0 {
			c.TLS.NextProtos = []string{"http/1.1"}
		}
	}
	return c
}

// Absent is the value of an instant that did not happen.
const Absent time.Duration = -1

// Timing tells when the steps of making a connection ended, and Dial when they
// began, as offsets from the epoch; Absent where a step did not happen (an IP
// address is not resolved, plain text not secured).
type Timing struct{ Dial, Resolved, Connected, Secured time.Duration }
