package bench

import (
	"context"
	"sync"
	"time"
)

// closed keeps load.Users requests in flight until starts ends.
func (r *Runner) closed(starts, inflight context.Context, load Closed) {
	var users sync.WaitGroup
	defer users.Wait()
	for i := range load.Users {
		delay := load.Ramp * time.Duration(i) / time.Duration(load.Users)
		users.Go(func() { r.user(starts, inflight, load.Think, delay) })
	}
}

// After a request that found no connection its user waits this long, and
// twice as long after each further one: a refusing server must not be
// hammered, nor the loop spin.
const (
	firstBackoff = 100 * time.Millisecond
	lastBackoff  = 2 * time.Second
)

// user makes one request after another.
func (r *Runner) user(starts, inflight context.Context, think, delay time.Duration) {
	if !pause(starts, delay) {
		return
	}
	s := r.rec.lane()
	backoff := firstBackoff
	for starts.Err() == nil && !r.over() {
		seq, ok := r.take()
		if !ok {
			return
		}
		s.reset(seq)
		r.do(inflight, s)
		rest := think
		if s.unanswered() {
			rest = max(rest, backoff)
			backoff = min(2*backoff, lastBackoff)
		} else {
			backoff = firstBackoff
		}
		if !pause(starts, rest) {
			return
		}
	}
}

// pause waits for d, and tells whether ctx still runs.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
