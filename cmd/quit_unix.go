//go:build unix

package cmd

import (
	"os"
	"os/signal"
	"syscall"
)

// dumps are the signals by which a process is asked to end at once, and to say
// what it was doing: Go prints all goroutines, and exits 2.
func dumps() []os.Signal {
	if signal.Ignored(syscall.SIGQUIT) {
		return nil
	}
	return []os.Signal{syscall.SIGQUIT}
}

// again sends this process a signal that nobody listens to any more.
func again(sig os.Signal) {
	if number, ok := sig.(syscall.Signal); ok {
		_ = syscall.Kill(os.Getpid(), number) // to oneself it can always be sent
	}
}
