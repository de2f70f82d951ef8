package mockllm

import (
	"context"
	"time"
)

// Shutdown stops accepting, lets requests in flight end, and waits for Serve to be done with it. When ctx ends before
// that, or the graceful timeout passes, the worker is killed. From any goroutine, once Serve was called.
func (s *Server) Shutdown(ctx context.Context) error {
	s.Stop()
	select {
	case <-s.done:
		return nil
	case <-ctx.Done():
		s.Kill()
		<-s.done
		return ctx.Err()
	}
}

// Stop begins a graceful stop and returns at once. From any goroutine.
func (s *Server) Stop() { s.loop.Post(s.beginStop) }

// Kill ends the worker at once, even while its loop is blocked. Requests in flight get their ledger lines, with
// "killed" for a finish. From any goroutine.
func (s *Server) Kill() { s.loop.Kill() }

// beginStop is the first step of a graceful stop. From now on each connection gets one more answer, which says that it
// is the last, and those that stay silent are closed after a while.
func (s *Server) beginStop() {
	if s.closing {
		return
	}
	s.closing = true
	s.onStop()
	s.accepting.drain(s)
	s.accepting.stop()
	s.loop.At(time.Now().Add(s.cfg.GracefulTimeout), s.overdue)
	for _, leave := range s.watchers {
		leave()
	}
	if s.local != nil {
		s.local.stop()
	}
	for c := range s.conns {
		if c.x == nil && !c.leaving {
			c.rest()
		}
	}
	s.dropped()
}

// watch notes that x lasts until something else ends. leave is called when the worker stops before that: to wait for
// what others do is nothing that a stop should wait for.
func (s *Server) watch(x *exchange, leave func()) {
	s.watchers[x] = leave
	if s.closing {
		s.loop.Post(leave)
	}
}

// overdue ends a graceful stop that has taken its time.
func (s *Server) overdue() {
	if len(s.exchanges) > 0 {
		s.loop.Kill()
		return
	}
	s.bookAll()
	s.loop.stop()
}

// dropped ends a graceful stop when nothing is left to be done.
func (s *Server) dropped() {
	if s.closing && len(s.conns) == 0 && len(s.exchanges) == 0 {
		s.loop.stop()
	}
}

// killed is the last act of a killed loop.
func (s *Server) killed() {
	if s.fate == nil {
		s.fate = ErrKilled
	}
	if s.ledger == nil {
		return
	}
	for x := range s.exchanges {
		if x.entry.finish == "" {
			x.entry.finish = "killed"
		}
		s.ledger.request(x.entry)
	}
	s.bookAll()
}

// crash ends the worker as a fatal error in a handler would; the ledger's lines are written first. It does not return.
func (s *Server) crash() {
	s.fate = ErrCrashed
	s.loop.die()
}
