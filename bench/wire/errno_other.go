//go:build !windows

package wire

import "syscall"

const (
	errnoRefused = syscall.ECONNREFUSED
	errnoReset   = syscall.ECONNRESET
	errnoPipe    = syscall.EPIPE // written to after a reset
)
