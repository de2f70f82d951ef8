package bench

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestJobStates: each job is in one state, and they are exact while none is
// between two.
func TestJobStates(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		states := func(at time.Duration, want JobStates) turn {
			return turn{at, func(r *Runner) {
				s := r.Snapshot()
				equal(t, "at "+at.String(), s.Jobs, want)
				sum := want.Submitting + want.Queued + want.Running + want.Unsaid + want.Fetching
				equal(t, "in flight at "+at.String(), s.InFlight, sum)
			}}
		}
		steered(t, Scenario{
			Target: do(func(ctx context.Context, s *Sample) {
				pause(ctx, 100*ms)
				if s.Seq == 4 {
					s.Outcome = SubmitError
					return
				}
				s.Mark(Accepted, time.Since(epoch))
				for _, state := range []JobState{JobQueued, JobQueued, JobRunning, JobQueued, JobRunning, JobFetching} {
					if !pause(ctx, 100*ms) {
						s.Outcome = Cancelled
						return
					}
					s.Enter(state)
				}
				pause(ctx, time.Duration(s.Seq)*100*ms)
			}),
			Kinds: Jobs, Load: Closed{Users: 5}, Requests: 5, Epoch: epoch,
		},
			states(50*ms, JobStates{Submitting: 5}), states(150*ms, JobStates{Unsaid: 4}), states(250*ms, JobStates{Queued: 4}),
			states(350*ms, JobStates{Queued: 4}), states(450*ms, JobStates{Running: 4}), states(550*ms, JobStates{Queued: 4}),
			states(650*ms, JobStates{Running: 4}), states(750*ms, JobStates{Fetching: 3}), states(850*ms, JobStates{Fetching: 2}))
	})
}

// TestStatesOutsideOfARunAreNobodys: nor are those of a job that is over.
func TestStatesOutsideOfARunAreNobodys(t *testing.T) {
	t.Parallel()
	NewSample().Enter(JobRunning)
	r, s := stream(t, nil)
	s.Enter(JobRunning)
	equal(t, "of streams", r.Snapshot().Jobs, JobStates{})
	r, err := NewRunner(Scenario{Target: do(func(context.Context, *Sample) {}), Kinds: Jobs, Load: Closed{Users: 1}})
	if err != nil {
		t.Fatal(err)
	}
	s = r.rec.lane()
	s.reset(0)
	r.do(t.Context(), s)
	s.Enter(JobRunning)
	equal(t, "after the end", r.Snapshot().Jobs, JobStates{})
}
