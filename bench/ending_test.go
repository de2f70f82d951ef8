package bench

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// later calls f at an instant of a bubble's time.
func later(d time.Duration, f func()) { time.AfterFunc(d, f) }

func TestStopFollowsWhatIsInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		r, err := NewRunner(Scenario{
			Target: &script{epoch: epoch, first: time.Second, chunks: 1},
			Load:   Closed{Users: 2}, Duration: time.Hour, Drain: time.Minute, Epoch: epoch,
		})
		if err != nil {
			t.Fatal(err)
		}
		later(2500*ms, r.Stop)
		res, _ := r.Run(t.Context())
		r.Stop() // once more harms nobody
		equal(t, "ending", res.Ending, Stopped)
		equal(t, "ok", res.Tally.Outcomes[OK], 6)
		equal(t, "window", res.Length(), 2500*ms)
		equal(t, "ended in the window", res.Tally.Window.Ended, 4)
		equal(t, "run time", time.Since(epoch), 3*time.Second)
	})
}

func TestCancelCutsAtOnce(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		stop time.Duration // 0: not before the cancel
		want time.Duration // the window's length
	}{
		{"while starting", 0, 2500 * ms},
		{"while draining", 2250 * ms, 2250 * ms},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 2500*ms)
				defer cancel()
				epoch := time.Now()
				r, err := NewRunner(Scenario{
					Target: &script{epoch: epoch, first: time.Second, chunks: 1, linger: 100 * ms},
					Load:   Closed{Users: 2}, Duration: time.Hour, Drain: time.Minute, Epoch: epoch,
				})
				if err != nil {
					t.Fatal(err)
				}
				if tt.stop > 0 {
					later(tt.stop, r.Stop)
				}
				res, _ := r.Run(ctx)
				equal(t, "ending", res.Ending, Aborted)
				equal(t, "ok", res.Tally.Outcomes[OK], 4)
				equal(t, "in flight", res.Tally.InFlight, 2)
				extremes(t, &res.Tally.Censored[Response], 2, 500*ms, 500*ms)
				equal(t, "window", res.Length(), tt.want)
				equal(t, "run time", time.Since(epoch), 2600*ms)
			})
		})
	}
}

func TestGiveUp(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		after   int64
		outcome func(seq int64) Outcome
		want    Ending
		made    int64
	}{
		{"nothing but refusals", 3, func(int64) Outcome { return Refused }, GaveUp, 3},
		{"one got through first", 3, func(seq int64) Outcome { return min(Refused, Outcome(seq)) }, Completed, 6},
		{"failures of a server under load", 3, func(int64) Outcome { return ServerError }, Completed, 6},
		{"never", 0, func(int64) Outcome { return Refused }, Completed, 6},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				epoch := time.Now()
				res := perform(t, Scenario{
					Target: &script{epoch: epoch, first: ms, chunks: 1, outcome: tt.outcome},
					Load:   Closed{Users: 1}, Requests: 6, GiveUpAfter: tt.after, Epoch: epoch,
				})
				equal(t, "ending", res.Ending, tt.want)
				equal(t, "requests", res.Tally.Requests(), tt.made)
			})
		})
	}
}

func TestScenarioIsChecked(t *testing.T) {
	t.Parallel()
	target := do(func(context.Context, *Sample) {})
	tests := []struct {
		name string
		sc   Scenario
		want string
	}{
		{"no target", Scenario{Load: Closed{Users: 1}}, "scenario: no target"},
		{"no load", Scenario{Target: target}, "scenario: no load"},
		{"no users", Scenario{Target: target, Load: Closed{}}, "scenario: closed loop of 0 users, think time 0s, ramp 0s"},
		{"no schedule", Scenario{Target: target, Load: Open{}}, "scenario: open loop without a schedule"},
		{"two kinds at once", Scenario{Target: target, Load: Closed{Users: 1}, Kinds: Streams | Jobs}, "scenario: neither streams nor jobs"},
		{"negative count", Scenario{Target: target, Load: Closed{Users: 1}, Requests: -1}, "scenario: a duration or a count is negative"},
		{
			"nothing but warm-up", Scenario{Target: target, Load: Closed{Users: 1}, Warmup: time.Second, Duration: time.Second},
			"scenario: warm-up 1s leaves nothing of 1s",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := NewRunner(tt.sc)
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}
