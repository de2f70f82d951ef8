package launch

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// sessionOfItsOwn also asks the server to end when this process dies.
func sessionOfItsOwn() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGTERM}
}

// widen lets a pipe hold 1 MiB, if the system agrees, so that a server that writes its log does not wait while this
// process is busy measuring.
func widen(pipe *os.File) {
	_, _ = unix.FcntlInt(pipe.Fd(), unix.F_SETPIPE_SZ, 1<<20)
}
