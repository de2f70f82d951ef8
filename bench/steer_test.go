package bench

import (
	"context"
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// A turn is something done to a run at an instant.
type turn struct {
	at time.Duration
	do func(r *Runner)
}

func pauseAt(at time.Duration) turn  { return turn{at, func(r *Runner) { r.Pause(true) }} }
func resumeAt(at time.Duration) turn { return turn{at, func(r *Runner) { r.Pause(false) }} }
func stopAt(at time.Duration) turn   { return turn{at, (*Runner).Stop} }
func usersAt(at time.Duration, n int) turn {
	return turn{at, func(r *Runner) { r.SetUsers(n) }}
}

func speedAt(at time.Duration, f float64) turn {
	return turn{at, func(r *Runner) { r.SetSpeed(f) }}
}

// inFlightAt asserts the number of requests in flight at an instant.
func inFlightAt(t *testing.T, at time.Duration, want int64) turn {
	return turn{at, func(r *Runner) {
		t.Helper()
		equal(t, "in flight at "+at.String(), r.Snapshot().InFlight, want)
	}}
}

// steered runs a scenario to its end in a bubble and turns it meanwhile.
func steered(t *testing.T, sc Scenario, turns ...turn) *Result {
	t.Helper()
	r, err := NewRunner(sc)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan *Result)
	go func() {
		res, _ := r.Run(t.Context())
		done <- res
	}()
	for _, turn := range turns {
		time.Sleep(turn.at - time.Since(sc.Epoch))
		turn.do(r)
	}
	return <-done
}

// TestSteeredScheduleIsWarped: an open loop of ten starts a second and requests
// of 10 ms, for a second.
func TestSteeredScheduleIsWarped(t *testing.T) {
	t.Parallel()
	whole := every(100*ms, 0, 10)
	tests := []struct {
		name  string
		turns []turn
		want  []time.Duration
	}{
		{"left alone", nil, whole},
		{"paused and resumed", []turn{pauseAt(250 * ms), resumeAt(650 * ms)}, slices.Concat(whole[:3], every(100*ms, 700*ms, 3))},
		{"paused to the end", []turn{pauseAt(250 * ms)}, whole[:3]},
		{"paused twice", []turn{pauseAt(250 * ms), resumeAt(255 * ms), pauseAt(257 * ms), resumeAt(260 * ms)},
			slices.Concat(whole[:3], every(100*ms, 308*ms, 7))},
		{"paused for no time", []turn{pauseAt(250 * ms), resumeAt(250 * ms)}, whole},
		{"twice as fast", []turn{speedAt(450*ms, 2)}, slices.Concat(whole[:5], every(50*ms, 475*ms, 11))},
		{"half as fast", []turn{speedAt(450*ms, 0.5)}, slices.Concat(whole[:5], every(200*ms, 550*ms, 3))},
		{"fast and back", []turn{speedAt(450*ms, 2), speedAt(550*ms, 1)}, slices.Concat(whole[:5], []time.Duration{475 * ms, 525 * ms}, every(100*ms, 600*ms, 4))},
		{"changed while paused", []turn{pauseAt(250 * ms), speedAt(300*ms, 5), resumeAt(650 * ms)},
			slices.Concat(whole[:3], every(20*ms, 660*ms, 17))},
		{"past the bounds", []turn{speedAt(550*ms, 1e9), speedAt(552*ms, 0)},
			slices.Concat(whole[:6], every(ms, 550500*time.Microsecond, 2))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				epoch, w := time.Now(), newWitness()
				res := steered(t, Scenario{
					Target: &script{epoch: epoch, first: 10 * ms, chunks: 1},
					Load:   Open{Pacer: Constant(10)}, Duration: time.Second, Drain: time.Minute, Observer: w, Epoch: epoch,
				}, tt.turns...)
				equalTimes(t, "intended", w.intended(), tt.want)
				for seq, l := range w.life {
					equal(t, "sent", l.sent, tt.want[seq])
				}
				n := int64(len(tt.want))
				equal(t, "scheduled", res.Scheduled, n)
				equal(t, "dispatched", res.Dispatched, n)
				extremes(t, &res.Tally.Dists[Response], n, 10*ms, 10*ms)
				extremes(t, &res.Tally.SendLag, n, 0, 0)
				equal(t, "window", res.Length(), time.Second)
				equal(t, "ending", res.Ending, Completed)
				equal(t, "breaches", len(res.Breaches()), 0)
			})
		})
	}
}

// TestPauseIsNobodysLatency: a start that waits for room when the run is paused
// waits no longer for that.
func TestPauseIsNobodysLatency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch, w := time.Now(), newWitness()
		res := steered(t, Scenario{
			Target: &script{epoch: epoch, first: 300 * ms, chunks: 1},
			Load:   Open{Pacer: list(0, 100*ms, 350*ms), MaxInFlight: 1}, Drain: time.Minute, Observer: w, Epoch: epoch,
		}, pauseAt(200*ms), resumeAt(1200*ms))
		// The second one waited 100 ms, then the run stood still. The third
		// was due 250 ms after it and waited for its end.
		equalTimes(t, "intended", w.intended(), []time.Duration{0, 1100 * ms, 1350 * ms})
		equal(t, "admitted", w.life[1], life{1100 * ms, 1200 * ms, 1200 * ms})
		equal(t, "the next", w.life[2], life{1350 * ms, 1500 * ms, 1500 * ms})
		extremes(t, &res.Tally.SendLag, 3, 0, 0)
		extremes(t, &res.Tally.Dists[Response], 3, 300*ms, 450*ms)
	})
}

