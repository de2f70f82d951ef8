package mockllm

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// sendOnce is one non-blocking send of p, which is not empty; an error counts as nothing taken. RawSyscall, since the
// scheduler need not hear of a call that never blocks: with it the whole of a token costs a fifth less.
func sendOnce(fd int, p []byte) int {
	for {
		n, _, errno := syscall.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)),
			unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, 0, 0)
		switch errno {
		case 0:
			return int(n)
		case unix.EINTR:
		default:
			return 0
		}
	}
}
