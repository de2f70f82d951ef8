package bench

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// TestStalledStreamIsSeen: the events of a stream that stalls must not wait in
// its batch for as long as the stall lasts.
func TestStalledStreamIsSeen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch, w := time.Now(), newWitness()
		r, err := NewRunner(Scenario{
			Target: do(func(ctx context.Context, s *Sample) {
				s.Begin(0)
				s.Mark(Sent, 0)
				for range 5 {
					pause(ctx, 10*ms)
					s.Arrive(Arrival{At: time.Since(epoch), Kind: Content})
				}
				pause(ctx, time.Minute)
			}),
			Load: Closed{Users: 1}, Requests: 1, Observer: w, Epoch: epoch,
		})
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan *Result)
		go func() {
			res, _ := r.Run(t.Context())
			done <- res
		}()

		time.Sleep(50*ms + ms/2)
		snap := r.Snapshot()
		equal(t, "at", snap.At, 50*ms+ms/2)
		equal(t, "events", snap.Tally.Events, 5)
		equal(t, "flow", snap.Flow, Flow{Started: 1, Events: 5, Chunks: 5})
		equal(t, "in flight", snap.InFlight, 1)
		extremes(t, &snap.Tally.Dists[TTFT], 1, 10*ms, 10*ms)
		extremes(t, &snap.Tally.Dists[ChunkGap], 4, 10*ms, 10*ms)

		res := <-done
		first := res.Series[0]
		equal(t, "first second", first.Flow, Flow{Started: 1, Events: 5, Chunks: 5})
		equal(t, "in flight then", first.InFlight, 1)
		equal(t, "its ttft", first.TTFT.P50, 10.0)
		equal(t, "its gap", first.Gap.P99, 10.0)
		equal(t, "the second one", res.Series[1].Flow, Flow{})
		equal(t, "seconds", len(res.Series), 60+1)
	})
}

// TestSnapshotIntoForgetsTheLastOne: memory is used again, and nothing in it.
func TestSnapshotIntoForgetsTheLastOne(t *testing.T) {
	t.Parallel()
	r, s := stream(t, nil)
	var snap Snapshot
	for n := range 3 {
		s.Arrive(event(n))
		r.SnapshotInto(&snap)
		fresh := r.Snapshot()
		equal(t, "events", snap.Tally.Events, int64(n+1))
		equal(t, "flow", snap.Flow, fresh.Flow)
		equal(t, "gaps", snap.Tally.Dists[ChunkGap].Count(), int64(n))
		equal(t, "ttft", snap.Tally.Quantile(TTFT, 1), fresh.Tally.Quantile(TTFT, 1))
		equal(t, "in flight", snap.InFlight, fresh.InFlight)
		equal(t, "kinds", snap.Kinds, Streams)
	}
}

// TestObserverSeesWithinATick: without a snapshot, too.
func TestObserverSeesWithinATick(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch, w := time.Now(), newWitness()
		r, err := NewRunner(Scenario{
			Target: &script{epoch: epoch, first: 10 * ms, gap: time.Hour, chunks: 2},
			Load:   Closed{Users: 1}, Duration: time.Second, Observer: w, Epoch: epoch,
		})
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = r.Run(t.Context())
		}()
		time.Sleep(10*ms + foldEvery)
		w.mu.Lock()
		equal(t, "arrivals", len(w.arrivals[0]), 1)
		w.mu.Unlock()
		<-done
	})
}

// TestLastInstantIsInTheTimeLine: what comes when a second has just been
// closed and the run is over still belongs to the sum of the seconds.
func TestLastInstantIsInTheTimeLine(t *testing.T) {
	t.Parallel()
	r, s := stream(t, nil)
	r.rec.begin(s, 0)
	r.rec.closeSecond(time.Second, time.Second)
	s.Arrive(event(0))
	r.rec.end(s, false, time.Second)
	r.rec.closeLast(time.Second, time.Second)
	equal(t, "seconds", len(r.rec.series), 1)
	equal(t, "flow", r.rec.series[0].Flow, Flow{Started: 1, Ended: 1, Events: 1, Chunks: 1})
	equal(t, "in flight", r.rec.series[0].InFlight, 0)
}

