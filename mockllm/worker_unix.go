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
	beats, wc, err := inherit()
	if err != nil {
		return err
	}
	defer beats.Close()
	s, accepting, err := inheritServer(beats, wc)
	if err == nil {
		go obey(s, signals)
		err = s.serve(accepting)
	}
	complain(beats, err)
	return err
}

// inheritance is what a worker process has got from its arbiter.
type inheritance struct {
	workerConfig
	life *os.File // its end is the arbiter's
}

// inherit takes up the two pipes that every worker process has, and reads its configuration.
func inherit() (beats *os.File, in inheritance, err error) {
	for fd := fdConfig; fd < fdRest; fd++ {
		if err := unix.SetNonblock(fd, true); err != nil {
			return nil, in, fmt.Errorf("inherit descriptor %d: %w; only an arbiter can start a worker", fd, err)
		}
	}
	beats = os.NewFile(fdBeat, "heartbeat")
	in.life = os.NewFile(fdConfig, "config")
	if err := json.NewDecoder(in.life).Decode(&in.workerConfig); err != nil {
		err = fmt.Errorf("read configuration: %w", err)
		complain(beats, err)
		return nil, in, errors.Join(err, beats.Close())
	}
	return beats, in, nil
}

// shared is the file of the faults' counts, nil for none.
func (in *inheritance) shared(fd uintptr) *os.File {
	if !in.Shared {
		return nil
	}
	return os.NewFile(fd, "shared")
}

// outlive waits for the arbiter to go, does what the arbiter cannot do any more, and calls kill.
func (in *inheritance) outlive(kill func()) {
	_, _ = io.Copy(io.Discard, in.life)
	if in.Home != "" {
		_ = os.RemoveAll(in.Home) // as the others do that live on
	}
	kill()
}

// complain tells the arbiter why a worker could not do its work. A death that was wanted is no complaint.
func complain(beats *os.File, err error) {
	if err != nil && !errors.Is(err, ErrCrashed) && !errors.Is(err, ErrKilled) {
		tell(beats, bootError, err.Error())
	}
}

// inheritServer builds the server from what the process inherited.
func inheritServer(beats *os.File, in inheritance) (*Server, acceptor, error) {
	accepting, err := newSocketAcceptor(nil, os.NewFile(fdRest, "listener"))
	if err != nil {
		return nil, nil, fmt.Errorf("inherit listener: %w", err)
	}
	s := newServer(in.Config, in.Worker, in.shared(fdRest+1))
	if err := heartbeat(s.loop, beats, s.cfg.Timeout); err != nil {
		return nil, nil, err
	}
	sign := func(kind byte) func() {
		return func() { writeSign(beats, kind) }
	}
	s.onStop, s.onJobs = sign(retiring), sign(jobsAsked)
	if in.Warm {
		s.loop.Post(s.warm)
	}
	go in.outlive(s.Kill)
	return s, accepting, nil
}

// heartbeat sets a loop's heartbeat going. It comes from the loop and from nowhere else: it stops when the loop does.
func heartbeat(loop *Loop, beats *os.File, timeout time.Duration) error {
	if _, err := beats.SyscallConn(); err != nil {
		return fmt.Errorf("inherit heartbeat: %w", err)
	}
	every := beatInterval(timeout)
	var send func()
	send = func() {
		writeSign(beats, beat)
		loop.At(time.Now().Add(every), send)
	}
	loop.Post(send)
	return nil
}

// writeSign does not block: with the pipe full, the arbiter has enough to read.
func writeSign(beats *os.File, sign byte) {
	raw, err := beats.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Write(func(fd uintptr) bool {
		_, _ = unix.Write(int(fd), []byte{sign})
		return true
	})
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
