package bench

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// looks performs a scenario in a bubble and looks at it at some instants.
func looks(t *testing.T, sc Scenario, at time.Duration, turns ...turn) (s Snapshot, res *Result) {
	t.Helper()
	res = steered(t, sc, append(turns, turn{at, func(r *Runner) { r.SnapshotInto(&s) }})...)
	return s, res
}

// TestSnapshotTellsHowItStands: of an open loop whose cap holds it back.
func TestSnapshotTellsHowItStands(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		s, res := looks(t, Scenario{
			Target: &script{epoch: epoch, first: 400 * ms, chunks: 1},
			Load:   Open{Pacer: Constant(10), MaxInFlight: 1}, Duration: 2 * time.Second, Epoch: epoch,
		}, 1450*ms, speedAt(1050*ms, 2), pauseAt(1250*ms))
		equal(t, "open", s.Open, true)
		equal(t, "full", s.Full, true)
		equal(t, "due", s.Scheduled, 11+4)
		equal(t, "made", s.Dispatched, 4) // at 0, 0.4, 0.8 and 1.2 s
		equal(t, "paused", s.Paused, true)
		equal(t, "users", s.Users, 0)
		equal(t, "speed", s.Speed, 2.0)
		equal(t, "seconds", len(s.Series), 1)
		equal(t, "due in the end", res.Scheduled, 11+4)
	})
}

// TestSnapshotTellsThatTheStartsAreOver: at the end of their time, and when the
// run was stopped before it.
func TestSnapshotTellsThatTheStartsAreOver(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		at      time.Duration
		stopped bool
		want    bool
	}{
		{"running", 900 * ms, false, false},
		{"its time is up", 1100 * ms, false, true},
		{"stopped", 900 * ms, true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sc := Scenario{
					Target: &script{epoch: time.Now(), first: 700 * ms, chunks: 1},
					Load:   Closed{Users: 1}, Duration: time.Second, Drain: time.Minute, Epoch: time.Now(),
				}
				var turns []turn
				if tt.stopped {
					turns = append(turns, turn{800 * ms, (*Runner).Stop})
				}
				s, _ := looks(t, sc, tt.at, turns...)
				equal(t, "over", s.Over, tt.want)
				equal(t, "in flight", s.InFlight, 1)
			})
		})
	}
}

// TestStarvedDispatcherIsSeenLive: a client that cannot keep an uncapped
// schedule must not be shown as one that does, with a schedule of what it made.
func TestStarvedDispatcherIsSeenLive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, err := NewRunner(Scenario{
			Target: &script{epoch: time.Now()}, Load: Open{Pacer: Constant(10)}, Duration: time.Minute, Epoch: time.Now(),
		})
		if err != nil {
			t.Fatal(err)
		}
		count, stop := r.dueCount()
		defer stop()
		time.Sleep(time.Second) // of the bubble, in which nothing is dispatched
		count()
		s := r.Snapshot()
		equal(t, "due", s.Scheduled, 11)
		equal(t, "made", s.Dispatched, 0)
		equal(t, "breaches", len(s.Breaches()), 1)
	})
}

// TestNoMoreIsDueThanIsToBeMade: nor what is due after the end.
func TestNoMoreIsDueThanIsToBeMade(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sc := Scenario{
			Target: &script{epoch: time.Now(), first: 400 * ms, chunks: 1},
			Load:   Open{Pacer: Constant(10), MaxInFlight: 1}, Requests: 3, Epoch: time.Now(),
		}
		s, res := looks(t, sc, 750*ms)
		equal(t, "due", s.Scheduled, 3)
		equal(t, "due in the end", res.Scheduled, 3)

		sc.Epoch, sc.Requests, sc.Duration, sc.Drain = time.Now(), 0, 300*ms, time.Minute
		sc.Target = &script{epoch: sc.Epoch, first: time.Second, chunks: 1}
		s, res = looks(t, sc, 750*ms)
		equal(t, "due before the end", s.Scheduled, 3)
		equal(t, "in the end, too", res.Scheduled, 3)
	})
}

