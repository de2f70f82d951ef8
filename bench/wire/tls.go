package wire

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"time"
)

// feed is the net.Conn beneath crypto/tls. Until the handshake is done it is
// the socket; afterwards it hands out only what tlsSource has put in, so that
// waiting happens in the raw source, without a buffer, and each decrypted byte
// has the stamp of the read that completed its record.
type feed struct {
	net.Conn
	fed     bool // the handshake is done
	pending []byte
	ended   bool // the socket's end was read
	told    bool // … and crypto/tls was told
}

// Read is called by crypto/tls.
func (f *feed) Read(p []byte) (int, error) {
	if !f.fed {
		return f.Conn.Read(p)
	}
	if len(f.pending) > 0 {
		n := copy(p, f.pending)
		f.pending = f.pending[n:]
		return n, nil
	}
	if f.ended {
		f.told = true
		return 0, io.EOF
	}
	return 0, errWouldBlock
}

// tlsSource decrypts what a raw source reads.
type tlsSource struct {
	raw  source
	feed *feed
	tls  *tls.Conn
	pool *buffers
	buf  *buffer
	at   Stamp
	more bool  // crypto/tls may hold plain text
	end  error // what comes after the bytes lent
}

// newTLSSource reads through tc, whose handshake was done at the given
// instant. The handshake may have read ahead: the first read looks there
// first.
func newTLSSource(raw source, f *feed, tc *tls.Conn, pool *buffers, done time.Duration) *tlsSource {
	f.fed = true
	return &tlsSource{raw: raw, feed: f, tls: tc, pool: pool, at: Stamp{User: done}, more: true}
}

func (s *tlsSource) read() ([]byte, Stamp, error) {
	for {
		if b, err := s.drain(); len(b) > 0 || err != nil {
			return b, s.at, err
		}
		s.release()
		b, at, err := s.raw.read()
		s.at = at
		if err := s.put(b, err); err != nil {
			return nil, at, err
		}
	}
}

func (s *tlsSource) poll() ([]byte, error) {
	for {
		if b, err := s.drain(); len(b) > 0 || err != nil {
			return b, err
		}
		b, err := s.raw.poll()
		if err := s.put(b, err); err != nil {
			return nil, err
		}
	}
}

// put gives crypto/tls the result of a raw read. It returns the errors that
// are not crypto/tls's to judge.
func (s *tlsSource) put(b []byte, err error) error {
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	s.feed.pending, s.feed.ended, s.more = b, err != nil, true
	return nil
}

// drain decrypts all that can be without reading. Several records of one
// socket read become one slice.
func (s *tlsSource) drain() ([]byte, error) {
	if s.end != nil {
		return nil, s.end
	}
	if !s.more {
		return nil, nil
	}
	if s.buf == nil {
		s.buf = s.pool.take()
	}
	n := 0
	for n < len(s.buf) && s.more && s.end == nil {
		m, err := s.tls.Read(s.buf[n:])
		n += m
		switch {
		case errors.Is(err, errWouldBlock):
			s.more = false
		case err != nil:
			s.end = s.judge(err)
		}
	}
	if n == 0 && s.end != nil {
		return nil, s.end
	}
	return s.buf[:n], nil
}

// judge tells the peer's close_notify from a connection that was cut: to
// crypto/tls both are io.EOF, but only the first proves that nothing is
// missing.
func (s *tlsSource) judge(err error) error {
	if errors.Is(err, io.EOF) && s.feed.told {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (s *tlsSource) release() {
	if s.buf != nil {
		s.pool.give(s.buf)
		s.buf = nil
	}
	if len(s.feed.pending) == 0 {
		s.raw.release()
	}
}
