//go:build unix

package mockllm

import (
	"bytes"
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// alone runs write while no other process writes a line, after half a line has been removed that a process left which
// was killed in the middle of writing it. The system frees the lock of a process that dies.
func (l *ledger) alone(write func() error) error {
	fd := int(l.file.Fd())
	for {
		err := unix.Flock(fd, unix.LOCK_EX)
		if err == nil {
			break
		}
		if !errors.Is(err, unix.EINTR) {
			return write() // what cannot be locked is no file that processes share
		}
	}
	return errors.Join(l.mend(), write(), unix.Flock(fd, unix.LOCK_UN))
}

// halfLine bounds how much of the end of the file is searched for the last whole line.
const halfLine = 1 << 20

// everyLine begins every line.
const everyLine = `{"kind":"`

// mend cuts off what follows the last line end, if it is the beginning of a line of the ledger.
func (l *ledger) mend() error {
	info, err := l.file.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return err
	}
	size := info.Size()
	var last [1]byte
	if _, err := l.file.ReadAt(last[:], size-1); err != nil || last[0] == '\n' {
		return ignoreUnreadable(err)
	}
	tail := make([]byte, min(size, halfLine))
	if _, err := l.file.ReadAt(tail, size-int64(len(tail))); err != nil {
		return err
	}
	half := tail[bytes.LastIndexByte(tail, '\n')+1:]
	if n := min(len(half), len(everyLine)); int64(len(half)) == halfLine || string(half[:n]) != everyLine[:n] {
		_, err := l.file.WriteString("\n") // not ours to cut
		return err
	}
	return l.file.Truncate(size - int64(len(half)))
}

// ignoreUnreadable passes over a file that may only be written to.
func ignoreUnreadable(err error) error {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, os.ErrPermission) || errors.Is(err, unix.EBADF) {
		return nil
	}
	return err
}
