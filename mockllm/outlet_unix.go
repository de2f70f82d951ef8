//go:build unix

package mockllm

import (
	"net"
	"syscall"
)

// socketWriter returns a function that does one non-blocking write on c's socket; nil when c is none. It goes around
// the poller's locks and deadlines, which cost a token more than its bytes do: whoever calls it sees to it that c is not
// closed meanwhile. It reports errors as "nothing taken": the blocking path meets them again.
func socketWriter(c net.Conn) func(p []byte) int {
	sc, ok := c.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return nil
	}
	var socket int
	if err := raw.Control(func(fd uintptr) { socket = int(fd) }); err != nil {
		return nil
	}
	return func(p []byte) int { return sendOnce(socket, p) }
}
