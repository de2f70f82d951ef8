package mockllm

import "net"

// acceptor takes connections from a listener, on the loop: a worker that is frozen takes none, and where several
// processes share the listener another one gets the connection.
type acceptor interface {
	// accept hands connections to s until stop or an error, then closes the listener.
	accept(s *Server)
	// drain takes, on the loop, the connections that the system has established for the listener already.
	drain(s *Server)
	// stop makes accept return soon; it does not block.
	stop()
}

// gatedAcceptor is the acceptor of a listener that is no socket of the system: one connection at a time, each handed
// over by a round trip through the loop.
type gatedAcceptor struct {
	ln net.Listener
}

func (a *gatedAcceptor) accept(s *Server) {
	for {
		c, err := a.ln.Accept()
		if err != nil {
			return
		}
		if !a.hand(s, c) {
			_ = c.Close()
		}
	}
}

// hand waits until the loop has taken c; it is false when the loop has ended.
func (a *gatedAcceptor) hand(s *Server, c net.Conn) bool {
	taken := make(chan struct{})
	s.loop.Post(func() {
		s.adopt(c)
		close(taken)
	})
	select {
	case <-taken:
		return true
	case <-s.loop.done:
	}
	select {
	case <-taken: // its last act
		return true
	default:
		return false
	}
}

// drain does nothing: accept holds at most one connection, and hands it over.
func (a *gatedAcceptor) drain(*Server) {}

func (a *gatedAcceptor) stop() { _ = a.ln.Close() }
