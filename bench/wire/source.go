package wire

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// bufferSize is how much one read can bring. A paced stream needs a few
// hundred bytes. In a burst an event costs a third more with 4 KiB, and a
// seventh less with 64 KiB, which a connSource would hold for every stream.
const bufferSize = 16 << 10

type buffer [bufferSize]byte

// buffers lends read buffers. A connection holds one only while it has bytes
// to hand out, so that thousands of waiting streams share a few.
type buffers struct{ pool sync.Pool }

func (p *buffers) take() *buffer {
	if b, ok := p.pool.Get().(*buffer); ok {
		return b
	}
	return new(buffer)
}

func (p *buffers) give(b *buffer) { p.pool.Put(b) }

// source is where a connection's bytes come from.
type source interface {
	// read waits for bytes and returns those of one socket read, never none
	// without an error. They are lent until the next call. A deadline is
	// os.ErrDeadlineExceeded and loses nothing; the end is io.EOF.
	read() ([]byte, Stamp, error)
	// poll is read without waiting: errWouldBlock where nothing has come.
	poll() ([]byte, error)
	// release gives back what was lent.
	release()
}

// errWouldBlock says that a read would have to wait. It is temporary, so that
// crypto/tls does not take it for the connection's end.
var errWouldBlock error = wouldBlock{}

type wouldBlock struct{}

func (wouldBlock) Error() string   { return "read would block" }
func (wouldBlock) Timeout() bool   { return true }
func (wouldBlock) Temporary() bool { return true }

// past is a deadline that has passed, in virtual time too.
func past() time.Time { return time.Unix(1, 0) }

// connSource reads any net.Conn. It holds a buffer while it waits and knows no
// kernel stamps.
type connSource struct {
	nc    net.Conn
	pool  *buffers
	epoch time.Time
	buf   *buffer
}

func (s *connSource) read() ([]byte, Stamp, error) {
	if s.buf == nil {
		s.buf = s.pool.take()
	}
	for {
		n, err := s.nc.Read(s.buf[:])
		at := Stamp{User: time.Since(s.epoch)}
		if n > 0 {
			return s.buf[:n], at, nil // an error that came along comes again
		}
		if err != nil {
			s.release()
			return nil, at, plainError(err)
		}
	}
}

func (s *connSource) poll() ([]byte, error) {
	if err := s.nc.SetReadDeadline(past()); err != nil {
		return nil, err
	}
	b, _, err := s.read()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, errors.Join(errWouldBlock, s.nc.SetReadDeadline(time.Time{}))
	}
	return b, err
}

func (s *connSource) release() {
	if s.buf != nil {
		s.pool.give(s.buf)
		s.buf = nil
	}
}

// plainError takes addresses and the names of inner calls out of an error:
// they differ from connection to connection and say nothing to a reader.
func plainError(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return os.ErrDeadlineExceeded
	}
	if errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrClosedPipe) {
		return net.ErrClosed
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err
	}
	return err
}
