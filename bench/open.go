package bench

import (
	"context"
	"runtime"
	"sync"
	"time"
)

// open starts requests by load's schedule until starts ends.
func (r *Runner) open(starts, inflight context.Context, load Open) {
	d := &dispatcher{r: r, room: make(chan struct{}, max(load.MaxInFlight, 1)), capped: load.MaxInFlight > 0}
	var requests sync.WaitGroup
	defer requests.Wait()
	if r.sc.Precise {
		// Never unlocked: the thread, with its timer slack, ends with this
		// goroutine's lock when the dispatcher is its own goroutine.
		dispatched := make(chan struct{})
		go func() {
			defer close(dispatched)
			runtime.LockOSThread()
			tightenTimers()
			d.dispatch(starts, inflight, load.Pacer, &requests)
		}()
		<-dispatched
		return
	}
	d.dispatch(starts, inflight, load.Pacer, &requests)
}

// A dispatcher starts the requests of an open loop.
type dispatcher struct {
	r      *Runner
	capped bool
	room   chan struct{} // holds one entry per request in flight; once per request, not per event
	freed  time.Duration // when the dispatcher last got room that it had waited for

	mu   sync.Mutex // guards free
	free []*Sample
}

func (d *dispatcher) dispatch(starts, inflight context.Context, pacer Pacer, requests *sync.WaitGroup) {
	r := d.r
	begun := 0
	for at := range pacer {
		if r.spent() {
			return
		}
		if r.sc.Duration > 0 && at >= r.sc.Duration {
			// Ending with the last start would measure over less than was
			// asked for, and flatter every rate.
			pause(starts, r.sc.Duration-r.now())
			return
		}
		if !r.waitUntil(starts, at) {
			return
		}
		if !d.admit(starts) {
			d.abandon(begun, pacer)
			return
		}
		seq, ok := r.take()
		if !ok {
			return
		}
		begun++
		r.scheduled.Add(1)
		if !r.over() {
			r.dispatched.Add(1)
		}
		// Waiting for room is the cap's doing; being late otherwise is the
		// client's, and counts as send lag.
		admitted := max(at, d.freed)
		requests.Go(func() { d.request(inflight, seq, at, admitted) })
	}
}

// admit waits for room under the cap.
func (d *dispatcher) admit(starts context.Context) bool {
	if !d.capped {
		return true
	}
	select {
	case d.room <- struct{}{}:
		return true
	default:
		d.r.full.Store(true)
	}
	select {
	case d.room <- struct{}{}:
		d.freed = d.r.now()
		return true
	case <-starts.Done():
		return false
	}
}

// abandon counts every start that was due and never found room, all but the
// first begun ones of the schedule: leaving them out would hide exactly the
// requests that waited longest.
func (d *dispatcher) abandon(begun int, pacer Pacer) {
	end := min(time.Duration(d.r.rec.windowEnd.Load()), d.r.now())
	for at := range pacer {
		if begun > 0 {
			begun--
			continue
		}
		if at >= end {
			return
		}
		if _, ok := d.r.take(); !ok {
			return
		}
		d.r.scheduled.Add(1)
		if at < d.r.sc.Warmup {
			continue
		}
		d.r.unstarted.Add(1)
		d.r.rec.unstarted(end - at)
	}
}

// request performs one request that was intended and admitted when told.
func (d *dispatcher) request(inflight context.Context, seq int64, intended, admitted time.Duration) {
	s := d.lane()
	s.reset(seq)
	s.open = true
	s.intend(intended)
	s.Mark(Admitted, admitted)
	d.r.do(inflight, s)
	d.mu.Lock()
	d.free = append(d.free, s)
	d.mu.Unlock()
	if d.capped {
		<-d.room
	}
}

// lane takes a Sample that is not in use.
func (d *dispatcher) lane() *Sample {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := len(d.free); n > 0 {
		s := d.free[n-1]
		d.free = d.free[:n-1]
		return s
	}
	return d.r.rec.lane()
}

// near is how long before a due time waiting becomes precise.
const near = 2 * time.Millisecond

// waitUntil waits for an offset from the epoch, and tells whether a request
// intended then is still to be started: one that was due before the window
// ended is, even if the dispatcher comes late to it. time.Sleep alone is late
// by half a millisecond at the median, and a Ticker loses ticks.
func (r *Runner) waitUntil(ctx context.Context, at time.Duration) bool {
	ahead := time.Duration(0)
	if r.sc.Precise {
		ahead = near
	}
	if pause(ctx, at-r.now()-ahead) && r.sc.Precise {
		if left := at - r.now(); left > 0 {
			sleepPrecisely(left)
		}
	}
	return ctx.Err() == nil || at <= r.now() && int64(at) < r.rec.windowEnd.Load()
}