// TestRecentLooksBackSixSeconds: five closed ones and the one that goes on.
func TestRecentLooksBackSixSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		sc := Scenario{
			// Each request takes 900 ms, and a millisecond more than the one before.
			Target: do(func(ctx context.Context, s *Sample) {
				s.Begin(time.Since(epoch))
				s.Mark(Sent, time.Since(epoch))
				for _, wait := range []time.Duration{time.Duration(s.Seq) * ms, 300 * ms, 600 * ms} {
					pause(ctx, wait)
					s.Arrive(Arrival{At: time.Since(epoch), Kind: Content})
				}
			}),
			Load: Open{Pacer: list(every(time.Second, 150*ms, 12)...)}, Duration: 12 * time.Second, Drain: time.Minute, Epoch: epoch,
		}
		s, res := looks(t, sc, 9480*ms)
		equal(t, "closed seconds", len(s.Series), 9)
		equal(t, "span", s.Recent.Span, 5480*ms)
		equal(t, "flow", s.Recent.Flow, Flow{Started: 6, Ended: 6, Events: 18, Chunks: 18})
		extremes(t, &s.Recent.Dists[TTFT], 6, 4*ms, 9*ms)
		extremes(t, &s.Recent.Dists[ChunkGap], 12, 300*ms, 600*ms)
		extremes(t, &s.Recent.Dists[E2E], 6, 903*ms, 908*ms)
		equal(t, "requests with gaps", s.Recent.GapRequests, 7) // one had its first gap before
		equal(t, "median of few", s.Recent.Quantile(TTFT, 0.5), Quantile{Q: 0.5, Founding: Withheld, Have: 6, Need: 10})
		equal(t, "largest", s.Recent.Quantile(E2E, 1), Quantile{Q: 1, Founding: Known, Value: 908, Have: 6, Need: 1})
		equal(t, "gaps are founded on their requests", s.Recent.Quantile(ChunkGap, 0.5).Have, 7)
		equal(t, "one of another kind", s.Recent.Quantile(QueueWait, 0.5).Founding, Missing)
		equal(t, "total of a second", s.Series[8].Total, Pair{true, 907, 907})
		equal(t, "queue wait of streams", s.Series[8].QueueWait, Pair{})
		extremes(t, &res.Tally.Dists[E2E], 12, 900*ms, 911*ms)
	})
}

// TestSeriesIsShared: who was shown the seconds may go on reading them while
// the run ends.
func TestSeriesIsShared(t *testing.T) {
	t.Parallel()
	r, s := stream(t, nil)
	r.rec.begin(s, 0)
	r.rec.closeSecond(time.Second, time.Second)
	shown := r.Snapshot().Series
	r.rec.end(s, false, time.Second)
	r.rec.closeLast(time.Second, time.Second)
	equal(t, "then", shown[0].InFlight, 1)
	equal(t, "now", r.Snapshot().Series[0].InFlight, 0)
	for n := range 5 { // some of them fit into memory that is there
		shown = r.Snapshot().Series
		r.rec.closeSecond(2*time.Second, time.Second)
		equal(t, "not longer", len(append(shown, Second{At: 7})), n+2)
		equal(t, "not changed", r.Snapshot().Series[n+1].At, 2*time.Second)
	}
}

// TestSteeringIsSafe: from everywhere at once, in real time.
func TestSteeringIsSafe(t *testing.T) {
	t.Parallel()
	for name, load := range map[string]Load{
		"closed": Closed{Users: 4}, "open": Open{Pacer: Constant(20_000), MaxInFlight: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const requests = 3000
			r, err := NewRunner(Scenario{
				Target: do(func(_ context.Context, s *Sample) {
					s.Mark(Sent, 0)
					s.Mark(Accepted, 0)
					s.Enter(JobRunning)
				}),
				Kinds: Jobs, Load: load, Requests: requests, Precise: true,
			})
			if err != nil {
				t.Fatal(err)
			}
			done := make(chan struct{})
			var helmsmen sync.WaitGroup
			for range 2 {
				helmsmen.Go(func() {
					var s Snapshot
					for n := 1; ; n++ {
						select {
						case <-done:
							return
						default:
						}
						r.Pause(n%3 == 0)
						r.SetUsers(n % 9)
						r.SetSpeed(float64(n % 5))
						r.SnapshotInto(&s)
						_, _, _ = s.Breaches(), r.Steered(), s.Recent.Quantile(Run, 0.5)
						r.Pause(false)
					}
				})
			}
			res, _ := r.Run(t.Context())
			close(done)
			helmsmen.Wait()
			equal(t, "requests", res.Tally.Requests(), requests)
			equal(t, "started", res.Flow.Started, requests)
			equal(t, "jobs left", r.Snapshot().Jobs, JobStates{})
		})
	}
}
