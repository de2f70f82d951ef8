package bench

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// TestJobByItsServersStamps: what the service took is exact, however the
// client learned of it.
func TestJobByItsServersStamps(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		res := perform(t, Scenario{
			Target: &queue{
				epoch: epoch, accept: 10 * ms, wait: always(130 * ms), run: 200 * ms, poll: 100 * ms,
				stamped: true, skew: 2 * ms,
			},
			Kinds: Jobs, Load: Closed{Users: 2}, Requests: 20, Epoch: epoch,
		})
		tally := &res.Tally
		equal(t, "ok", tally.Outcomes[OK], 20)
		for id, want := range map[MetricID]time.Duration{
			Accept: 10 * ms, QueueWait: 130 * ms, Run: 200 * ms, Turnaround: 330 * ms,
			Discovery: 70 * ms, Completion: 410 * ms, Response: 410 * ms, Service: 410 * ms,
		} {
			spread(t, id, &tally.Dists[id], 20, want, want)
		}
		extremes(t, &tally.Widths[Discovery], 20, 2*ms, 2*ms) // the clocks'
		for _, id := range []MetricID{QueueWait, Run, Turnaround, Completion} {
			equal(t, Metrics()[id].Name+"'s width", tally.Width(id, 0.5).Founding, Missing)
		}
		equal(t, "polls", tally.Quantile(Polls, 0.5), Quantile{Q: 0.5, Founding: Known, Value: 4, Have: 20, Need: 10})
		equal(t, "sum of polls", tally.Polls, 20*4)
		equal(t, "poll bytes", tally.PollBytes, 20*400)
		for _, id := range []MetricID{QueueWait, Run, Turnaround, Discovery} {
			equal(t, Metrics()[id].Name+" by stamps", tally.Stamped[id], 20)
			equal(t, Metrics()[id].Name+" by polls", tally.Bounded[id], 0)
		}
		equal(t, "kinds", res.Kinds, Jobs)
		equal(t, "events", tally.Events, 0)
		equal(t, "spans", len(res.Spans), 20)
		equal(t, "the first", res.Spans[0], Span{Submitted: 10 * ms, Started: 140 * ms, Finished: 340 * ms})
	})
}

// TestJobByPolls: between two polls nobody knows, and the metrics say so.
func TestJobByPolls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		res := perform(t, Scenario{
			Target: &queue{epoch: epoch, accept: 10 * ms, wait: always(130 * ms), run: 200 * ms, poll: 100 * ms},
			Kinds:  Jobs, Load: Closed{Users: 1}, Requests: 10, Epoch: epoch,
		})
		tally := &res.Tally
		for id, want := range map[MetricID][2]time.Duration{ // value and width
			QueueWait: {200 * ms, 100 * ms}, Run: {200 * ms, 200 * ms},
			Discovery: {0, 100 * ms}, Completion: {410 * ms, 100 * ms},
		} {
			name := Metrics()[id].Name
			spread(t, id, &tally.Dists[id], 10, want[0], want[0])
			width := tally.Width(id, 0.5)
			equal(t, name+"'s width", width, Quantile{Q: 0.5, Founding: Known, Value: float64(want[1] / ms), Have: 10, Need: 10})
			equal(t, name+"'s widest 1 %", tally.Width(id, 0.99).Founding, Withheld)
		}
		equal(t, "turnaround", tally.Dists[Turnaround].Count(), 0)
		for _, id := range []MetricID{QueueWait, Run, Discovery} {
			equal(t, Metrics()[id].Name+" by stamps", tally.Stamped[id], 0)
			equal(t, Metrics()[id].Name+" by polls", tally.Bounded[id], 10)
		}
		equal(t, "spans", len(res.Spans), 0)
	})
}

