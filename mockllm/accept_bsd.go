//go:build unix && !linux

package mockllm

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// acceptSocket holds the fork lock: without accept4 a child could inherit the descriptor before it is marked.
func acceptSocket(fd int) (int, error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	accepted, _, err := unix.Accept(fd)
	if err != nil {
		return -1, err
	}
	unix.CloseOnExec(accepted)
	return accepted, unix.SetNonblock(accepted, false)
}
