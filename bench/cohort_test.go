package bench

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestWarmupIsLeftOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch, w := time.Now(), newWitness()
		res := perform(t, Scenario{
			Target: &script{epoch: epoch, first: 100 * ms, chunks: 1},
			Load:   Closed{Users: 1}, Warmup: 250 * ms, Duration: 1050 * ms, Drain: time.Minute, Observer: w, Epoch: epoch,
		})
		equalTimes(t, "intended", w.intended(), every(100*ms, 300*ms, 8))
		equal(t, "requests", res.Tally.Requests(), 8)
		extremes(t, &res.Tally.Dists[TTFT], 8, 100*ms, 100*ms)
		equal(t, "made in all", res.Flow.Ended, 11)
		equal(t, "window", res.Length(), 800*ms)
		// The window counts what passed in it, whoever began it: the ends and
		// events at 0.3 s to 1.0 s, of which the first was begun in the warm-up.
		equal(t, "in the window", res.Tally.Window, Flow{Started: 8, Ended: 8, Events: 8, Chunks: 8})
	})
}

func TestDrainFollowsToTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		res := perform(t, Scenario{
			Target: &script{epoch: epoch, first: 100 * ms, gap: 100 * ms, chunks: 20},
			Load:   Closed{Users: 12}, Duration: 950 * ms, Drain: 3 * time.Second, Epoch: epoch,
		})
		equal(t, "ok", res.Tally.Outcomes[OK], 12)
		equal(t, "in flight", res.Tally.InFlight, 0)
		extremes(t, &res.Tally.Dists[E2E], 12, 2*time.Second, 2*time.Second)
		extremes(t, &res.Tally.Dists[ChunkGap], 12*19, 100*ms, 100*ms)
		equal(t, "p50", res.Tally.Quantile(E2E, 0.5), Quantile{Q: 0.5, Founding: Known, Value: 2000, Have: 12, Need: 10})
		// What came in the drain is in the statistics, and not in the rates.
		equal(t, "in the window", res.Tally.Window, Flow{Started: 12, Events: 12 * 9, Chunks: 12 * 9})
		equal(t, "window", res.Length(), 950*ms)
		equal(t, "events", res.Tally.Events, 12*20)
		equal(t, "run time", time.Since(epoch), 2*time.Second)
	})
}

func TestDrainZeroCensors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch, w := time.Now(), newWitness()
		res := perform(t, Scenario{
			Target: &script{epoch: epoch, first: 100 * ms, gap: 100 * ms, chunks: 20},
			Load:   Closed{Users: 12}, Duration: 950 * ms, Observer: w, Epoch: epoch,
		})
		equal(t, "run time", time.Since(epoch), 950*ms)
		equal(t, "in flight", res.Tally.InFlight, 12)
		equal(t, "requests", res.Tally.Requests(), 12)
		equal(t, "cancelled", res.Tally.Outcomes[Cancelled], 0)
		for _, id := range []MetricID{E2E, Response, Service} {
			q := res.Tally.Quantile(id, 0.5)
			equal(t, Metrics()[id].Name, q, Quantile{Q: 0.5, Founding: Above, Value: 950, Have: 12, Need: 10})
		}
		// Marks count as soon as they are reached.
		equal(t, "ttft", res.Tally.Quantile(TTFT, 0.5), Quantile{Q: 0.5, Founding: Known, Value: 100, Have: 12, Need: 10})
		extremes(t, &res.Tally.Dists[ChunkGap], 12*8, 100*ms, 100*ms)
		equal(t, "shown as whole", w.whole[0], false)
		equal(t, "events", res.Tally.Events, 12*9)
		equal(t, "tokens", res.Tally.Tokens, 12*9)
		extremes(t, &res.Tally.SendLag, 12, 0, 0)
	})
}

func TestCensoredAgeIsThatOfTheCut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		res := perform(t, Scenario{
			Target: &script{epoch: epoch, first: time.Hour, chunks: 1, linger: 3 * time.Second},
			Load:   Closed{Users: 2}, Duration: 10 * time.Second, Drain: 5 * time.Second, Epoch: epoch,
		})
		extremes(t, &res.Tally.Censored[TTFT], 2, 15*time.Second, 15*time.Second)
		extremes(t, &res.Tally.Censored[Service], 2, 15*time.Second, 15*time.Second)
		equal(t, "run time", time.Since(epoch), 18*time.Second)
	})
}

func TestWhatIsCensored(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		live func(s *Sample) // up to 1 s of a request that is then cut at 2 s
		want map[MetricID]time.Duration
	}{
		{"still connecting", func(s *Sample) {
			s.Mark(Dialed, 500*ms)
		}, map[MetricID]time.Duration{
			Connect: 1500 * ms, TTFT: 2000 * ms, TTFO: 2000 * ms, Response: 2000 * ms,
		}},
		{"waiting for the first token", func(s *Sample) {
			s.Begin(100 * ms)
			s.Mark(Sent, 200*ms)
		}, map[MetricID]time.Duration{
			TTFT: 1900 * ms, TTFTService: 1800 * ms, TTFO: 1900 * ms,
			E2E: 1800 * ms, Response: 1900 * ms, Service: 1800 * ms,
		}},
		{"reasoning", func(s *Sample) {
			s.Begin(100 * ms)
			s.Mark(Sent, 200*ms)
			s.Arrive(Arrival{At: 300 * ms, Kind: Reasoning})
		}, map[MetricID]time.Duration{
			TTFO: 1900 * ms, E2E: 1800 * ms, Response: 1900 * ms, Service: 1800 * ms,
		}},
		{"answering", func(s *Sample) {
			s.Begin(100 * ms)
			s.Mark(Sent, 200*ms)
			s.Arrive(Arrival{At: 300 * ms, Kind: Content})
		}, map[MetricID]time.Duration{
			E2E: 1800 * ms, Response: 1900 * ms, Service: 1800 * ms,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				res := perform(t, Scenario{
					Target: do(func(ctx context.Context, s *Sample) {
						tt.live(s)
						<-ctx.Done()
						s.Outcome = Cancelled
					}),
					Load: Closed{Users: 1}, Duration: 2 * time.Second,
				})
				for _, m := range Metrics() {
					v, _ := res.Tally.Censored[m.ID].Max()
					equal(t, m.Name, v, float64(tt.want[m.ID])/float64(ms))
				}
			})
		})
	}
}

func TestFailedRequestsKeepWhatTheyReached(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		res := perform(t, Scenario{
			Target: &script{epoch: epoch, first: 30 * ms, gap: 10 * ms, chunks: 3, outcome: func(int64) Outcome { return Truncated }},
			Load:   Closed{Users: 1}, Requests: 4, SLO: []Bound{{Metric: TTFT, Limit: 1e9}}, Epoch: epoch,
		})
		tally := &res.Tally
		equal(t, "truncated", tally.Outcomes[Truncated], 4)
		extremes(t, &tally.Dists[TTFT], 4, 30*ms, 30*ms)
		extremes(t, &tally.Dists[ChunkGap], 8, 10*ms, 10*ms)
		for _, id := range []MetricID{E2E, Response, Service, TPOT, TokensPerSPerUser} {
			equal(t, Metrics()[id].Name, tally.Dists[id].Count()+tally.Censored[id].Count(), 0)
		}
		equal(t, "good", tally.Good, 0)
		equal(t, "tokens", tally.Tokens, 12)
		equal(t, "in the window", tally.Window, Flow{Started: 4, Errors: 4, Events: 12, Chunks: 12})
	})
}
