package wire

import (
	"os"
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

// keepStamping makes the kernel begin to stamp, and go on until the returned
// file is closed; nil where it does not. The kernel starts and stops stamping
// for the whole machine, a moment after the first socket has asked for it and
// after the last has gone: without a socket that only asks, the first packets
// after every lull would lack a stamp. It is bound to nothing.
func keepStamping() *os.File {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
	return os.NewFile(uintptr(fd), "stamping")
}

// peek looks whether a read would find bytes or an end, at two thirds of what
// a read costs that finds nothing: then its error is EAGAIN. Any other error
// is the connection's own, which Linux tells once, even to a peek: it must be
// taken as the read's.
func peek(fd uintptr) syscall.Errno {
	var b [1]byte
	_, _, e := syscall.RawSyscall6(unix.SYS_RECVFROM, fd, uintptr(unsafe.Pointer(&b)), uintptr(len(b)),
		unix.MSG_PEEK|unix.MSG_DONTWAIT, 0, 0)
	if e == syscall.EINTR {
		return 0
	}
	return e
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