// TestHowJobsEnd: what was reached counts whatever the end was; completion,
// response, service and polls are of jobs that ended well.
func TestHowJobsEnd(t *testing.T) {
	t.Parallel()
	ends := []Outcome{OK, JobFailed, JobCanceled, Lost, Expired, Stuck, Duplicated, Throttled, SubmitError, ProtocolError}
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		res := perform(t, Scenario{
			Target: &queue{
				epoch: epoch, accept: 10 * ms, wait: always(50 * ms), run: 40 * ms, poll: 100 * ms, stamped: true,
				outcome: func(seq int64) Outcome { return ends[seq] },
			},
			Kinds: Jobs, Load: Closed{Users: 1}, Requests: int64(len(ends)), Epoch: epoch,
			SLO: []Bound{{Metric: QueueWait, Limit: 51}, {Metric: Polls, Limit: 2}},
		})
		tally := &res.Tally
		for _, o := range ends {
			equal(t, o.String(), tally.Outcomes[o], 1)
		}
		equal(t, "requests", tally.Requests(), 10)
		equal(t, "good", tally.Good, 1)
		for id, want := range map[MetricID]int64{
			Accept: 8, QueueWait: 8, Run: 8, Turnaround: 8, Discovery: 8, Completion: 1, Polls: 1, Response: 1, Service: 1,
		} {
			equal(t, Metrics()[id].Name, tally.Dists[id].Count(), want)
			equal(t, Metrics()[id].Name+" censored", tally.Censored[id].Count(), 0)
		}
		equal(t, "all polls", tally.Polls, 8)
		equal(t, "flow", res.Flow, Flow{Started: 10, Ended: 10, Good: 1, Errors: 9})
		equal(t, "window", tally.Window, Flow{Started: 10, Ended: 1, Good: 1, Errors: 9})
	})
}

// TestWhereAServerStampsSome: spans between two stamps are the server's, the
// others the client's, and each metric knows on what it rests.
func TestWhereAServerStampsSome(t *testing.T) {
	t.Parallel()
	s, tally := NewSample(), Tally{}
	s.MarkWithin(Submitted, 100*ms, 20*ms)
	s.MarkWithin(Started, 300*ms, 50*ms)
	s.MarkWithin(Finished, 700*ms, 60*ms)
	s.Mark(Seen, 750*ms)
	// The server's clock is poorly known, and its stamps are fine.
	s.Stamp(Submitted, 500*ms, ms)
	s.Stamp(Finished, 1050*ms, 2*ms)
	tally.settle(s, metricsOf(Jobs))
	for id, want := range map[MetricID]struct {
		value, width     time.Duration
		stamped, bounded int64
	}{
		QueueWait:  {200 * ms, 70 * ms, 1, 1},
		Run:        {400 * ms, 110 * ms, 1, 1},
		Turnaround: {550 * ms, 3 * ms, 1, 0},
		Discovery:  {50 * ms, 60 * ms, 1, 0},
	} {
		name := Metrics()[id].Name
		spread(t, id, &tally.Dists[id], 1, want.value, want.value)
		extremes(t, &tally.Widths[id], 1, want.width, want.width)
		equal(t, name+" by stamps", tally.Stamped[id], want.stamped)
		equal(t, name+" by polls", tally.Bounded[id], want.bounded)
	}
	s.MarkWithin(Started, 300*ms, 50*ms)
	s.Stamp(Started, 900*ms, 3*ms)
	other := Tally{}
	other.settle(s, metricsOf(Jobs))
	tally.merge(&other)
	equal(t, "waits by stamps", tally.Stamped[QueueWait], 2)
	equal(t, "waits by polls", tally.Bounded[QueueWait], 1)
}

// TestInstantsWithinBoundsOfEachOther: a difference that their bounds explain
// is none; one that they do not is counted as dropped.
func TestInstantsWithinBoundsOfEachOther(t *testing.T) {
	t.Parallel()
	table := metricsOf(Jobs)
	for early, want := range map[time.Duration][2]int64{2 * ms: {1, 0}, 3 * ms: {0, 1}} {
		s, tally := NewSample(), Tally{}
		s.MarkWithin(Submitted, 100*ms, ms)
		s.MarkWithin(Started, 100*ms-early, ms)
		tally.settle(s, table)
		d := &tally.Dists[QueueWait]
		equal(t, "held", d.Count(), want[0])
		equal(t, "dropped", d.Dropped(), want[1])
	}
}

