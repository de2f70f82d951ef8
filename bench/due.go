package bench

import (
	"iter"
	"time"
)

// maxDueAtOnce bounds how many starts one look at the schedule counts: whoever
// looks has other things to do.
const maxDueAtOnce = 100_000

// dueCount makes a function that brings up to date how many starts of an open
// loop were due so far, however far the dispatcher is behind for want of room or
// of the processor, and one that ends the counting.
func (r *Runner) dueCount() (count, stop func()) {
	load, ok := r.sc.Load.(Open)
	if !ok {
		return func() {}, func() {}
	}
	next, stop := iter.Pull(iter.Seq[time.Duration](load.Pacer))
	own, more := next()
	return func() {
		now, end := r.now(), time.Duration(r.rec.windowEnd.Load())
		for range maxDueAtOnce {
			at, _ := r.helm.due(own)
			if !more || at > now || at >= end || r.sc.Requests > 0 && r.due.Load() >= r.sc.Requests {
				return
			}
			r.due.Add(1)
			own, more = next()
		}
	}, stop
}
