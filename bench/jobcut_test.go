package bench

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestJobsThatAreCut: each lacks what its server last said it lacked, and not
// what it may have reached since.
func TestJobsThatAreCut(t *testing.T) {
	t.Parallel()
	wait := func(seq int64) time.Duration { return []time.Duration{50 * ms, 250 * ms, time.Hour}[seq] }
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		res := perform(t, Scenario{
			Target: &queue{epoch: epoch, accept: 10 * ms, wait: wait, run: 100 * ms, poll: 200 * ms, stamped: true},
			Kinds:  Jobs, Load: Closed{Users: 3}, Requests: 3, Duration: 500 * ms, Drain: 50 * ms, Epoch: epoch,
		})
		// At 550 ms: polls at 210 and 410 ms. One was seen to its end at 210 ms,
		// one began at 260 and ended at 360, which was seen at 410 ms, and the
		// third still waited then.
		tally := &res.Tally
		equal(t, "ok", tally.Outcomes[OK], 2)
		equal(t, "in flight", tally.InFlight, 1)
		for id, want := range map[MetricID]time.Duration{
			QueueWait: 400 * ms, Turnaround: 400 * ms, Completion: 550 * ms, Response: 550 * ms, Service: 550 * ms,
		} {
			spread(t, id, &tally.Censored[id], 1, want, want)
		}
		for _, id := range []MetricID{Accept, Run, Discovery, TTFT, TTFO, E2E} {
			equal(t, Metrics()[id].Name, tally.Censored[id].Count(), 0)
		}
		spread(t, Accept, &tally.Dists[Accept], 3, 10*ms, 10*ms)
		spread(t, QueueWait, &tally.Dists[QueueWait], 2, 50*ms, 250*ms)
		v, _ := tally.Censored[Polls].Max()
		equal(t, "polls so far", v, 2.0)
		equal(t, "sum of polls", tally.Polls, 1+2+2)
		equal(t, "the tail of the wait", tally.Quantile(QueueWait, 1), Quantile{Q: 1, Founding: Above, Value: 400, Have: 3, Need: 1})
		equal(t, "most polls", tally.Quantile(Polls, 1), Quantile{Q: 1, Founding: Above, Value: 2, Have: 3, Need: 1})
	})
}

// cutJob is what a run counts of one job that lives as told and is cut at 2 s.
func cutJob(t *testing.T, live func(s *Sample)) *Tally {
	t.Helper()
	var tally *Tally
	synctest.Test(t, func(t *testing.T) {
		tally = &perform(t, Scenario{
			Target: do(func(ctx context.Context, s *Sample) {
				s.Begin(100 * ms)
				s.Mark(Sent, 100*ms)
				live(s)
				<-ctx.Done()
				s.Outcome = Cancelled
			}),
			Kinds: Jobs, Load: Closed{Users: 1}, Duration: 2 * time.Second,
		}).Tally
	})
	return tally
}

func TestWhatIsCensoredOfAJob(t *testing.T) {
	t.Parallel()
	accepted := func(s *Sample) {
		s.Mark(Accepted, 200*ms)
		s.Mark(Submitted, 200*ms)
	}
	whole := map[MetricID]time.Duration{Response: 1900 * ms, Service: 1900 * ms, Completion: 1900 * ms}
	tests := []struct {
		name string
		live func(s *Sample)
		want map[MetricID]time.Duration // beside the whole
	}{
		{"being submitted", func(*Sample) {}, map[MetricID]time.Duration{Accept: 1900 * ms}},
		{"accepted, and no word of it", accepted, map[MetricID]time.Duration{QueueWait: 1800 * ms}},
		{"queued when last seen", func(s *Sample) {
			accepted(s)
			s.NotYet(Started, 1200*ms)
		}, map[MetricID]time.Duration{QueueWait: 1000 * ms}},
		{"submitted at some time, by a clock not well known", func(s *Sample) {
			s.Mark(Accepted, 200*ms)
			s.MarkWithin(Submitted, 150*ms, 130*ms)
			s.Stamp(Submitted, 170*ms, 100*ms)
			s.NotYet(Started, 1150*ms)
		}, map[MetricID]time.Duration{QueueWait: 870 * ms, Turnaround: 1720 * ms}},
		{"running when last seen", func(s *Sample) {
			accepted(s)
			s.Mark(Started, 700*ms)
			s.NotYet(Finished, 1700*ms)
		}, map[MetricID]time.Duration{Run: 1000 * ms}},
		{"over, and its start was never seen", func(s *Sample) {
			accepted(s)
			s.Mark(Finished, 800*ms)
			s.Mark(Seen, 900*ms)
		}, map[MetricID]time.Duration{Completion: 800 * ms}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tally := cutJob(t, tt.live)
			for _, m := range Metrics() {
				want, ok := tt.want[m.ID]
				if !ok {
					want = whole[m.ID]
				}
				v, _ := tally.Censored[m.ID].Max()
				equal(t, m.Name, v, float64(want)/float64(ms))
			}
		})
	}
}

// TestNoStartsSeenIsNoWait: a service that never says that a job runs leaves
// its waits unknown, however long its jobs seem to wait.
func TestNoStartsSeenIsNoWait(t *testing.T) {
	t.Parallel()
	tally := cutJob(t, func(s *Sample) {
		s.Mark(Accepted, 200*ms)
		s.Mark(Submitted, 200*ms)
	})
	equal(t, "queue wait", tally.Quantile(QueueWait, 1).Founding, Missing)
	equal(t, "run", tally.Quantile(Run, 1).Founding, Missing)
	equal(t, "completion", tally.Quantile(Completion, 1).Founding, Above)
}

// TestJobWithoutRoomWaits: in completion and response, and in no metric of
// streams.
func TestJobWithoutRoomWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		res := perform(t, Scenario{
			Target: &queue{epoch: epoch, accept: ms, wait: always(0), run: time.Hour, poll: time.Second, stamped: true},
			Kinds:  Jobs, Load: Open{Pacer: list(0, 100*ms), MaxInFlight: 1}, Duration: time.Second, Epoch: epoch,
		})
		equal(t, "unstarted", res.Unstarted, 1)
		for _, m := range Metrics() {
			v, _ := res.Tally.Censored[m.ID].Min()
			equal(t, m.Name, v == 900, m.ID == Completion || m.ID == Response)
		}
	})
}
