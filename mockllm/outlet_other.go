//go:build !unix

package mockllm

import "net"

// socketWriter returns nil: all writes go through the queue.
func socketWriter(net.Conn) func(p []byte) int { return nil }
