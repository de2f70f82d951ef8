//go:build !unix

package mockllm

import (
	"os"
	"syscall"
)

// Signals are those that the process of an [Arbiter] must have delivered to it.
func Signals() []os.Signal { return []os.Signal{syscall.SIGTERM, os.Interrupt} }

// OrderOf is what a signal means to an arbiter; false when it means nothing.
func OrderOf(sig os.Signal) (Order, bool) {
	if sig == syscall.SIGTERM || sig == os.Interrupt {
		return Stop, true
	}
	return 0, false
}
