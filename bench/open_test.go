package bench

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestOpenLoopKeepsItsScheduleWhateverTheServerDoes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch, w := time.Now(), newWitness()
		res := perform(t, Scenario{
			Target: &script{epoch: epoch, first: 5 * time.Second, chunks: 1},
			Load:   Open{Pacer: Constant(10)}, Duration: time.Second, Drain: time.Minute, Observer: w, Epoch: epoch,
		})
		equalTimes(t, "intended", w.intended(), every(100*ms, 0, 10))
		for seq, l := range w.life {
			equal(t, "admitted", l.admitted, l.intended)
			equal(t, "sent", l.sent, time.Duration(seq)*100*ms)
		}
		extremes(t, &res.Tally.Dists[Response], 10, 5*time.Second, 5*time.Second)
		equal(t, "scheduled", res.Scheduled, 10)
		equal(t, "dispatched", res.Dispatched, 10)
		equal(t, "run time", time.Since(epoch), 5900*ms)
	})
}

// TestOpenLoopMeasuresTheWholeWindow: a run that ended with its last request
// would divide by too little time.
func TestOpenLoopMeasuresTheWholeWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		res := perform(t, Scenario{
			Target: &script{epoch: epoch, first: 10 * ms, chunks: 1},
			Load:   Open{Pacer: Constant(2)}, Duration: 2 * time.Second, Epoch: epoch,
		})
		equal(t, "window", res.Length(), 2*time.Second)
		rate, ok := res.PerSecond(res.Tally.Window.Ended)
		equal(t, "rate known", ok, true)
		equal(t, "rate", rate, 2.0)
	})
}

func TestWaitForRoomCountsAsLatency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch, w := time.Now(), newWitness()
		res := perform(t, Scenario{
			Target: &script{epoch: epoch, first: time.Second, chunks: 1},
			Load:   Open{Pacer: Constant(10), MaxInFlight: 1}, Duration: 3050 * ms, Drain: time.Minute, Observer: w, Epoch: epoch,
		})
		equalTimes(t, "intended", w.intended(), every(100*ms, 0, 4))
		extremes(t, &res.Tally.Dists[Response], 4, 1000*ms, 3700*ms)
		extremes(t, &res.Tally.Dists[TTFT], 4, 1000*ms, 3700*ms)
		extremes(t, &res.Tally.Dists[Service], 4, 1000*ms, 1000*ms)
		extremes(t, &res.Tally.SendLag, 4, 0, 0) // the cap made them wait, not the client
		equal(t, "full", res.Full, true)
		equal(t, "scheduled", res.Scheduled, 31)
		equal(t, "dispatched", res.Dispatched, 4)

		// 27 starts, intended at 0.4 s to 3.0 s, never found room.
		equal(t, "unstarted", res.Unstarted, 27)
		equal(t, "requests", res.Tally.Requests(), 4)
		extremes(t, &res.Tally.Censored[Response], 27, 50*ms, 2650*ms)
		median := res.Tally.Quantile(Response, 0.5)
		equal(t, "founding", median.Founding, Above)
		if median.Value < 1449 || median.Value > 1450 { // rank 16 of 31: fifteen ages and the first answer
			t.Errorf("bound: got %v, want 1450 less a bucket", median.Value)
		}
	})
}

func TestStartsAtOneInstantAreCountedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		res := perform(t, Scenario{
			Target: &script{epoch: epoch, first: time.Minute, chunks: 1},
			Load:   Open{Pacer: list(0, 0, 0), MaxInFlight: 1}, Duration: time.Second, Drain: time.Hour, Epoch: epoch,
		})
		equal(t, "requests", res.Tally.Requests(), 1)
		equal(t, "unstarted", res.Unstarted, 2)
		equal(t, "scheduled", res.Scheduled, 3)
	})
}

func TestUnstartedRespectWarmupAndRequestLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		res := perform(t, Scenario{
			Target: &script{epoch: epoch, first: time.Minute, chunks: 1},
			Load:   Open{Pacer: Constant(10), MaxInFlight: 1}, Warmup: 450 * ms, Duration: time.Second,
			Requests: 8, Drain: time.Hour, Epoch: epoch,
		})
		equal(t, "scheduled", res.Scheduled, 8)            // intended at 0 to 0.7 s
		equal(t, "unstarted", res.Unstarted, 3)            // those at 0.5, 0.6 and 0.7 s
		equal(t, "requests", res.Tally.Requests(), 0)      // the only one was intended before the warm-up's end
		equal(t, "events in all", res.Flow.Events, 1)      // and yet it was made
		equal(t, "events that count", res.Tally.Events, 0) // without counting
	})
}

// TestDispatcherLatenessIsSendLag: time that the client itself lost between
// the intended start and the send must weaken the run, not vanish.
func TestDispatcherLatenessIsSendLag(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		late := func(yield func(time.Duration) bool) {
			time.Sleep(150 * ms)
			yield(100 * ms)
		}
		res := perform(t, Scenario{
			Target: &script{epoch: epoch, first: 10 * ms, chunks: 1},
			Load:   Open{Pacer: late, MaxInFlight: 5}, Duration: time.Second, Epoch: epoch,
		})
		extremes(t, &res.Tally.SendLag, 1, 50*ms, 50*ms)
		extremes(t, &res.Tally.Dists[Response], 1, 60*ms, 60*ms)
	})
}

