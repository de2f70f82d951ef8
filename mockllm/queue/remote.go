package queue

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// remote is a queue that another process serves. Each call has a connection for itself while it lasts. To give up a
// call is to close one side of it and to read what comes: a job that was claimed at that moment is not lost.
type remote struct {
	life *life
	path string

	mu   sync.Mutex
	idle []*net.UnixConn            // guarded by mu
	busy map[*net.UnixConn]struct{} // guarded by mu
}

// maxIdle is how many connections are kept for later calls.
const maxIdle = 16

func openRemote(ctx context.Context, path string) (*remote, error) {
	r := &remote{life: newLife(), path: path, busy: map[*net.UnixConn]struct{}{}}
	conn, err := r.take(ctx)
	if err != nil {
		return nil, err
	}
	r.giveBack(conn)
	return r, nil
}

// take returns a connection for one call.
func (r *remote) take(ctx context.Context) (*net.UnixConn, error) {
	if conn := r.takeIdle(); conn != nil {
		return conn, nil
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", r.path)
	if err != nil {
		return nil, fmt.Errorf("reach the queue: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.busy[conn.(*net.UnixConn)] = struct{}{}
	return conn.(*net.UnixConn), nil
}

func (r *remote) takeIdle() *net.UnixConn {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := len(r.idle)
	if n == 0 {
		return nil
	}
	conn := r.idle[n-1]
	r.idle = r.idle[:n-1]
	r.busy[conn] = struct{}{}
	return conn
}

// giveBack keeps a connection whose call has had its whole answer.
func (r *remote) giveBack(conn *net.UnixConn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.busy, conn)
	if len(r.idle) < maxIdle {
		r.idle = append(r.idle, conn)
		return
	}
	_ = conn.Close() // there is nothing left to be written
}

func (r *remote) discard(conn *net.UnixConn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.busy, conn)
	_ = conn.Close() // there is nothing left to be written
}

// call sends a request and returns what was answered.
func (r *remote) call(ctx context.Context, req request) (response, error) {
	var res response
	conn, err := r.begin(ctx, req)
	if err != nil {
		return res, err
	}
	defer r.life.calls.Done()
	stop := context.AfterFunc(ctx, func() { hangUp(conn) })
	err = readFrame(conn, &res)
	if !stop() || err != nil {
		r.discard(conn)
	} else {
		r.giveBack(conn)
	}
	return res, r.verdict(ctx, &res, err)
}

// verdict is the error of a call: why it broke, or what was answered. A call that was given up is known to the other
// process as such, without the reason.
func (r *remote) verdict(ctx context.Context, res *response, broken error) error {
	if broken != nil {
		return r.reason(ctx, noEOF(broken))
	}
	err := res.failure()
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// hangUp cancels the call of a connection. What had been decided before is still answered.
func hangUp(conn *net.UnixConn) {
	if conn.CloseWrite() != nil || conn.SetReadDeadline(time.Now().Add(time.Second)) != nil {
		_ = conn.Close() // there is nothing left to be written
	}
}

// begin sends a request. Without an error a call has begun, which ends with the connection given back or discarded,
// and life's calls.Done.
func (r *remote) begin(ctx context.Context, req request) (*net.UnixConn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := r.life.enter(); err != nil {
		return nil, err
	}
	conn, err := r.send(ctx, req)
	if err != nil {
		r.life.calls.Done()
		return nil, r.reason(ctx, err)
	}
	return conn, nil
}

func (r *remote) send(ctx context.Context, req request) (*net.UnixConn, error) {
	conn, err := r.take(ctx)
	if err != nil {
		return nil, err
	}
	if err := conn.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		r.discard(conn)
		return nil, err
	}
	if err := writeFrame(conn, req); err != nil {
		r.discard(conn)
		return nil, err
	}
	return conn, nil
}

// reason is why a call broke: an end that was asked for, or the error itself.
func (r *remote) reason(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	select {
	case <-r.life.done:
		return ErrClosed
	default:
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the process that holds the queue has gone: %w", err)
	}
	return err
}

// Close implements Queue.
func (r *remote) Close() error {
	if !r.life.end() {
		return nil
	}
	r.mu.Lock()
	for _, conn := range r.idle {
		_ = conn.Close() // idle: nothing is under way
	}
	for conn := range r.busy {
		hangUp(conn)
	}
	r.mu.Unlock()
	r.life.calls.Wait()
	return nil
}
