package diagnose

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/aibench/aibench/bench"
)

// A course is what went through a queue.
type course struct {
	started         []step          // in order
	finished        []time.Duration // in order
	busy            time.Duration   // time in which any job waited or ran
	coming          time.Duration   // from the first submission to the last
	run, wait, tick time.Duration   // medians: time a job ran, and waited; width of its stamps
	patience        time.Duration   // only stuck jobs wait longer
	spread          float64         // squared coefficient of variation of the time a job ran
}

// A step is a job's start, and how long the job had waited.
type step struct{ at, wait time.Duration }

func newCourse(spans []bench.Span) *course {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b bench.Span) int { return cmp.Compare(a.Submitted, b.Submitted) })
	c := &course{}
	var runs, waits, ticks []time.Duration
	last := spans[0].Submitted
	for _, s := range spans {
		// Stamps may contradict each other by their width.
		s.Started = max(s.Started, s.Submitted)
		s.Finished = max(s.Finished, s.Started)
		wait := s.Started - s.Submitted
		c.started = append(c.started, step{s.Started, wait})
		c.finished = append(c.finished, s.Finished)
		c.busy += max(s.Finished-max(s.Submitted, last), 0)
		last = max(last, s.Finished)
		waits, runs, ticks = append(waits, wait), append(runs, s.Finished-s.Started), append(ticks, s.Width)
	}
	slices.SortFunc(c.started, func(a, b step) int { return cmp.Compare(a.at, b.at) })
	slices.Sort(c.finished)
	c.coming = spans[len(spans)-1].Submitted - spans[0].Submitted
	c.run, c.wait, c.tick = rank(runs, 0.5), rank(waits, 0.5), rank(ticks, 0.5)
	c.patience = rank(waits, 1-longest)
	c.spread = spread(runs)
	return c
}

// rank is the q-quantile by nearest rank. It sorts its list.
func rank(list []time.Duration, q float64) time.Duration {
	slices.Sort(list)
	return list[max(int(math.Ceil(q*float64(len(list)))), 1)-1]
}

// spread is the squared coefficient of variation, 0 where nothing took time.
// The order of the list shows in its last digits.
func spread(list []time.Duration) float64 {
	var sum, squares float64
	for _, d := range list {
		sum += d.Seconds()
		squares += d.Seconds() * d.Seconds()
	}
	if sum == 0 {
		return 0
	}
	return max(squares*float64(len(list))/(sum*sum)-1, 0)
}

// handedOver is when places became free: a place that is taken again
// within the handover counts as taken until then. The place that was freed
// last is taken first, so that one which is given up stays free for as long as
// it is.
func (c *course) handedOver(within time.Duration) []time.Duration {
	freed := slices.Clone(c.finished)
	if within <= 0 {
		return freed
	}
	var free []int // indices into freed, of which the last was freed last
	next := 0
	for _, s := range c.started {
		for next < len(freed) && c.finished[next] <= s.at {
			free = append(free, next)
			next++
		}
		n := len(free)
		if n == 0 {
			continue
		}
		if last := free[n-1]; s.at-c.finished[last] <= within {
			freed[last], free = s.at, free[:n-1]
		} else {
			free = free[:0] // the others are older still
		}
	}
	return freed
}

// A change is an instant at which a place is freed, a wait counts from, or a
// job starts.
type change struct {
	at               time.Duration
	running, waiting int // by how much their numbers change
}

// changes are in order, and at one instant places are freed before they are
// taken.
func (c *course) changes(handover time.Duration) []change {
	out := make([]change, 0, 3*len(c.started))
	for _, at := range c.handedOver(handover) {
		out = append(out, change{at: at, running: -1})
	}
	for _, s := range c.started {
		taken := change{at: s.at, running: 1}
		if s.wait > handover && s.wait <= c.patience {
			taken.waiting = -1
			out = append(out, change{at: s.at - s.wait + handover, waiting: 1})
		}
		out = append(out, taken)
	}
	slices.SortFunc(out, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.running, b.running))
	})
	return out
}

// levels is how long how many jobs ran at once.
type levels struct {
	all, waited     dwell // at any time; while jobs waited
	starts, waiters int   // jobs that started while some waited; those of them that had waited
}

// dwell is time passed, by the number of jobs that ran.
type dwell []time.Duration

// levelsOf walks through the changes of a course. A wait counts from the moment
// on at which it has lasted longer than the handover.
func levelsOf(changes []change) levels {
	var l levels
	var now change // the numbers as they are
	for _, next := range changes {
		passed := next.at - now.at
		l.all.add(now.running, passed)
		if now.waiting > 0 {
			l.waited.add(now.running, passed)
		}
		if now.waiting > 0 && next.running > 0 {
			l.starts++
			l.waiters -= next.waiting
		}
		now = change{next.at, now.running + next.running, now.waiting + next.waiting}
	}
	return l
}

func (d *dwell) add(running int, passed time.Duration) {
	if passed <= 0 {
		return
	}
	for len(*d) <= running {
		*d = append(*d, 0)
	}
	(*d)[running] += passed
}

// most is the number at which most time was passed.
func (d dwell) most() (running int, passed time.Duration) {
	for i, t := range d {
		if t > passed {
			running, passed = i, t
		}
	}
	return running, passed
}

// from is the time passed at a number and above it.
func (d dwell) from(running int) (passed time.Duration) {
	for _, t := range d[min(running, len(d)):] {
		passed += t
	}
	return passed
}
