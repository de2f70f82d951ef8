package bench

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestPausedUsersWait: before their next start, and the wait is no latency.
func TestPausedUsersWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch, w := time.Now(), newWitness()
		res := steered(t, Scenario{
			Target: &script{epoch: epoch, first: 100 * ms, chunks: 1},
			Load:   Closed{Users: 2}, Duration: 1500 * ms, Drain: time.Minute, Observer: w, Epoch: epoch,
		}, pauseAt(250*ms), inFlightAt(t, 260*ms, 2), inFlightAt(t, 310*ms, 0), resumeAt(1050*ms))
		one := slices.Concat(every(100*ms, 0, 3), every(100*ms, 1050*ms, 5))
		equalTimes(t, "intended", w.intended(), slices.Sorted(slices.Values(slices.Concat(one, one))))
		extremes(t, &res.Tally.Dists[Response], 16, 100*ms, 100*ms)
		extremes(t, &res.Tally.SendLag, 16, 0, 0)
	})
}

// TestPausedRunMakesExactlyItsRequests: and does not wait for a resumption when
// there is nothing left to do.
func TestPausedRunMakesExactlyItsRequests(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		users    int
		requests int64
		turns    []turn
		length   time.Duration
	}{
		{"resumed", 3, 10, []turn{pauseAt(150 * ms), resumeAt(5 * time.Second)}, 5200 * ms},
		{"all of them in flight", 3, 3, []turn{pauseAt(50 * ms)}, 100 * ms},
		{"more users than requests", 5, 3, []turn{pauseAt(50 * ms)}, 100 * ms},
		{"the last one after it", 2, 3, []turn{pauseAt(50 * ms), resumeAt(200 * ms)}, 300 * ms},
		{"users came meanwhile", 1, 4, []turn{pauseAt(50 * ms), usersAt(60*ms, 9), resumeAt(200 * ms)}, 300 * ms},
		{"users left meanwhile", 9, 12, []turn{pauseAt(50 * ms), usersAt(60*ms, 1), resumeAt(200 * ms)}, 500 * ms},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				epoch := time.Now()
				res := steered(t, Scenario{
					Target: &script{epoch: epoch, first: 100 * ms, chunks: 1},
					Load:   Closed{Users: tt.users}, Requests: tt.requests, Epoch: epoch,
				}, tt.turns...)
				extremes(t, &res.Tally.Dists[Response], tt.requests, 100*ms, 100*ms)
				equal(t, "requests", res.Tally.Requests(), tt.requests)
				equal(t, "run time", time.Since(epoch), tt.length)
				equal(t, "ending", res.Ending, Completed)
			})
		})
	}
}

// TestUsersComeAndGo: new ones at once, surplus ones after their request.
func TestUsersComeAndGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		var r *Runner
		res := steered(t, Scenario{
			Target: &script{epoch: epoch, first: 100 * ms, chunks: 1},
			Load:   Closed{Users: 2}, Duration: 2 * time.Second, Drain: time.Minute, Epoch: epoch,
		},
			inFlightAt(t, 240*ms, 2), usersAt(250*ms, 5), inFlightAt(t, 260*ms, 5),
			usersAt(430*ms, 1), inFlightAt(t, 440*ms, 5), inFlightAt(t, 460*ms, 2), inFlightAt(t, 510*ms, 1),
			usersAt(620*ms, 5), usersAt(630*ms, 1), usersAt(640*ms, 5), inFlightAt(t, 660*ms, 5), inFlightAt(t, 860*ms, 5),
			turn{1870 * ms, func(runner *Runner) { r = runner }})
		equal(t, "users", res.Steered[len(res.Steered)-1].Users, 5)
		extremes(t, &res.Tally.Dists[Response], res.Flow.Started, 100*ms, 100*ms)
		lanes := 0
		for _, sh := range r.rec.shards {
			lanes += len(sh.lanes)
		}
		equal(t, "lanes, used again", lanes, 5)
	})
}

// TestSurplusUsersNeedNotWaitForTheirStart: those who think, or have not begun
// for the ramp, go first and at once.
func TestSurplusUsersNeedNotWaitForTheirStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		steered(t, Scenario{
			Target: &script{epoch: epoch, first: time.Minute, chunks: 1},
			Load:   Closed{Users: 8, Ramp: 8 * time.Second}, Duration: 10 * time.Second, Epoch: epoch,
		},
			inFlightAt(t, 500*ms, 1), usersAt(600*ms, 3), usersAt(650*ms, 4), inFlightAt(t, 660*ms, 2), inFlightAt(t, 9*time.Second, 4))
	})
}

// TestLastRequestWakesPausedUsers: one of them may have been taken for a request
// that another was just about to take.
func TestLastRequestWakesPausedUsers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, err := NewRunner(Scenario{Target: &script{}, Load: Closed{Users: 2}, Requests: 1})
		if err != nil {
			t.Fatal(err)
		}
		r.Pause(true)
		c := &crowd{r: r, over: make(chan struct{})}
		goes := make(chan bool)
		go func() {
			_, ok := c.next(t.Context())
			goes <- ok
		}()
		synctest.Wait()
		r.take()
		equal(t, "goes on", <-goes, false)
		<-c.over
	})
}
