package wire

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// wantStamps asks the kernel to stamp what the socket receives. Where it does
// not (a unix socket), reads go on without.
func wantStamps(_, _ string, rc syscall.RawConn) error {
	return rc.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
	})
}

// receive reads once from the non-blocking socket fd. kernel is the receive
// stamp in ns since 1970, 0 where there is none.
//
// It is one raw system call: a read that cannot block need not tell the
// scheduler. Message and control block stay on the stack. The control block is
// a struct, not bytes to be parsed: the stamp is all that was asked for, and
// anything else fails the checks.
func receive(fd uintptr, b *buffer) (n int, kernel int64, errno syscall.Errno) {
	var control struct {
		head unix.Cmsghdr
		time unix.Timespec
	}
	part := unix.Iovec{Base: &b[0]}
	part.SetLen(len(b))
	msg := unix.Msghdr{Iov: &part, Control: (*byte)(unsafe.Pointer(&control))}
	msg.SetIovlen(1)
	for {
		msg.SetControllen(int(unsafe.Sizeof(control)))
		r, _, e := syscall.RawSyscall(unix.SYS_RECVMSG, fd, uintptr(unsafe.Pointer(&msg)), unix.MSG_DONTWAIT)
		if e == syscall.EINTR {
			continue
		}
		if e != 0 {
			return 0, 0, e
		}
		if uintptr(msg.Controllen) >= unsafe.Sizeof(control) &&
			control.head.Level == unix.SOL_SOCKET && control.head.Type == unix.SCM_TIMESTAMPNS {
			kernel = control.time.Nano()
		}
		return int(r), kernel, 0
	}
}
