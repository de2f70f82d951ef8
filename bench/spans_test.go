package bench

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestSpansBeginInTheWarmup: a queue knows nothing of it. What is cut has no
// whole span.
func TestSpansBeginInTheWarmup(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		res := perform(t, Scenario{
			Target: &queue{epoch: epoch, wait: always(100 * ms), run: 100 * ms, poll: 200 * ms, stamped: true},
			Kinds:  Jobs, Load: Closed{Users: 1}, Warmup: 500 * ms, Duration: 1100 * ms, Epoch: epoch,
		})
		var submitted []time.Duration
		for _, span := range res.Spans {
			submitted = append(submitted, span.Submitted)
			equal(t, "wait", span.Started-span.Submitted, 100*ms)
			equal(t, "run", span.Finished-span.Started, 100*ms)
		}
		equalTimes(t, "submitted", submitted, every(200*ms, 0, 5))
		equal(t, "in the cohort", res.Tally.Dists[Run].Count(), 2)
	})
}

func TestSpansAreBounded(t *testing.T) {
	t.Parallel()
	r, err := NewRunner(Scenario{Target: do(func(context.Context, *Sample) {}), Kinds: Jobs, Load: Closed{Users: 1}})
	if err != nil {
		t.Fatal(err)
	}
	s := r.rec.lane()
	job := func(n int) {
		s.reset(int64(n))
		s.Stamp(Submitted, time.Duration(n), 1)
		s.Stamp(Started, time.Duration(n), 3)
		s.Stamp(Finished, time.Duration(n), 2)
		r.rec.begin(s, 0)
		r.rec.end(s, false, 0)
	}
	for n := range 2 * maxSpans {
		job(n)
		if n == maxSpans/2 {
			r.Snapshot()
		}
	}
	r.Snapshot()
	job(0)
	r.Snapshot()
	equal(t, "spans", len(r.rec.spans), maxSpans)
	at := time.Duration(maxSpans - 1)
	equal(t, "the last", r.rec.spans[maxSpans-1], Span{at, at, at, 3})
}
