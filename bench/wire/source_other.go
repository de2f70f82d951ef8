//go:build !unix

package wire

import (
	"net"
	"os"
	"syscall"
	"time"
)

// newSource returns the reader for nc.
func newSource(nc net.Conn, pool *buffers, epoch time.Time) source {
	return &connSource{nc: nc, pool: pool, epoch: epoch}
}

// wantStamps does nothing: only Linux stamps what a TCP socket receives.
func wantStamps(_, _ string, _ syscall.RawConn) error { return nil }

// keepStamping does nothing either.
func keepStamping() *os.File { return nil }
