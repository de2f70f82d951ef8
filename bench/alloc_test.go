package bench

import (
	"testing"
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
