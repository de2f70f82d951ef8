package cmd

import (
	"os"

	"golang.org/x/sys/windows"
)

// terminal gives the width of the console that f is connected to; ok is false
// when it is none, or one that does not understand escape sequences.
func terminal(f *os.File) (columns int, ok bool) {
	handle := windows.Handle(f.Fd())
	var mode uint32
	if err := windows.GetConsoleMode(handle, &mode); err != nil {
		return 0, false
	}
	if err := windows.SetConsoleMode(handle, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING); err != nil {
		return 0, false
	}
	var info windows.ConsoleScreenBufferInfo
	if err := windows.GetConsoleScreenBufferInfo(handle, &info); err != nil {
		return 0, true
	}
	return int(info.Window.Right-info.Window.Left) + 1, true
}

// attended reports whether f is a console.
func attended(f *os.File) bool {
	var mode uint32
	return windows.GetConsoleMode(windows.Handle(f.Fd()), &mode) == nil
}

// suspensions are the signals by which a terminal's user stops a process.
func suspensions() []os.Signal { return nil }

// openFiles is how many files this process may have open, where that is known.
func openFiles() (n uint64, ok bool) { return 0, false }
