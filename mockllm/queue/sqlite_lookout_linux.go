package queue

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// watchFile returns what can be read when the file has been written to. The file is not opened for it: to close it
// again would let go of this process's locks on it.
func watchFile(path string) (*os.File, error) {
	fd, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("watch %s: %w", path, err)
	}
	f := os.NewFile(uintptr(fd), "inotify")
	if _, err := unix.InotifyAddWatch(fd, path, unix.IN_MODIFY); err != nil {
		_ = f.Close() // nothing was written to it
		return nil, fmt.Errorf("watch %s: %w", path, err)
	}
	return f, nil
}
