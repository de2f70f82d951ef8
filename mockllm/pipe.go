package mockllm

import (
	"context"
	"net"
	"sync"
	"syscall"
)

// pipeBacklog is how many dialled connections may wait to be accepted.
const pipeBacklog = 4096

// Pipe is a network in memory with one listener: a [net.Listener] whose clients call Dial. It is made for tests, and
// works in a testing/synctest bubble, where real sockets stop the clock.
//
// Its connections are like TCP's on a fast network: each direction buffers [PipeBuffer] bytes, so that a write blocks
// only while that is full; after Close the peer reads what is buffered, then [io.EOF]; after SetLinger(0) and Close it
// reads ECONNRESET at once. Dial does not wait for Accept. All methods may be called from any goroutine.
type Pipe struct {
	mu      sync.Mutex // guards what follows
	pending []*pipeConn
	closed  bool
	changed chan struct{} // closed and replaced at each change
}

// NewPipe returns a network that listens.
func NewPipe() *Pipe { return &Pipe{changed: make(chan struct{})} }

// Dial connects to the listener, whatever the address; it has the signature of [net.Dialer.DialContext]. After Close,
// and when too many connections wait to be accepted, its error wraps ECONNREFUSED.
func (p *Pipe) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, pipeError("dial", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.pending) >= pipeBacklog {
		return nil, pipeError("dial", syscall.ECONNREFUSED)
	}
	client, server := newPipeConns()
	p.pending = append(p.pending, server)
	p.change()
	return client, nil
}

// Accept returns the next connection; after Close its error wraps [net.ErrClosed].
func (p *Pipe) Accept() (net.Conn, error) {
	for {
		c, changed, err := p.next()
		if c != nil || err != nil {
			return c, err
		}
		<-changed
	}
}

// next returns a pending connection, or what to wait for.
func (p *Pipe) next() (net.Conn, <-chan struct{}, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, nil, pipeError("accept", net.ErrClosed)
	}
	if len(p.pending) == 0 {
		return nil, p.changed, nil
	}
	c := p.pending[0]
	p.pending = p.pending[1:]
	return c, nil, nil
}

// Close stops listening and resets the connections that nobody has accepted.
func (p *Pipe) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return pipeError("close", net.ErrClosed)
	}
	p.closed = true
	for _, c := range p.pending {
		c.abort()
	}
	p.pending = nil
	p.change()
	return nil
}

// Addr is the same for all pipes.
func (p *Pipe) Addr() net.Addr { return pipeAddr{} }

// change wakes who waits; p.mu is held.
func (p *Pipe) change() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// pipeAddr is the address of both ends of a pipe's connections.
type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

func pipeError(op string, err error) error {
	return &net.OpError{Op: op, Net: "pipe", Addr: pipeAddr{}, Err: err}
}
