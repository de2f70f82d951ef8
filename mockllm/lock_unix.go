//go:build unix

package mockllm

import (
	"os"
	"syscall"
)

// lockFile waits for the file's lock and returns what gives it back. The lock is of fcntl's kind, which belongs to the
// process: flock's belongs to the open file, which workers inherit and therefore share. It dies with its holder.
func lockFile(f *os.File) (unlock func() error, err error) {
	set := func(how int16) error {
		return syscall.FcntlFlock(f.Fd(), syscall.F_SETLKW, &syscall.Flock_t{Type: how, Whence: 0})
	}
	if err := set(syscall.F_WRLCK); err != nil {
		return nil, os.NewSyscallError("fcntl", err)
	}
	return func() error { return os.NewSyscallError("fcntl", set(syscall.F_UNLCK)) }, nil
}
