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
