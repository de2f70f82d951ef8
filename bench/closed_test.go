package bench

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestClosedLoopKeepsEveryUserBusy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch, w := time.Now(), newWitness()
		res := perform(t, Scenario{
			Target: &script{epoch: epoch, first: 40 * ms, gap: 20 * ms, chunks: 4},
			Load:   Closed{Users: 3}, Duration: 1050 * ms, Drain: time.Minute, Observer: w, Epoch: epoch,
		})
		want := slices.Sorted(slices.Values(slices.Concat(
			every(100*ms, 0, 11), every(100*ms, 0, 11), every(100*ms, 0, 11))))
		equalTimes(t, "intended", w.intended(), want)
		equal(t, "requests", res.Tally.Requests(), 33)
		equal(t, "ok", res.Tally.Outcomes[OK], 33)
		extremes(t, &res.Tally.Dists[TTFT], 33, 40*ms, 40*ms)
		extremes(t, &res.Tally.Dists[TTFO], 33, 40*ms, 40*ms)
		extremes(t, &res.Tally.Dists[ChunkGap], 99, 20*ms, 20*ms)
		extremes(t, &res.Tally.Dists[TPOT], 33, 20*ms, 20*ms)
		extremes(t, &res.Tally.Dists[Response], 33, 100*ms, 100*ms)
		equal(t, "run time", time.Since(epoch), 1100*ms)
	})
}

func TestClosedLoopIntendsWhenTheConnectionIsUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch, w := time.Now(), newWitness()
		res := perform(t, Scenario{
			Target: &script{epoch: epoch, connect: 300 * ms, first: 100 * ms, chunks: 1},
			Load:   Closed{Users: 1}, Duration: time.Second, Drain: time.Minute, Observer: w, Epoch: epoch,
		})
		// The third connection comes up after the end: its request is not made,
		// so that what the server saw and what counts are the same.
		equalTimes(t, "intended", w.intended(), []time.Duration{300 * ms, 700 * ms})
		extremes(t, &res.Tally.Dists[TTFT], 2, 100*ms, 100*ms)
		equal(t, "started", res.Flow.Started, 3)
		equal(t, "requests", res.Tally.Requests(), 2)
		equal(t, "run time", time.Since(epoch), 1100*ms)
	})
}

func TestRampSpreadsTheFirstStarts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch, w := time.Now(), newWitness()
		perform(t, Scenario{
			Target: &script{epoch: epoch, first: time.Minute, chunks: 1},
			Load:   Closed{Users: 4, Ramp: time.Second}, Duration: 2 * time.Second, Drain: time.Hour, Observer: w, Epoch: epoch,
		})
		equalTimes(t, "intended", w.intended(), every(250*ms, 0, 4))
	})
}

func TestThinkTimeComesBetweenRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch, w := time.Now(), newWitness()
		perform(t, Scenario{
			Target: &script{epoch: epoch, first: 100 * ms, chunks: 1},
			Load:   Closed{Users: 1, Think: 400 * ms}, Duration: 1900 * ms, Observer: w, Epoch: epoch,
		})
		equalTimes(t, "intended", w.intended(), every(500*ms, 0, 4))
	})
}

func TestRefusedUserWaitsLongerEachTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch, w := time.Now(), newWitness()
		refused := func(seq int64) Outcome {
			if seq == 7 {
				return OK
			}
			return Refused
		}
		res := perform(t, Scenario{
			Target: &script{epoch: epoch, outcome: refused},
			Load:   Closed{Users: 1}, Requests: 10, Observer: w, Epoch: epoch,
		})
		equalTimes(t, "intended", w.intended(), []time.Duration{
			0, 100 * ms, 300 * ms, 700 * ms, 1500 * ms, 3100 * ms, 5100 * ms, // doubling, up to 2 s
			7100 * ms, 7100 * ms, 7200 * ms, // one that got through: from the start again
		})
		equal(t, "refused", res.Tally.Outcomes[Refused], 9)
		equal(t, "ok", res.Tally.Outcomes[OK], 1)
	})
}

func TestRequestLimitIsExactUnderManyUsers(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var seqs []int64
	res := perform(t, Scenario{
		Target: do(func(_ context.Context, s *Sample) {
			mu.Lock()
			defer mu.Unlock()
			seqs = append(seqs, s.Seq)
		}),
		Load: Closed{Users: 64}, Requests: 1000,
	})
	slices.Sort(seqs)
	want := make([]int64, 1000)
	for i := range want {
		want[i] = int64(i)
	}
	if !slices.Equal(seqs, want) {
		t.Errorf("got %d requests %v, want 0 to 999", len(seqs), seqs)
	}
	equal(t, "requests", res.Tally.Requests(), 1000)
	equal(t, "ending", res.Ending, Completed)
}

// TestNothingStartsAtTheEnd: the window is half open, also for a user who gets
// free at the very instant at which it ends.
func TestNothingStartsAtTheEnd(t *testing.T) {
	t.Parallel()
	for range 5 { // which of two timers of one instant fires first is chance
		synctest.Test(t, func(t *testing.T) {
			epoch := time.Now()
			res := perform(t, Scenario{
				Target: &script{epoch: epoch, first: 100 * ms, chunks: 1},
				Load:   Closed{Users: 4}, Duration: 200 * ms, Drain: time.Minute, Epoch: epoch,
			})
			equal(t, "started", res.Flow.Started, 8)
			equal(t, "ended", res.Tally.Outcomes[OK], 8)
		})
	}
}

func TestWhicheverLimitComesFirst(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		duration time.Duration
		requests int64
		want     int64
		to       time.Duration
	}{
		{"requests alone", 0, 5, 5, 500 * ms},
		{"requests first", time.Hour, 5, 5, 500 * ms},
		{"duration first", 450 * ms, 100, 5, 450 * ms},
		{"duration alone", 450 * ms, 0, 5, 450 * ms},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				epoch := time.Now()
				res := perform(t, Scenario{
					Target: &script{epoch: epoch, first: 100 * ms, chunks: 1},
					Load:   Closed{Users: 1}, Duration: tt.duration, Requests: tt.requests, Drain: time.Minute, Epoch: epoch,
				})
				equal(t, "ok", res.Tally.Outcomes[OK], tt.want)
				equal(t, "window", res.Length(), tt.to)
				equal(t, "ending", res.Ending, Completed)
			})
		})
	}
}
