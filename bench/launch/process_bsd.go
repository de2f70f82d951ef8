//go:build unix && !linux

package launch

import (
	"os"
	"syscall"
)

func sessionOfItsOwn() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// widen does nothing: the system decides how much a pipe holds.
func widen(*os.File) {}
