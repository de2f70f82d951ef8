//go:build !unix

package mockllm

// monotonic is 0: no clock here is shared between processes in the way that CLOCK_MONOTONIC is.
func monotonic() int64 { return 0 }
