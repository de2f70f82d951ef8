//go:build unix && !linux

package wire

import (
	"os"
	"syscall"
)

// wantStamps does nothing: only Linux stamps what a TCP socket receives.
func wantStamps(_, _ string, _ syscall.RawConn) error { return nil }

// keepStamping does nothing either.
func keepStamping() *os.File { return nil }

// peek has no cheap answer here: a read finds out.
func peek(uintptr) syscall.Errno { return 0 }

// receive reads once from the non-blocking socket fd.
func receive(fd uintptr, b *buffer) (n int, kernel int64, errno syscall.Errno) {
	for {
		n, err := syscall.Read(int(fd), b[:])
		if err == nil {
			return n, 0, 0
		}
		if e, ok := err.(syscall.Errno); ok && e != syscall.EINTR {
			return 0, 0, e
		}
	}
}