// TestUnstartedAgesLeaveThePauseOut: and starts that the paused schedule never
// came to were never scheduled.
func TestUnstartedAgesLeaveThePauseOut(t *testing.T) {
	t.Parallel()
	for name, resume := range map[string][]turn{"resumed": {resumeAt(650 * ms)}, "paused to the end": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				epoch := time.Now()
				res := steered(t, Scenario{
					Target: &script{epoch: epoch, first: time.Minute, chunks: 1},
					Load:   Open{Pacer: Constant(10), MaxInFlight: 1}, Duration: time.Second, Epoch: epoch,
				}, append([]turn{pauseAt(350 * ms)}, resume...)...)
				scheduled, shortest := int64(7), 100*ms
				if resume == nil {
					scheduled, shortest = 4, 50*ms
				}
				equal(t, "scheduled", res.Scheduled, scheduled)
				equal(t, "dispatched", res.Dispatched, 1)
				equal(t, "unstarted", res.Unstarted, scheduled-1)
				extremes(t, &res.Tally.Censored[TTFT], scheduled, shortest, time.Second)
			})
		})
	}
}

// TestPausedRunEnds: by its time, by Stop and by its context.
func TestPausedRunEnds(t *testing.T) {
	t.Parallel()
	loads := map[string]Load{
		"open":   Open{Pacer: Constant(10)},
		"capped": Open{Pacer: Constant(10), MaxInFlight: 1},
		"closed": Closed{Users: 3},
	}
	for name, load := range loads {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				epoch := time.Now()
				sc := Scenario{
					Target: &script{epoch: epoch, first: 40 * ms, chunks: 1}, Load: load,
					Duration: time.Second, Drain: time.Minute, Epoch: epoch,
				}
				equal(t, "by its time", steered(t, sc, pauseAt(150*ms)).Ending, Completed)
				equal(t, "ends after", time.Since(epoch), time.Second)

				sc.Epoch, sc.Duration = time.Now(), 0
				sc.Target = &script{epoch: sc.Epoch, first: 40 * ms, chunks: 1}
				res := steered(t, sc, pauseAt(150*ms), stopAt(777*ms))
				equal(t, "by Stop", res.Ending, Stopped)
				equal(t, "window", res.Length(), 777*ms)
				equal(t, "ends after", time.Since(sc.Epoch), 777*ms)

				r, err := NewRunner(sc)
				if err != nil {
					t.Fatal(err)
				}
				r.Pause(true)
				ctx, cancel := context.WithTimeout(t.Context(), 333*ms)
				defer cancel()
				res, _ = r.Run(ctx)
				equal(t, "by its context", res.Ending, Aborted)
				equal(t, "paused before it began", res.Flow.Started, 0)
			})
		})
	}
}

func TestWhatWasSteeredIsKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		sc := Scenario{
			Target: &script{epoch: epoch, first: 10 * ms, chunks: 1},
			Load:   Open{Pacer: Constant(1)}, Duration: time.Second, Epoch: epoch,
		}
		var r *Runner
		res := steered(t, sc, turn{0, func(runner *Runner) { r = runner }},
			pauseAt(100*ms), pauseAt(200*ms), usersAt(300*ms, 7), speedAt(400*ms, math.NaN()), speedAt(500*ms, 3), resumeAt(600*ms))
		want := []Steer{{100 * ms, true, 0, 1}, {500 * ms, true, 0, 3}, {600 * ms, false, 0, 3}}
		if !slices.Equal(res.Steered, want) {
			t.Errorf("open loop: got %v, want %v", res.Steered, want)
		}
		r.Pause(true)
		equal(t, "changes after the end", len(r.Steered()), len(want))
		equal(t, "paused after the end", r.Snapshot().Paused, false)

		sc.Epoch, sc.Load = time.Now(), Closed{Users: 2, Think: time.Minute}
		res = steered(t, sc, speedAt(100*ms, 3), usersAt(200*ms, 2), usersAt(300*ms, 5), usersAt(400*ms, -1))
		want = []Steer{{300 * ms, false, 5, 1}, {400 * ms, false, 1, 1}}
		if !slices.Equal(res.Steered, want) {
			t.Errorf("closed loop: got %v, want %v", res.Steered, want)
		}
	})
}

// TestChangesAreBounded: a key that is held down must not fill the memory.
func TestChangesAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, _ := stream(t, nil)
		for n := range maxSteered + 50 {
			time.Sleep(ms)
			r.SetUsers(n + 2)
		}
		got := r.Steered()
		equal(t, "changes", len(got), maxSteered)
		equal(t, "the first", got[0], Steer{ms, false, 2, 1})
		equal(t, "the last", got[maxSteered-1], Steer{(maxSteered + 50) * ms, false, maxSteered + 51, 1})
	})
}