// TestUserWaitsAfterNoAnswer: a submission that nobody answers is not tried
// again at once; one that is turned down by a server is.
func TestUserWaitsAfterNoAnswer(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		want   []time.Duration
	}{
		{"no answer", 0, []time.Duration{0, 100 * ms, 300 * ms, 700 * ms}},
		{"503", 503, []time.Duration{0, 0, 0, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				epoch, w := time.Now(), newWitness()
				perform(t, Scenario{
					Target: do(func(_ context.Context, s *Sample) {
						s.Begin(time.Since(epoch))
						s.Outcome, s.Status = SubmitError, tt.status
					}),
					Kinds: Jobs, Load: Closed{Users: 1}, Requests: 4, Observer: w, Epoch: epoch,
				})
				equalTimes(t, "submitted", w.intended(), tt.want)
			})
		})
	}
}

// TestTimeLineOfJobs: starts, ends and errors are there, tokens are unknown.
func TestTimeLineOfJobs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		res := perform(t, Scenario{
			Target: &queue{
				epoch: epoch, wait: always(200 * ms), run: 150 * ms, poll: 400 * ms,
				outcome: func(seq int64) Outcome { return []Outcome{OK, JobFailed}[seq%2] },
			},
			Kinds: Jobs, Load: Closed{Users: 2}, Duration: 2100 * ms, Drain: time.Second, Epoch: epoch,
		})
		first := res.Series[0]
		equal(t, "first second", first.Flow, Flow{Started: 6, Ended: 4, Errors: 2})
		equal(t, "in flight then", first.InFlight, 2)
		equal(t, "ttft", first.TTFT.Known || first.Gap.Known, false)
		equal(t, "kinds while it ran", res.Kinds, Jobs)
	})
}

// TestSumsOfJobsAgree: whatever happens to the jobs of a run, nothing is lost
// and nothing is counted twice.
func TestSumsOfJobsAgree(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for seed := range 15 {
			sc := rapid.Custom(jobs).Example(seed)
			res := perform(t, sc)
			tally := &res.Tally
			for id, want := range map[MetricID]int64{
				Completion: tally.Outcomes[OK], Response: tally.Outcomes[OK], Polls: tally.Outcomes[OK],
				Turnaround: tally.Stamped[Turnaround],
			} {
				equal(t, Metrics()[id].Name, tally.Dists[id].Count(), want)
			}
			equal(t, "censored", tally.Censored[Completion].Count(), tally.InFlight+res.Unstarted)
			for _, id := range []MetricID{QueueWait, Run, Turnaround, Discovery, Completion} {
				equal(t, Metrics()[id].Name+"'s widths", tally.Widths[id].Count(), tally.Dists[id].Count())
			}
			// Each that was accepted either began, or ended before, or was cut.
			begun := tally.Dists[QueueWait].Count() + tally.Censored[QueueWait].Count()
			equal(t, "accepted", tally.Dists[Accept].Count(), begun)
			if int64(len(res.Spans)) < tally.Dists[Turnaround].Count() {
				t.Errorf("%d spans of %d jobs", len(res.Spans), tally.Dists[Turnaround].Count())
			}
			if t.Failed() {
				t.Fatalf("scenario %d: %+v of %+v", seed, sc, sc.Target)
			}
		}
	})
}

// jobs is a scenario of jobs, of which all that are accepted succeed.
func jobs(t *rapid.T) Scenario {
	sc := scenario(t)
	upTo := func(label string, most int) time.Duration {
		return time.Duration(rapid.IntRange(1, most).Draw(t, label)) * ms
	}
	ends := rapid.SliceOfN(rapid.SampledFrom([]Outcome{OK, OK, Throttled, SubmitError}), 1, 8).Draw(t, "ends")
	sc.Kinds = Jobs
	sc.Target = &queue{
		epoch: sc.Epoch, accept: upTo("accept", 50), wait: always(upTo("wait", 500)), run: upTo("run", 500),
		poll: upTo("poll", 200), stamped: rapid.Bool().Draw(t, "stamped"),
		outcome: func(seq int64) Outcome { return ends[seq%int64(len(ends))] },
	}
	return sc
}
