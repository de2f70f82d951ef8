//go:build unix

package mockllm

import "golang.org/x/sys/unix"

// monotonic reads CLOCK_MONOTONIC; it cannot fail for a clock that every unix has.
func monotonic() int64 {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		return 0
	}
	return ts.Nano()
}
