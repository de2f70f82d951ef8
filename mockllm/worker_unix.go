//go:build unix

package mockllm

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Worker is the whole life of a worker process that an [Arbiter] started with its Command: it takes what it needs from
// the descriptors 3 and up. signals are those of [Signals]: TERM ends it gracefully, QUIT and ABRT at once, but not
// before the ledger's lines were written; the others are the arbiter's concern, which a terminal sends to all. It also
// ends at once when its arbiter has gone. The process must exit when it returns; the error has been told to the arbiter.
func Worker(signals <-chan os.Signal) error {
	for fd := fdListener; fd <= fdBeat; fd++ {
		if err := unix.SetNonblock(fd, true); err != nil {
			return fmt.Errorf("inherit descriptor %d: %w; only an arbiter can start a worker", fd, err)
		}
	}
	beats := os.NewFile(fdBeat, "heartbeat")
	defer beats.Close()
	s, accepting, err := inheritServer(beats)
	if err == nil {
		go obey(s, signals)
		err = s.serve(accepting)
	}
	if err != nil && !errors.Is(err, ErrCrashed) && !errors.Is(err, ErrKilled) {
		tell(beats, bootError, err.Error())
	}
	return err
}

// inheritServer builds the server from what the process inherited.
func inheritServer(beats *os.File) (*Server, acceptor, error) {
	life := os.NewFile(fdConfig, "config")
	decoder := json.NewDecoder(life)
	var wc workerConfig
	if err := decoder.Decode(&wc); err != nil {
		return nil, nil, fmt.Errorf("read configuration: %w", err)
	}
	accepting, err := newSocketAcceptor(nil, os.NewFile(fdListener, "listener"))
	if err != nil {
		return nil, nil, fmt.Errorf("inherit listener: %w", err)
	}
	var shared *os.File
	if wc.Shared {
		shared = os.NewFile(fdShared, "shared")
	}
	s := newServer(wc.Config, wc.Worker, shared)
	if err := s.pulse(beats); err != nil {
		return nil, nil, err
	}
	go func() {
		_, _ = io.Copy(io.Discard, life)
		s.Kill()
	}()
	return s, accepting, nil
}

// pulse sets the loop's heartbeat going. It comes from the loop and from nowhere else: it stops when the loop does.
func (s *Server) pulse(beats *os.File) error {
	raw, err := beats.SyscallConn()
	if err != nil {
		return fmt.Errorf("inherit heartbeat: %w", err)
	}
	every := beatInterval(s.cfg.Timeout)
	var send func()
	send = func() {
		_ = raw.Write(func(fd uintptr) bool { return writeSign(int(fd), beat) })
		s.loop.At(time.Now().Add(every), send)
	}
	s.onStop = func() {
		_ = raw.Write(func(fd uintptr) bool { return writeSign(int(fd), retiring) })
	}
	s.loop.Post(send)
	return nil
}

// writeSign does not block: with the pipe full, the arbiter has enough to read.
func writeSign(fd int, sign byte) bool {
	_, _ = unix.Write(fd, []byte{sign})
	return true
}

// obey acts on the signals of a worker.
func obey(s *Server, signals <-chan os.Signal) {
	for sig := range signals {
		switch sig {
		case syscall.SIGTERM:
			s.Stop()
		case syscall.SIGQUIT, syscall.SIGABRT:
			s.Kill()
		}
	}
}
