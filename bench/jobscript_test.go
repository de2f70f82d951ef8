package bench

import (
	"context"
	"testing"
	"time"
)

// A queue is a Target of jobs in the virtual time of a bubble: each is accepted
// at once after accept, waits, runs, and is seen at the next poll. Who asks for
// a job's stamps gets those of a clock that is known within skew.
type queue struct {
	epoch   time.Time
	accept  time.Duration
	wait    func(seq int64) time.Duration
	run     time.Duration
	poll    time.Duration // the interval of polls, from the acceptance
	stamped bool
	skew    time.Duration
	outcome func(seq int64) Outcome // nil: all are OK; SubmitError and Throttled end at the acceptance
}

func (q *queue) now() time.Duration { return time.Since(q.epoch) }

func (q *queue) Do(ctx context.Context, s *Sample) {
	if !s.Begin(q.now()) {
		return
	}
	end := OK
	if q.outcome != nil {
		end = q.outcome(s.Seq)
	}
	s.Mark(Sent, q.now())
	if !pause(ctx, q.accept) {
		s.Outcome = Cancelled
		return
	}
	if end == SubmitError || end == Throttled {
		s.Outcome, s.Status = end, 503
		return
	}
	s.Mark(Accepted, q.now())
	s.Mark(Submitted, q.now())
	if q.stamped {
		s.Stamp(Submitted, q.now(), 0)
		s.ClockWidth = q.skew
	}
	s.Outcome = end
	if !q.follow(ctx, s) {
		s.Outcome = Cancelled
	}
}

// follow polls a job to its end; false: the run's end came first.
func (q *queue) follow(ctx context.Context, s *Sample) bool {
	began := q.now() + q.wait(s.Seq)
	ended := began + q.run
	for {
		last := q.now()
		if !pause(ctx, q.poll) {
			return false
		}
		s.Polls++
		s.PollBytes += 100
		now := q.now()
		if _, seen := s.At(Started); now >= began && !seen {
			q.mark(s, Started, began, last)
		}
		if now >= ended {
			q.mark(s, Finished, ended, last)
			s.MarkWithin(Seen, now, q.unless(q.stamped, now-last))
			return true
		}
		s.NotYet(Finished, now)
		if now < began {
			s.NotYet(Started, now)
		}
	}
}

// mark notes an instant as the server stamps it, or as the end of the time
// between two polls.
func (q *queue) mark(s *Sample, m Mark, at, last time.Duration) {
	if q.stamped {
		s.MarkWithin(m, at, q.skew)
		s.Stamp(m, at, 0)
		return
	}
	s.MarkWithin(m, q.now(), q.now()-last)
}

func (q *queue) unless(exact bool, width time.Duration) time.Duration {
	if exact {
		return 0
	}
	return width
}

func always(d time.Duration) func(int64) time.Duration {
	return func(int64) time.Duration { return d }
}

// spread compares a metric's count and exact extremes.
func spread(t *testing.T, id MetricID, d *Dist, count int64, low, high time.Duration) {
	t.Helper()
	name := Metrics()[id].Name
	equal(t, name+": count", d.Count(), count)
	v, _ := d.Min()
	equal(t, name+": min", v, float64(low)/float64(ms))
	v, _ = d.Max()
	equal(t, name+": max", v, float64(high)/float64(ms))
}
