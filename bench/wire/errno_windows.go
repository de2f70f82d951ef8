package wire

import "syscall"

// Windows has its own numbers; those that syscall calls ECONN… are invented
// there and match nothing.
const (
	errnoRefused = syscall.Errno(10061) // WSAECONNREFUSED
	errnoReset   = syscall.Errno(10054) // WSAECONNRESET
	errnoPipe    = syscall.Errno(10053) // WSAECONNABORTED
)
