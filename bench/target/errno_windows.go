package target

import (
	"errors"

	"golang.org/x/sys/windows"
)

// The system's own numbers: package syscall's POSIX names do not match them.
func isRefused(err error) bool { return errors.Is(err, windows.WSAECONNREFUSED) }

func isAborted(err error) bool {
	return errors.Is(err, windows.WSAECONNRESET) || errors.Is(err, windows.WSAECONNABORTED)
}
