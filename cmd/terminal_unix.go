//go:build unix

package cmd

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// terminal gives the width of the terminal that f is connected to; ok is false
// when it is none.
func terminal(f *os.File) (columns int, ok bool) {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0, false
	}
	return int(size.Col), true
}

// attended reports whether f is a terminal that has this process in its
// foreground: one in the background would be stopped when it sets the terminal
// up.
func attended(f *os.File) bool {
	group, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

// suspensions are the signals by which a terminal's user stops a process.
func suspensions() []os.Signal { return []os.Signal{syscall.SIGTSTP} }

// openFiles is how many files this process may have open, where that is known.
func openFiles() (n uint64, ok bool) {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) != nil {
		return 0, false
	}
	return uint64(limit.Cur), true //nolint:unconvert // it is signed on some systems
}
