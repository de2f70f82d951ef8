//go:build unix

package mockllm

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// acceptBatch bounds the connections taken in one turn of the loop, so that workers which share a listener also
	// share a burst.
	acceptBatch = 8
	// acceptPause is how long a worker that has no file descriptors left waits before it tries again.
	acceptPause = 100 * time.Millisecond
)

// socketAcceptor is the acceptor of a listening socket. Its goroutine waits until there is something to accept; the
// system call that accepts is made by the loop.
type socketAcceptor struct {
	ln      net.Listener // closed with file; nil: none
	file    *os.File
	raw     syscall.RawConn
	stopped atomic.Bool
}

// newAcceptor returns the acceptor that fits ln.
func newAcceptor(ln net.Listener) (acceptor, error) {
	socket, ok := ln.(interface{ File() (*os.File, error) })
	if !ok {
		return &gatedAcceptor{ln}, nil
	}
	file, err := socket.File()
	if err != nil {
		return nil, err
	}
	return newSocketAcceptor(ln, file)
}

// newSocketAcceptor takes over file, a listening socket in non-blocking mode.
func newSocketAcceptor(ln net.Listener, file *os.File) (*socketAcceptor, error) {
	raw, err := file.SyscallConn()
	if err != nil {
		return nil, err
	}
	return &socketAcceptor{ln: ln, file: file, raw: raw}, nil
}

func (a *socketAcceptor) accept(s *Server) {
	defer a.close()
	for !a.stopped.Load() {
		var outcome acceptOutcome
		err := a.raw.Read(func(fd uintptr) bool {
			outcome = a.turn(s, int(fd))
			return outcome != acceptedAll
		})
		if err != nil || outcome == acceptEnded {
			return
		}
		if outcome == acceptFailed {
			time.Sleep(acceptPause)
		}
	}
}

func (a *socketAcceptor) close() {
	_ = a.file.Close()
	if a.ln != nil {
		_ = a.ln.Close()
	}
}

// drain is bounded by what the listener may hold.
func (a *socketAcceptor) drain(s *Server) {
	_ = a.raw.Control(func(fd uintptr) {
		for range 1 + s.cfg.Backlog/acceptBatch {
			if a.batch(s, int(fd)) != acceptedSome {
				return
			}
		}
	})
}

// stop ends the wait; the goroutine closes the listener. To close it here could wait for that goroutine, and it for the
// loop.
func (a *socketAcceptor) stop() {
	a.stopped.Store(true)
	_ = a.file.SetReadDeadline(time.Unix(1, 0))
}

// acceptOutcome is how one turn of accepting ended.
type acceptOutcome uint8

const (
	acceptedAll  acceptOutcome = iota // nothing is pending
	acceptedSome                      // there may be more
	acceptFailed                      // for want of file descriptors or memory
	acceptEnded                       // the loop has ended
)

// turn has the loop accept what is pending, and waits for it.
func (a *socketAcceptor) turn(s *Server, fd int) acceptOutcome {
	result := make(chan acceptOutcome, 1)
	s.loop.Post(func() { result <- a.batch(s, fd) })
	select {
	case outcome := <-result:
		return outcome
	case <-s.loop.done:
		return acceptEnded
	}
}

// batch runs on the loop.
func (a *socketAcceptor) batch(s *Server, fd int) acceptOutcome {
	for range acceptBatch {
		if a.stopped.Load() {
			return acceptedSome
		}
		c, err := acceptOne(fd)
		switch {
		case err == nil:
			s.adopt(c)
		case errors.Is(err, unix.EAGAIN):
			return acceptedAll
		case !errors.Is(err, unix.EINTR) && !errors.Is(err, unix.ECONNABORTED):
			return acceptFailed
		}
	}
	return acceptedSome
}

// acceptOne takes one pending connection. Its error wraps the system call's.
func acceptOne(fd int) (net.Conn, error) {
	accepted, err := acceptSocket(fd)
	if err != nil {
		return nil, err
	}
	// The file is in blocking mode for the moment, which spares its registration with the poller: FileConn duplicates
	// the descriptor and registers that one.
	file := os.NewFile(uintptr(accepted), "")
	defer file.Close()
	c, err := net.FileConn(file)
	if err != nil {
		return nil, fmt.Errorf("accept: %w", err)
	}
	return c, nil
}
