//go:build !windows

package target

import (
	"errors"
	"syscall"
)

func isRefused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }

func isAborted(err error) bool { return errors.Is(err, syscall.ECONNABORTED) }
