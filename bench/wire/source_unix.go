//go:build unix

package wire

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// newSource returns the best reader for nc.
func newSource(nc net.Conn, pool *buffers, epoch time.Time) source {
	var sc syscall.Conn
	switch nc := nc.(type) {
	case *net.TCPConn:
		sc = nc
	case *net.UnixConn:
		sc = nc
	default: // a wrapper may have its own Read: it has to be asked
		return &connSource{nc: nc, pool: pool, epoch: epoch}
	}
	rc, err := sc.SyscallConn()
	if err != nil {
		return &connSource{nc: nc, pool: pool, epoch: epoch}
	}
	s := &rawSource{rc: rc, pool: pool, clock: newClock(epoch)}
	s.try = s.receive
	return s
}

// rawSource reads a socket with one system call per packet and waits in the
// runtime's poller without holding a buffer.
//
// The poller is edge-triggered: an edge that fires between two reads is
// forgotten when the next wait begins. RawConn.Read always tries before it
// waits, so bytes left behind by a full buffer are found. That first try is
// mostly in vain and costs a system call, so it is a cheap one while it is. It
// cannot be left out: the packet that arrives in between would be lost. Nor
// would handling packets inside the callback, without leaving it, make it
// needless: bytes with an end or a reset close behind give one edge for both.
type rawSource struct {
	rc   syscall.RawConn
	try  func(fd uintptr) bool // receive, bound once: binding it per read would allocate
	pool *buffers
	buf  *buffer

	fresh  bool // the next try is the first of its read
	calm   bool // the last first try found nothing
	nowait bool

	// What the last receive found.
	errno  syscall.Errno
	n      int
	kernel int64
	at     reading

	clock clock
}

func (s *rawSource) read() ([]byte, Stamp, error) {
	s.fresh = true
	if err := s.rc.Read(s.try); err != nil {
		s.release()
		return nil, Stamp{User: time.Since(s.clock.epoch)}, plainError(err)
	}
	at := s.clock.stamp(s.at, s.kernel)
	if s.errno != 0 || s.n == 0 {
		s.release()
		if s.errno != 0 {
			return nil, at, os.NewSyscallError("read", s.errno)
		}
		return nil, at, io.EOF
	}
	return s.buf[:s.n], at, nil
}

func (s *rawSource) poll() ([]byte, error) {
	s.nowait = true
	b, _, err := s.read()
	s.nowait = false
	if errors.Is(err, syscall.EAGAIN) {
		return nil, errWouldBlock
	}
	return b, err
}

// receive is RawConn.Read's callback: it reports false to wait for the next
// edge.
func (s *rawSource) receive(fd uintptr) bool {
	if s.fresh && s.calm && !s.nowait {
		if errno := peek(fd); errno != 0 {
			return s.peeked(errno)
		}
	}
	if s.buf == nil {
		s.buf = s.pool.take()
	}
	s.n, s.kernel, s.errno = receive(fd, s.buf)
	if s.fresh {
		s.fresh, s.calm = false, s.errno == syscall.EAGAIN
	}
	if s.errno == syscall.EAGAIN && !s.nowait {
		s.release()
		return false
	}
	s.at = s.clock.read()
	return true
}

// peeked takes what a cheap first try found instead of bytes or an end.
func (s *rawSource) peeked(errno syscall.Errno) bool {
	s.fresh = false
	if errno == syscall.EAGAIN {
		s.release()
		return false
	}
	s.n, s.kernel, s.errno = 0, 0, errno
	s.at = s.clock.read()
	return true
}

func (s *rawSource) release() {
	if s.buf != nil {
		s.pool.give(s.buf)
		s.buf = nil
	}
}
