package bench

import (
	"context"
	"runtime"
	"sync"
	"time"
)

// open starts requests by load's schedule until starts ends.
func (r *Runner) open(starts, inflight context.Context, load Open) {
	d := &dispatcher{
		r: r, room: make(chan struct{}, max(load.MaxInFlight, 1)), capped: load.MaxInFlight > 0,
		lanes: lanes{rec: r.rec},
	}
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
	lanes  lanes
}

func (d *dispatcher) dispatch(starts, inflight context.Context, pacer Pacer, requests *sync.WaitGroup) {
	r := d.r
	begun := 0
	for own := range pacer {
		if r.spent() {
			return
		}
		at, ok := d.await(starts, own)
		if !ok {
			return
		}
		if !d.admit(starts) || !d.unpaused(starts) {
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
		// client's, and counts as send lag. A pause is nobody's.
		intended, admitted := r.helm.start(own, at, max(at, d.freed), r.now())
		requests.Go(func() { d.request(inflight, seq, intended, admitted) })
	}
}

// await waits until a start of the schedule is due, and tells by the run's
// clock when that was. due is false when it is not to be made: it would come
// after the run's time, or was not due yet when the starts ended.
func (d *dispatcher) await(starts context.Context, own time.Duration) (at time.Duration, due bool) {
	r := d.r
	for {
		at, changed := r.helm.due(own)
		switch {
		case !r.waitUntil(starts, at, changed):
			continue
		case r.sc.Duration > 0 && at >= r.sc.Duration:
			// Not before the starts ended: a run that ended with its last one
			// would measure over less than was asked for, and flatter every rate.
			return at, false
		default:
			// One that was due before the window ended is made, even if the
			// dispatcher comes late to it.
			return at, starts.Err() == nil || at <= r.now() && int64(at) < r.rec.windowEnd.Load()
		}
	}
}

// unpaused waits until the run is not paused; ok is false when the starts
// ended before that.
func (d *dispatcher) unpaused(starts context.Context) (ok bool) {
	for {
		now := d.r.helm.now.Load()
		if !now.Paused {
			return true
		}
		select {
		case <-now.changed:
		case <-starts.Done():
			return false
		}
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
	r := d.r
	end := min(time.Duration(r.rec.windowEnd.Load()), r.now())
	for own := range pacer {
		if begun > 0 {
			begun--
			continue
		}
		at, _ := r.helm.due(own)
		if at >= end {
			return
		}
		if _, ok := r.take(); !ok {
			return
		}
		r.scheduled.Add(1)
		if at < r.sc.Warmup {
			continue
		}
		r.unstarted.Add(1)
		r.rec.unstarted(end - at - r.helm.held(at, end))
	}
}

// request performs one request that was intended and admitted when told.
func (d *dispatcher) request(inflight context.Context, seq int64, intended, admitted time.Duration) {
	s := d.lanes.take()
	s.reset(seq)
	s.open = true
	s.intend(intended)
	s.Mark(Admitted, admitted)
	d.r.do(inflight, s)
	d.lanes.give(s)
	if d.capped {
		<-d.room
	}
}

// near is how long before a due time waiting becomes precise.
const near = 2 * time.Millisecond

// waitUntil waits for an offset from the epoch, or the end of ctx; false:
// something changed before that. time.Sleep alone is late by half a millisecond
// at the median, and a Ticker loses ticks.
func (r *Runner) waitUntil(ctx context.Context, at time.Duration, changed <-chan struct{}) bool {
	ahead := time.Duration(0)
	if r.sc.Precise {
		ahead = near
	}
	if wait := at - r.now() - ahead; wait > 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
			return true
		case <-changed:
			return false
		}
	}
	if left := at - r.now(); left > 0 && r.sc.Precise && ctx.Err() == nil {
		sleepPrecisely(left)
	}
	select {
	case <-changed:
		return false
	default:
		return true
	}
}
