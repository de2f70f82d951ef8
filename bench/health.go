package bench

import (
	"math"
	"time"
)

// A Breach is a bound of the client's own health that a run did not keep.
type Breach struct {
	Code         string // send-lag, cpu, pauses, late-reads, rate
	Value, Bound float64
	Unit         string // ms, or fraction
}

// Bounds of a valid run.
const (
	lagFloor     = 5.0  // ms of send lag at p99 that are always allowed
	lagShare     = 0.05 // of the median TTFT, or of what a job's acceptance took, when that is more
	busyShare    = 0.10 // of the seconds
	pauseShare   = 0.05 // of the run
	pauseWarning = 0.005
	lateShare    = 0.05 // of the events

	// In a run of a second one hiccup is a large share: shares are judged from
	// these sums on.
	fewPauses     = 100 * time.Millisecond
	fewEvents     = 20
	achievedShare = 0.95 // of an open loop's rate
)

// Breaches tells why the run says more about the client than about the
// server; none: the run is valid.
func (r *Result) Breaches() []Breach {
	h := &r.Health
	return (&vitals{
		tally: &r.Tally, busy: h.BusySeconds, pauses: h.PauseFraction, paused: h.Paused,
		open: r.Open, full: r.Full, scheduled: r.Scheduled, dispatched: r.Dispatched,
	}).breaches()
}

// Breaches tells which bounds of a valid run are broken so far, by the rules of
// [Result.Breaches].
func (s *Snapshot) Breaches() []Breach {
	h := &s.Health
	return (&vitals{
		tally: &s.Tally, busy: h.BusySeconds, pauses: h.PauseFraction, paused: h.Paused,
		open: s.Open, full: s.Full, scheduled: s.Scheduled, dispatched: s.Dispatched,
	}).breaches()
}

// vitals are what tells whether the client keeps up.
type vitals struct {
	tally                 *Tally
	busy, pauses          float64 // shares of the seconds and of the time
	paused                time.Duration
	open, full            bool
	scheduled, dispatched int64
}

func (v *vitals) breaches() []Breach {
	var out []Breach
	check := func(broken bool, b Breach) {
		if broken {
			out = append(out, b)
		}
	}
	t := v.tally
	bound := lagFloor
	for _, id := range []MetricID{TTFT, Accept} {
		if p50 := t.Quantile(id, 0.5); p50.Founding == Known {
			bound = max(bound, lagShare*p50.Value)
		}
	}
	lag, known := upper(&t.SendLag)
	check(known && lag > bound, Breach{"send-lag", lag, bound, "ms"})
	check(v.busy > busyShare, Breach{"cpu", v.busy, busyShare, "fraction"})
	check(v.pauses > pauseShare && v.paused > fewPauses, Breach{"pauses", v.pauses, pauseShare, "fraction"})
	if t.Events > 0 {
		late := float64(t.LateEvents) / float64(t.Events)
		check(late > lateShare && t.LateEvents > fewEvents, Breach{"late-reads", late, lateShare, "fraction"})
	}
	if v.open && !v.full && v.scheduled > 0 {
		achieved := float64(v.dispatched) / float64(v.scheduled)
		check(achieved < achievedShare, Breach{"rate", achieved, achievedShare, "fraction"})
	}
	return out
}

// Warnings are bounds that a valid run has come near.
func (r *Result) Warnings() []Breach {
	f := r.Health.PauseFraction
	if f <= pauseWarning || f > pauseShare {
		return nil
	}
	return []Breach{{"pauses", f, pauseWarning, "fraction"}}
}

// upper is the 99th percentile, but never one of the two largest values: a
// single hiccup in a run of five requests is no finding.
func upper(d *Dist) (ms float64, ok bool) {
	n := d.Count()
	k := min(int64(math.Ceil(0.99*float64(n))), n-2)
	return d.Rank(k)
}
