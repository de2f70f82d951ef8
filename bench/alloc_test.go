package bench

import (
	"context"
	"testing"
	"time"
)

// The tests below are not parallel: allocations are counted for the process.

func TestArrivingAndFoldingDoNotAllocate(t *testing.T) {
	r, s := stream(t, nil)
	n := 0
	batches := func() {
		for range 3 * batchSize {
			s.Arrive(event(n))
			n++
		}
		r.rec.tick()
	}
	batches() // histograms take their memory with their first value
	equal(t, "allocations", testing.AllocsPerRun(100, batches), 0)
}

func TestRequestDoesNotAllocate(t *testing.T) {
	r, s := stream(t, nil)
	seq := int64(0)
	request := func() {
		s.reset(seq)
		r.do(t.Context(), s)
		seq++
	}
	request()
	equal(t, "allocations", testing.AllocsPerRun(1000, request), 0)
}

func TestJobDoesNotAllocate(t *testing.T) {
	r, err := NewRunner(Scenario{
		Target: do(func(_ context.Context, s *Sample) {
			s.Mark(Sent, 0)
			s.Mark(Accepted, ms)
			for m := Submitted; m <= Finished; m++ {
				at := time.Duration(m) * ms
				s.NotYet(m, at-ms)
				s.MarkWithin(m, at, ms)
				s.Stamp(m, at, ms)
			}
			s.MarkWithin(Seen, time.Second, ms)
		}),
		Kinds: Jobs, Load: Closed{Users: 1}, SLO: []Bound{{Metric: Completion, Limit: 1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := r.rec.lane()
	s.batch.shard.active.spans = make([]Span, 0, maxSpans)
	job := func() {
		s.reset(0)
		r.do(t.Context(), s)
	}
	job()
	equal(t, "allocations", testing.AllocsPerRun(1000, job), 0)
	equal(t, "spans", len(s.batch.shard.active.spans), 1000+2)
}

// TestSnapshotIntoDoesNotAllocate: in a busy run, with its seconds closed
// between one look and the next.
func TestSnapshotIntoDoesNotAllocate(t *testing.T) {
	r, step := busy(t)
	var snap Snapshot
	look := func() {
		step()
		r.SnapshotInto(&snap)
	}
	for range 2 * recentSeconds {
		look()
		r.rec.closeSecond(time.Second, time.Second)
	}
	look() // the shards' other intervals take their memory, too
	look()
	equal(t, "allocations", testing.AllocsPerRun(10, look), 0)
	equal(t, "closing a second", testing.AllocsPerRun(10, func() {
		look()
		r.rec.closeSecond(time.Second, time.Second)
	}), 1) // its heat
	equal(t, "failures shown", len(snap.Tally.Details[Truncated]), 1)
}

func TestJobStateDoesNotAllocate(t *testing.T) {
	r, err := NewRunner(Scenario{Target: do(func(context.Context, *Sample) {}), Kinds: Jobs, Load: Closed{Users: 1}})
	if err != nil {
		t.Fatal(err)
	}
	s := r.rec.lane()
	s.state.come()
	states := func() {
		s.Enter(JobQueued)
		s.Enter(JobRunning)
	}
	equal(t, "allocations", testing.AllocsPerRun(100, states), 0)
}