func TestConnectingIsNotSendLag(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		now := func() time.Duration { return time.Since(epoch) }
		res := perform(t, Scenario{
			Target: do(func(ctx context.Context, s *Sample) {
				s.Mark(Dialed, now())
				pause(ctx, 30*ms)
				s.Mark(Ready, now())
				s.Begin(now())
				pause(ctx, 2*ms)
				s.Mark(Sent, now())
			}),
			Load: Open{Pacer: list(0)}, Epoch: epoch,
		})
		extremes(t, &res.Tally.SendLag, 1, 2*ms, 2*ms)
		extremes(t, &res.Tally.Dists[Connect], 1, 30*ms, 30*ms)
		extremes(t, &res.Tally.Dists[Response], 1, 32*ms, 32*ms)
	})
}

// TestOpenLoopCountsRequestsThatNeverConnected: a Target that finds no
// connection never calls Begin, and its request must not vanish.
func TestOpenLoopCountsRequestsThatNeverConnected(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		res := perform(t, Scenario{
			Target: &script{epoch: epoch, outcome: func(int64) Outcome { return Refused }},
			Load:   Open{Pacer: Constant(10)}, Duration: time.Second, Epoch: epoch,
		})
		equal(t, "refused", res.Tally.Outcomes[Refused], 10)
		equal(t, "errors in the window", res.Tally.Window.Errors, 10)
	})
}

func TestOpenLoopEndsWithItsLastRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		res := perform(t, Scenario{
			Target: &script{epoch: epoch, first: time.Second, chunks: 1},
			Load:   Open{Pacer: Constant(1.0 / 600), MaxInFlight: 1}, Requests: 3, Epoch: epoch,
		})
		equal(t, "ok", res.Tally.Outcomes[OK], 3)
		equal(t, "full", res.Full, false)
		equal(t, "run time", time.Since(epoch), 20*time.Minute+time.Second)
	})
}

func TestAbortCutsAnOpenLoop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 25*ms)
		defer cancel()
		epoch := time.Now()
		r, err := NewRunner(Scenario{
			Target: &script{epoch: epoch, first: time.Minute, chunks: 1},
			Load:   Open{Pacer: Constant(100)}, Duration: time.Minute, Epoch: epoch,
		})
		if err != nil {
			t.Fatal(err)
		}
		res, _ := r.Run(ctx)
		equal(t, "scheduled", res.Scheduled, 3)
		equal(t, "in flight", res.Tally.InFlight, 3)
		equal(t, "ending", res.Ending, Aborted)
	})
}

// TestOnlyWhatIsDueStartsAfterTheEnd: a run that is being cut has ended its
// starts a moment before its window, and must not let the rest of its schedule
// loose in between.
func TestOnlyWhatIsDueStartsAfterTheEnd(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		ended     bool
		at        time.Duration // from now
		windowEnd time.Duration // from now
		want      bool
	}{
		{"due, running", false, -ms, time.Hour, true},
		{"ahead, running", false, 5 * ms, time.Hour, true},
		{"due before the end", true, -2 * ms, -ms, true},
		{"due, the window not closed yet", true, -ms, time.Hour, true},
		{"due after the end", true, -ms, -2 * ms, false},
		{"ahead, the window not closed yet", true, time.Minute, time.Hour, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				starts, end := context.WithCancel(t.Context())
				defer end()
				r, _ := stream(t, nil)
				time.Sleep(time.Second)
				r.rec.windowEnd.Store(int64(r.now() + tt.windowEnd))
				if tt.ended {
					end()
				}
				_, due := (&dispatcher{r: r}).await(starts, r.now()+tt.at)
				equal(t, "start it", due, tt.want)
			})
		})
	}
}

func TestStartsDueBeforeTheEndAreMade(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch, w := time.Now(), newWitness()
		late := func(yield func(time.Duration) bool) {
			for _, at := range every(10*ms, 0, 5) {
				if !yield(at) {
					return
				}
			}
			time.Sleep(time.Second)
			yield(90 * ms) // late, and after the end of the window
		}
		res := perform(t, Scenario{
			Target: &script{epoch: epoch, first: ms, chunks: 1},
			Load:   Open{Pacer: late}, Duration: 100 * ms, Drain: 10 * time.Second, Observer: w, Epoch: epoch,
		})
		equalTimes(t, "intended", w.intended(), slices.Concat(every(10*ms, 0, 5), []time.Duration{90 * ms}))
		equal(t, "scheduled", res.Scheduled, 6)
		equal(t, "dispatched in time", res.Dispatched, 5)
	})
}

// TestPreciseDispatchIsNeverEarly runs on the real clock, on locked threads.
func TestPreciseDispatchIsNeverEarly(t *testing.T) {
	t.Parallel()
	epoch, w := time.Now(), newWitness()
	res := perform(t, Scenario{
		Target: do(func(_ context.Context, s *Sample) { s.Mark(Sent, time.Since(epoch)) }),
		Load:   Open{Pacer: Constant(1000)}, Requests: 50, Observer: w, Epoch: epoch, Precise: true,
	})
	for seq, l := range w.life {
		if l.sent < l.intended {
			t.Errorf("request %d: sent at %v, before its time %v", seq, l.sent, l.intended)
		}
	}
	equal(t, "requests", res.Tally.Requests(), 50)
	equal(t, "watched", res.Health.Watched, true)
}
