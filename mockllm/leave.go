package mockllm

import (
	"crypto/tls"
	"time"
)

const (
	// retireTimeout is how long a connection of a worker that stops may be silent before it is closed. A client that
	// sends one request after the other has the next one on its way when the stop begins: it is answered.
	retireTimeout = time.Second
	// lingerTimeout is how long bytes are read after the sending half was closed.
	lingerTimeout = time.Second
	// lastLook is how long the connections of a worker that dies are read for what the kernel holds already.
	lastLook = 20 * time.Millisecond
)

// rest waits for the next request.
func (c *conn) rest() {
	d := idleTimeout
	if c.srv.closing {
		d = min(retireTimeout, c.srv.cfg.GracefulTimeout/2)
	}
	c.expire(d, c.silent)
}

// expire calls f after d unless something happens before.
func (c *conn) expire(d time.Duration, f func()) {
	c.idle.Stop()
	c.idle = c.srv.loop.At(time.Now().Add(d), f)
}

// silent is the end of a rest. A request that arrives piece by piece has as long as those that are being answered.
func (c *conn) silent() {
	if c.srv.closing && c.in.partial() {
		return
	}
	c.hangUp()
}

// hangUp closes the sending half and goes on reading for a while: to close at once would reset the connection while the
// client still sends, and it would never see what was sent last. A request that crosses the end on the wire gets its
// ledger line, and no answer.
func (c *conn) hangUp() {
	c.leaving = true
	if secured, ok := c.stream.(*tls.Conn); ok {
		_ = secured.CloseWrite() // an error means that there was no handshake
	}
	if !c.out.finish() {
		c.close()
		return
	}
	c.expire(lingerTimeout, c.close)
	c.book(false)
}

// book writes the ledger's lines of requests that were received and will not be begun; gone tells whether the client
// has left.
func (c *conn) book(gone bool) {
	for !c.deaf {
		req, err := c.in.readHead()
		if req == nil {
			c.deaf = err != nil
			return
		}
		if !c.booked {
			c.bookHead(&requestEntry{method: req.Method, path: req.URL.Path, accepted: c.accepted, clientGone: gone})
		}
		if err != nil {
			c.deaf = true
			return
		}
		if _, ok, err := c.in.readBody(); !ok {
			c.deaf = err != nil
			return
		}
		c.booked = false
	}
}

// bookHead writes one such line.
func (c *conn) bookHead(entry *requestEntry) {
	c.booked = true
	c.accepted = 0
	if c.srv.ledger == nil {
		return
	}
	if entry.accepted == 0 {
		entry.accepted = c.srv.clock.now()
	}
	entry.id = c.srv.ids.next()
	c.srv.ledger.request(entry)
}

// bookAll is book for all connections of a worker that dies: what its readers hold, and what they find in the kernel
// now, was received. It waits for them; the connections are of no use afterwards.
func (s *Server) bookAll() {
	until := time.Now().Add(lastLook)
	for c := range s.conns {
		c.dead = true
		close(c.done)
		if c.raw.SetReadDeadline(until) != nil {
			c.out.drop()
		}
	}
	s.readers.Wait()
	for c := range s.conns {
		c.take()
		c.book(false)
	}
}
