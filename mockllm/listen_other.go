//go:build !unix

package mockllm

import "net"

// setBacklog does nothing: the system's own is used.
func setBacklog(net.Listener, int) error { return nil }
