package bench

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// closed keeps load.Users requests in flight until starts ends, or as many as
// the helm says meanwhile.
func (r *Runner) closed(starts, inflight context.Context, load Closed) {
	c := &crowd{r: r, think: load.Think, over: make(chan struct{}), lanes: lanes{rec: r.rec}}
	var users sync.WaitGroup
	defer users.Wait()
	first := c.missing()
	for i := range first {
		delay := load.Ramp * time.Duration(i) / time.Duration(first)
		users.Go(func() { c.user(starts, inflight, delay) })
	}
	for {
		changed := r.helm.now.Load().changed
		for range c.missing() {
			users.Go(func() { c.user(starts, inflight, 0) })
		}
		select {
		case <-changed:
		case <-c.over:
			return
		case <-starts.Done():
			return
		}
	}
}

// A crowd is the users of a closed loop.
type crowd struct {
	r     *Runner
	think time.Duration
	lanes lanes
	end   sync.Once
	over  chan struct{} // closed when some user found that there are no more requests to be made

	mu    sync.Mutex // guards the changing of alive
	alive atomic.Int64
}

// missing gives how many users are lacking, and counts them in.
func (c *crowd) missing() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := max(int64(c.r.helm.now.Load().Users)-c.alive.Load(), 0)
	c.alive.Add(n)
	return int(n)
}

// surplus tells whether there is a user too many, and counts one out.
func (c *crowd) surplus() bool {
	if c.alive.Load() <= int64(c.r.helm.now.Load().Users) {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.alive.Load() <= int64(c.r.helm.now.Load().Users) {
		return false
	}
	c.alive.Add(-1)
	return true
}

// After a request that found no connection its user waits this long, and
// twice as long after each further one: a refusing server must not be
// hammered, nor the loop spin.
const (
	firstBackoff = 100 * time.Millisecond
	lastBackoff  = 2 * time.Second
)

// user makes one request after another.
func (c *crowd) user(starts, inflight context.Context, delay time.Duration) {
	if !c.rest(starts, delay) {
		return
	}
	s := c.lanes.take()
	defer c.lanes.give(s)
	backoff := firstBackoff
	for {
		seq, ok := c.next(starts)
		if !ok {
			return
		}
		s.reset(seq)
		c.r.do(inflight, s)
		rest := c.think
		if s.unanswered() {
			rest = max(rest, backoff)
			backoff = min(2*backoff, lastBackoff)
		} else {
			backoff = firstBackoff
		}
		if !c.rest(starts, rest) {
			return
		}
	}
}

// next numbers a user's next request, once the run is not paused; ok is false
// when the user is to make no more.
func (c *crowd) next(starts context.Context) (seq int64, ok bool) {
	for {
		now := c.r.helm.now.Load()
		switch {
		case starts.Err() != nil || c.r.over() || c.r.spent():
			c.end.Do(func() { close(c.over) })
			return 0, false
		case c.surplus():
			return 0, false
		case !now.Paused:
			if seq, ok = c.r.take(); ok {
				return seq, true
			}
			continue // it is spent
		}
		select {
		case <-now.changed:
		case <-starts.Done():
		}
	}
}

// rest waits, and tells whether its user is to go on.
func (c *crowd) rest(starts context.Context, d time.Duration) bool {
	if d <= 0 {
		return starts.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	for {
		changed := c.r.helm.now.Load().changed
		if c.surplus() {
			return false
		}
		select {
		case <-t.C:
			return true
		case <-changed:
		case <-starts.Done():
			return false
		}
	}
}

// lanes are Samples that requests take turns in using.
type lanes struct {
	rec  *recorder
	mu   sync.Mutex // guards free
	free []*Sample
}

// take gives a Sample that is not in use.
func (l *lanes) take() *Sample {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.free); n > 0 {
		s := l.free[n-1]
		l.free = l.free[:n-1]
		return s
	}
	return l.rec.lane()
}

// give takes a Sample back.
func (l *lanes) give(s *Sample) {
	l.mu.Lock()
	l.free = append(l.free, s)
	l.mu.Unlock()
}
