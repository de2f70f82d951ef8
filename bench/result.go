package bench

import "time"

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
func (r *Runner) result() *Result {
	now := r.now()
	var end Snapshot
	r.rec.snapshot(&end, now)
	to := time.Duration(r.rec.windowEnd.Load())
	if to > now {
		to = now // all requests were made before the time was over
	}
	res := &Result{
		Epoch: r.sc.Epoch, From: r.sc.Warmup, To: max(to, r.sc.Warmup), Ending: Ending(r.why.Load()),
		Tally: end.Tally, Flow: end.Flow, Series: end.Series, Health: r.watch.health(now),
		Kinds: r.sc.Kinds, Spans: r.rec.kept(),
		Scheduled: r.scheduled.Load(), Dispatched: r.dispatched.Load(),
		Full: r.full.Load(), Unstarted: r.unstarted.Load(), Steered: r.helm.steered(),
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
