//go:build unix

package cmd

import (
	"os"

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

// openFiles is how many files this process may have open, where that is known.
func openFiles() (n uint64, ok bool) {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) != nil {
		return 0, false
	}
	return uint64(limit.Cur), true //nolint:unconvert // it is signed on some systems
}
