//go:build unix

package mockllm

import (
	"os"

	"golang.org/x/sys/unix"
)

// Signals are those that the process of an [Arbiter], and of a [Worker] likewise, must have delivered to it.
func Signals() []os.Signal {
	return []os.Signal{
		unix.SIGTERM, unix.SIGINT, unix.SIGQUIT, unix.SIGHUP, unix.SIGTTIN, unix.SIGTTOU, unix.SIGABRT,
	}
}

// OrderOf is what a signal means to an arbiter; false when it means nothing.
func OrderOf(sig os.Signal) (Order, bool) {
	switch sig {
	case unix.SIGTERM, unix.SIGINT:
		return Stop, true
	case unix.SIGQUIT, unix.SIGABRT:
		return Quit, true
	case unix.SIGHUP:
		return Reload, true
	case unix.SIGTTIN:
		return More, true
	case unix.SIGTTOU:
		return Fewer, true
	}
	return 0, false
}
