package report

import (
	"fmt"
	"slices"
)

// String words a breach: what was measured, and the bound that it broke.
func (b Breach) String() string {
	value, bound := apart(b.Value, b.Bound, b.Unit)
	switch b.Code {
	case "send-lag":
		return fmt.Sprintf("send lag p99 %s > %s", value, bound)
	case "cpu":
		return fmt.Sprintf("its CPU was at 90 %% or more in %s of the seconds > %s", value, bound)
	case "pauses":
		return fmt.Sprintf("its own pauses were %s of the run > %s", value, bound)
	case "late-reads":
		return fmt.Sprintf("%s of the events were read late and together > %s", value, bound)
	case "rate":
		return fmt.Sprintf("%s of the intended rate was reached < %s", value, bound)
	}
	return fmt.Sprintf("%s %s, bound %s", printable(b.Code), value, bound)
}

// Advice says what to try when a bound was broken.
func (b Breach) Advice() string {
	switch b.Code {
	case "cpu", "late-reads", "send-lag":
		return "fewer streams at once, or run aibench on a machine (or cores) of its own"
	case "pauses":
		return "a quieter machine: something else kept aibench from running"
	case "rate":
		return "a lower rate, or --max-in-flight to say how many may run at once"
	}
	return ""
}

// Advice says what to try when the run broke a bound.
func (r *Run) Advice(b Breach) string {
	switch b.Code {
	case "cpu", "send-lag":
		if r.Jobs() {
			return "fewer jobs at once, longer waits between polls (--poll-interval), or a machine (or cores) for aibench alone"
		}
	}
	return b.Advice()
}

// Cause names what kept a run without a single measurement from being one:
// its largest class of failures, a sample of it, and what to try.
func (r *Run) Cause() (what, try string) {
	var name string
	var most int64
	for _, o := range r.Counts.Outcomes {
		if o.Name != "ok" && o.Value > most {
			name, most = o.Name, o.Value
		}
	}
	switch sent := r.Sent(); {
	case name == "" && sent == 0:
		return "no request was made", ""
	case name == "" && r.warming():
		return fmt.Sprintf("all %s fell into the warm-up of %v s", grouped(sent), r.Load.WarmupS),
			"a shorter --warmup, or a run that goes on after it: a longer -d, a larger -n"
	case name == "":
		return r.missedItsWindow(sent)
	}
	what = name
	if texts, ok := r.Counts.Details.Get(name); ok && len(texts) > 0 {
		what = printable(texts[0])
	}
	return what, adviceOn(name, what)
}

// warming tells whether nothing was started after the warm-up.
func (r *Run) warming() bool {
	return r.Load.WarmupS > 0 && !slices.ContainsFunc(r.Series, func(s Second) bool {
		return s.Started > 0 && s.T-1 >= r.Load.WarmupS
	})
}

// missedItsWindow says of a run that none of its requests began while it was
// measured, and what kept the client from starting them, where that is known.
func (r *Run) missedItsWindow(sent int64) (what, try string) {
	what = fmt.Sprintf("none of %s was started within the %s that were measured", r.counted(sent), millis(r.DurationS*1000))
	if len(r.Client.Breaches) == 0 {
		return what, "a longer -d"
	}
	breach := r.Client.Breaches[0]
	return what + ": the client was the limit: " + breach.String(), r.Advice(breach)
}

// Sent is the number of requests that were sent, warm-up included.
func (r *Run) Sent() int64 {
	var n int64
	for _, s := range r.Series {
		n += s.Started
	}
	return max(n, r.Counts.Requests)
}

// Jobs tells whether the run's requests were jobs: submitted, then waited for.
func (r *Run) Jobs() bool { return r.Load.Wait != nil || r.Target.Profile != nil }

// Measured tells whether the run has anything to report: an answer, a token, a
// job's end, or a request that was still waiting for one.
func (r *Run) Measured() bool {
	if r.Counts.OK > 0 || r.Counts.InFlightAtEnd > 0 {
		return true
	}
	if r.Jobs() {
		return r.ends() > 0
	}
	ttft, _ := r.Metrics.Get("ttft")
	return ttft.Count > 0
}

// ends counts the jobs that had a life after their submission, whatever became
// of them.
func (r *Run) ends() int64 {
	var n int64
	for _, o := range r.Counts.Outcomes {
		switch o.Name {
		case "ok", "failed", "canceled", "lost", "expired", "stuck", "duplicated":
			n += o.Value
		}
	}
	return n
}

// tokenless reports whether answers came and ended well, and nothing in them
// was taken for a token.
func (r *Run) tokenless() bool {
	c := &r.Counts
	ttft, _ := r.Metrics.Get("ttft")
	return c.OK > 0 && more(c.Events) && c.Tokens != nil && *c.Tokens == 0 && ttft.Count == 0
}

// more tells whether a count is known and not 0.
func more(n *int64) bool { return n != nil && *n > 0 }
