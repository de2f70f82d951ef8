package bench

import (
	"math"
	"time"
)

// A Result is a run that is over.
type Result struct {
	Epoch       time.Time
	EpochMonoNS int64 // CLOCK_MONOTONIC at the epoch, when EpochKnown
	EpochKnown  bool
	From, To    time.Duration // the measured window
	Ending      Ending

	Tally  Tally    // the requests intended inside the window
	Flow   Flow     // everything that passed, warm-up included
	Series []Second // ditto, second by second
	Health Health

	Kinds Kinds  // what was performed
	Spans []Span // jobs whose three instants the server told, warm-up included, in no order; the first 65,536 or so to end

	Steered []Steer // what was changed while it went on; none: nothing

	Open       bool  // an open loop
	Scheduled  int64 // open loop: starts that the schedule held
	Dispatched int64 // those that came inside the window
	Full       bool  // MaxInFlight was reached
	Unstarted  int64 // starts that never found room; not among the requests
}

// result gathers everything after the last request is over.
func (r *Runner) result(w *watch) *Result {
	now := r.now()
	var tally Tally
	flow := r.rec.snapshot(&tally)
	to := time.Duration(r.rec.windowEnd.Load())
	if to > now {
		to = now // all requests were made before the time was over
	}
	res := &Result{
		Epoch: r.sc.Epoch, From: r.sc.Warmup, To: max(to, r.sc.Warmup), Ending: Ending(r.why.Load()),
		Tally: tally, Flow: flow, Series: r.rec.series, Health: w.health(now),
		Kinds: r.sc.Kinds, Spans: r.rec.kept(),
		Scheduled: r.scheduled.Load(), Dispatched: r.dispatched.Load(),
		Full: r.full.Load(), Unstarted: r.unstarted.Load(),
	}
	_, res.Open = r.sc.Load.(Open)
	res.EpochMonoNS, res.EpochKnown = MonoNS(r.sc.Epoch)
	return res
}

// Length is the length of the measured window.
func (r *Result) Length() time.Duration { return r.To - r.From }

// PerSecond is a count from Tally.Window as a rate over the measured window.
// Counting what passed in the window, whoever started it, is unbiased;
// dividing the requests of the window by its length would count work that was
// done after it.
func (r *Result) PerSecond(n int64) (rate float64, ok bool) {
	if r.Length() <= 0 {
		return 0, false
	}
	return float64(n) / r.Length().Seconds(), true
}

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
	var out []Breach
	check := func(broken bool, b Breach) {
		if broken {
			out = append(out, b)
		}
	}
	t := &r.Tally
	bound := lagFloor
	for _, id := range []MetricID{TTFT, Accept} {
		if p50 := t.Quantile(id, 0.5); p50.Founding == Known {
			bound = max(bound, lagShare*p50.Value)
		}
	}
	lag, known := upper(&t.SendLag)
	check(known && lag > bound, Breach{"send-lag", lag, bound, "ms"})
	h := r.Health
	check(h.BusySeconds > busyShare, Breach{"cpu", h.BusySeconds, busyShare, "fraction"})
	check(h.PauseFraction > pauseShare && h.Paused > fewPauses, Breach{"pauses", h.PauseFraction, pauseShare, "fraction"})
	if t.Events > 0 {
		late := float64(t.LateEvents) / float64(t.Events)
		check(late > lateShare && t.LateEvents > fewEvents, Breach{"late-reads", late, lateShare, "fraction"})
	}
	if r.Open && !r.Full && r.Scheduled > 0 {
		achieved := float64(r.Dispatched) / float64(r.Scheduled)
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
