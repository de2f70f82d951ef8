package mockllm

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

const (
	// readSize is the most that a connection's reader holds.
	readSize = 4 << 10
	// maxAhead is how much of later requests is taken while one is being answered. What is beyond stays in the
	// kernel, and then the client's going is noticed late.
	maxAhead = 64 << 10
	// idleTimeout is how long a connection may be silent between requests. It is nginx's, not uvicorn's 5 s: a server
	// that closes while a client thinks makes requests fail by a race, and that fault should be asked for.
	idleTimeout = 75 * time.Second
	// handshakeTimeout bounds a TLS handshake.
	handshakeTimeout = 10 * time.Second
)

// conn is one connection: a goroutine reads it, all else happens on the loop.
type conn struct {
	srv    *Server
	raw    net.Conn // as accepted
	out    *outlet  // over raw
	stream net.Conn // out, or TLS over it

	in       requestReader
	piece    []byte    // read and not yet taken by the loop; the reader's until it is posted
	accepted int64     // when the head at hand was complete
	asked    bool      // the client has been told to continue with its body
	x        *exchange // being answered
	tunnel   *tunnel   // what arrives is for it, not for us; nil: there is none
	idle     Timer
	waiting  bool // the reader waits for leave to go on
	leaving  bool // no request is answered any more
	booked   bool // the head at hand is in the ledger
	deaf     bool // bytes are read and dropped: nobody knows where the next request begins
	dead     bool

	more chan struct{} // leave for the reader, one slot
	done chan struct{} // closed when the connection is
}

// adopt takes over an accepted connection.
func (s *Server) adopt(raw net.Conn) {
	c := &conn{srv: s, raw: raw, more: make(chan struct{}, 1), done: make(chan struct{})}
	c.in.parse = s.parse
	c.out = newOutlet(raw, &s.helpers)
	c.stream = c.out
	if s.tls != nil {
		c.stream = tls.Server(c.out, s.tls)
	}
	s.conns[c] = struct{}{}
	c.rest()
	s.readers.Go(c.read)
}

// read hands what arrives to the loop, piece by piece, and at last that nothing more will.
func (c *conn) read() {
	defer c.srv.loop.Post(c.ended)
	if c.handshake() != nil {
		return
	}
	buf := make([]byte, readSize)
	for {
		n, err := c.stream.Read(buf)
		if n > 0 {
			c.piece = buf[:n]
			c.srv.loop.Post(c.received)
			select {
			case <-c.more:
			case <-c.done:
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (c *conn) handshake() error {
	secured, ok := c.stream.(*tls.Conn)
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), handshakeTimeout)
	defer cancel()
	return secured.HandshakeContext(ctx)
}

// received takes a piece from the reader.
func (c *conn) received() {
	if c.dead {
		return
	}
	c.waiting = true
	if c.tunnel != nil {
		c.tunnel.feed(c.piece)
		c.piece = nil
		return
	}
	c.take()
	if c.leaving {
		c.book(false)
	} else {
		c.advance()
	}
	c.resume()
}

// take feeds the piece that the reader has left.
func (c *conn) take() {
	if !c.deaf {
		c.in.feed(c.piece)
	}
	c.piece = nil
}

// resume lets the reader go on, unless it is too far ahead.
func (c *conn) resume() {
	if c.waiting && (c.x == nil || c.in.buffered() < maxAhead) {
		c.waiting = false
		c.more <- struct{}{}
	}
}

// advance begins the next request if it is complete and none is being answered.
func (c *conn) advance() {
	if c.dead || c.x != nil || c.leaving {
		return
	}
	req, err := c.in.readHead()
	if req == nil {
		c.refuse(req, err)
		return
	}
	if c.accepted == 0 {
		c.accepted = c.srv.clock.now()
	}
	if err != nil {
		c.refuse(req, err)
		return
	}
	body, ok, err := c.in.readBody()
	switch {
	case err != nil:
		c.refuse(req, err)
	case ok:
		c.begin(req, body)
		c.srv.handle(c.x)
	case wantsContinue(req) && !c.asked:
		c.asked = true
		c.send([]byte("HTTP/1.1 100 Continue\r\n\r\n"))
	}
}

// begin makes c busy with one request.
func (c *conn) begin(req *http.Request, body []byte) {
	if c.accepted == 0 {
		c.accepted = c.srv.clock.now()
	}
	c.idle.Stop()
	c.x = c.srv.newExchange(c, req, body)
	c.accepted, c.asked = 0, false
}

// send writes b without blocking. Its errors are not returned: the reader meets them too, and ends the connection.
func (c *conn) send(b []byte) {
	_, _ = c.stream.Write(b)
}

// answered makes c ready for the next request, or closes it.
func (c *conn) answered(x *exchange) {
	if c.dead {
		return
	}
	c.x = nil
	switch {
	case !x.keep:
		c.hangUp()
	default:
		c.rest()
		if c.in.buffered() > 0 {
			c.srv.loop.Post(c.next)
		}
	}
}

// next goes on with what was received during the last answer.
func (c *conn) next() {
	c.advance()
	if !c.dead {
		c.resume()
	}
}

// ended notes that the client closed the connection, in whatever way. A client that closes only its sending half counts
// as gone too, as it does for uvicorn.
func (c *conn) ended() {
	if c.x != nil {
		c.x.lose()
	}
	if c.tunnel != nil {
		c.tunnel.end()
	}
	c.book(true)
	c.close()
}

// close ends c after what is queued has been sent.
func (c *conn) close() {
	if c.drop() {
		_ = c.stream.Close()
	}
}

// reset ends c at once, and the client sees a reset.
func (c *conn) reset() {
	if c.drop() {
		c.out.reset()
	}
}

// drop takes c out of the server; it is false when that was done before.
func (c *conn) drop() bool {
	if c.dead {
		return false
	}
	c.book(false)
	c.dead = true
	c.idle.Stop()
	close(c.done)
	delete(c.srv.conns, c)
	c.srv.dropped()
	return true
}
