//go:build !unix

package mockllm

import "net"

func newAcceptor(ln net.Listener) (acceptor, error) { return &gatedAcceptor{ln}, nil }
