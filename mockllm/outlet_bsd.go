//go:build unix && !linux

package mockllm

import "golang.org/x/sys/unix"

// sendOnce is one non-blocking send of p, which is not empty; an error counts as nothing taken.
func sendOnce(fd int, p []byte) int {
	for {
		n, err := unix.Write(fd, p)
		if err == unix.EINTR {
			continue
		}
		return max(n, 0)
	}
}
