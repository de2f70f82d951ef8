//go:build unix

package mockllm

import (
	"net"
	"syscall"
)

// socketWriter returns a function that does one non-blocking write on c's socket, for one caller at a time; nil when c
// is none. It reports errors as "nothing taken": the blocking path meets them again.
func socketWriter(c net.Conn) func(p []byte) int {
	sc, ok := c.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return nil
	}
	var (
		pending []byte
		taken   int
	)
	write := func(fd uintptr) bool {
		taken = sendOnce(int(fd), pending)
		return true // never wait for the socket to become writable
	}
	return func(p []byte) int {
		pending, taken = p, 0
		if err := raw.Write(write); err != nil {
			return 0
		}
		return taken
	}
}