// TestSumsAgree: whatever happens to the requests of a run, nothing is lost
// and nothing is counted twice.
func TestSumsAgree(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for seed := range 15 {
			sc := rapid.Custom(scenario).Example(seed)
			sumsAgree(t, perform(t, sc))
			if t.Failed() {
				t.Fatalf("scenario %d: %+v of %+v", seed, sc, sc.Target)
			}
		}
	})
}

func scenario(t *rapid.T) Scenario {
	upTo := func(label string, most time.Duration) time.Duration {
		return time.Duration(rapid.IntRange(0, int(most/ms)).Draw(t, label)) * ms
	}
	failures := rapid.SliceOfN(rapid.SampledFrom([]Outcome{OK, OK, OK, Refused, Truncated, Throttled}), 1, 8).Draw(t, "outcomes")
	p := &script{
		epoch: time.Now(), connect: upTo("connect", 300*ms), first: upTo("first", 900*ms) + ms, gap: upTo("gap", 200*ms),
		chunks:  rapid.IntRange(0, 40).Draw(t, "chunks"),
		outcome: func(seq int64) Outcome { return failures[seq%int64(len(failures))] },
	}
	sc := Scenario{
		Target: p, Epoch: p.epoch, Duration: upTo("duration", 4*time.Second) + 10*ms, Drain: upTo("drain", 4*time.Second),
		Requests: rapid.Int64Range(0, 40).Draw(t, "requests"),
	}
	sc.Warmup = min(upTo("warmup", time.Second), sc.Duration-ms)
	sc.Load = Closed{Users: rapid.IntRange(1, 5).Draw(t, "users"), Think: upTo("think", 300*ms), Ramp: upTo("ramp", time.Second)}
	if rapid.Bool().Draw(t, "open") {
		rate := rapid.Float64Range(1, 20).Draw(t, "rate")
		sc.Load = Open{Pacer: Poisson(rate, 1), MaxInFlight: rapid.IntRange(0, 4).Draw(t, "cap")}
	}
	return sc
}

func sumsAgree(t *testing.T, res *Result) {
	var sum Flow
	for _, s := range res.Series {
		sum.add(s.Flow)
	}
	if sum != res.Flow {
		t.Errorf("sum of the seconds: got %+v, want %+v", sum, res.Flow)
	}
	tally := &res.Tally
	if tally.Requests() > res.Flow.Started || res.Flow.Ended > res.Flow.Started {
		t.Errorf("%d requests and %d ends of %d starts", tally.Requests(), res.Flow.Ended, res.Flow.Started)
	}
	if last := res.Series[len(res.Series)-1]; last.InFlight != 0 {
		t.Errorf("in flight at the end: got %d, want 0", last.InFlight)
	}
	if w := tally.Window; w.Events > res.Flow.Events || w.Ended+w.Errors > res.Flow.Ended {
		t.Errorf("window %+v holds more than the run %+v", w, res.Flow)
	}
	if got := tally.Dists[Response].Count(); got != tally.Outcomes[OK] {
		t.Errorf("responses: got %d, want one for each of %d", got, tally.Outcomes[OK])
	}
	if got := tally.Censored[Response].Count(); got != tally.InFlight+res.Unstarted {
		t.Errorf("censored: got %d, want %d in flight and %d unstarted", got, tally.InFlight, res.Unstarted)
	}
	if tally.Events != tally.Chunks || tally.Chunks < tally.Dists[TTFT].Count()+tally.Dists[ChunkGap].Count() {
		t.Errorf("%d events, %d chunks, %d first ones, %d gaps", tally.Events, tally.Chunks,
			tally.Dists[TTFT].Count(), tally.Dists[ChunkGap].Count())
	}
	if res.Open && res.Scheduled < res.Flow.Started+res.Unstarted {
		t.Errorf("scheduled: got %d, want %d started and %d without room", res.Scheduled, res.Flow.Started, res.Unstarted)
	}
}
