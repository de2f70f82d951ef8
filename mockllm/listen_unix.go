//go:build unix

package mockllm

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// setBacklog asks for room for n connections that wait to be accepted; the system may grant fewer.
func setBacklog(ln net.Listener, n int) error {
	return control(ln, func(fd int) error { return unix.Listen(fd, n) })
}

// listenerFile returns a file of ln's socket that can be inherited by many processes, and closes ln without removing a
// socket file. The socket is in non-blocking mode and stays so: the mode belongs to the socket, not to the descriptor,
// and a worker whose accept blocks is frozen. It is switched off only while os.NewFile looks at it, lest the file be
// registered with this process's poller, or be made blocking when it is handed to a child.
func listenerFile(ln net.Listener) (*os.File, error) {
	var file *os.File
	err := control(ln, func(fd int) error {
		duplicate, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
		if err != nil {
			return err
		}
		if err := unix.SetNonblock(duplicate, false); err != nil {
			return errors.Join(err, unix.Close(duplicate))
		}
		file = os.NewFile(uintptr(duplicate), "listener")
		return unix.SetNonblock(duplicate, true)
	})
	if err != nil {
		return nil, fmt.Errorf("share listener: %w", err)
	}
	if u, ok := ln.(*net.UnixListener); ok {
		u.SetUnlinkOnClose(false)
	}
	return file, ln.Close()
}

// control calls f with the descriptor of ln's socket.
func control(ln net.Listener, f func(fd int) error) error {
	socket, ok := ln.(syscall.Conn)
	if !ok {
		return errors.New("the listener is no socket")
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return err
	}
	var inner error
	if err := raw.Control(func(fd uintptr) { inner = f(int(fd)) }); err != nil {
		return err
	}
	return inner
}
