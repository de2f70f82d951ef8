package mockllm

import "golang.org/x/sys/unix"

func acceptSocket(fd int) (int, error) {
	accepted, _, err := unix.Accept4(fd, unix.SOCK_CLOEXEC)
	return accepted, err
}
