package report

import (
	"fmt"
	"strings"
)

// Sentence is the verdict on a run in one sentence.
func (r *Run) Sentence() string {
	if !r.Measured() {
		return "Not one request could be measured."
	}
	if r.Verdict == Invalid {
		return "No verdict on the server: the figures say more about this client than about it."
	}
	s := r.half()
	if r.Load.SLO != nil && r.Counts.Good != nil {
		s += fmt.Sprintf(" %s met %s.", share(*r.Counts.Good, r.Counts.Requests), printable(*r.Load.SLO))
	}
	s += r.losses()
	if n := r.Counts.InFlightAtEnd; n > 0 {
		s += fmt.Sprintf(" %s were still running at the end.", grouped(n))
	}
	return s + r.demands()
}

// demands says whether the thresholds were met.
func (r *Run) demands() string {
	switch all, missed := len(r.Thresholds), r.Missed(); {
	case all == 0:
		return ""
	case missed == 0 && all == 1:
		return " The threshold was met."
	case missed == 0:
		return fmt.Sprintf(" All %d thresholds were met.", all)
	case all == 1:
		return " The threshold was missed."
	case missed == 1:
		return fmt.Sprintf(" 1 of %d thresholds was missed.", all)
	default:
		return fmt.Sprintf(" %d of %d thresholds were missed.", missed, all)
	}
}

// half says what half of the requests, and nearly all of them, had to wait for
// what they are made for: a stream's first token, a job's end.
func (r *Run) half() string {
	w := wait{"ttft", "had their first token", "waited", " for their first token", "had a first token"}
	if r.Jobs() {
		w = wait{"completion", "were seen done", "took", "", "was seen done"}
	}
	m, _ := r.Metrics.Get(w.metric)
	n := m.Count + m.Censored
	above, censored := m.Above.Get("p50")
	switch {
	case censored:
		return fmt.Sprintf("Valid: half of %s %s longer than %s%s, or still waited.", r.counted(n), w.spent, millis(above), w.until)
	case n == 0:
		return fmt.Sprintf("Valid, but none of %s %s.", r.counted(r.Counts.Requests), w.none)
	case m.P50 != nil && m.P99 != nil:
		return fmt.Sprintf("Valid: half of %s %s within %s, and 99 %% of them within %s.", r.counted(n), w.reached, millis(*m.P50), millis(*m.P99))
	case m.P50 != nil:
		return fmt.Sprintf("Valid: half of %s %s within %s.", r.counted(n), w.reached, millis(*m.P50))
	}
	return fmt.Sprintf("Valid, but %s are too few for a median.", r.counted(r.Counts.Requests))
}

// wait is what a request waits for, in words.
type wait struct{ metric, reached, spent, until, none string }

// losses counts the requests that did not end well; of jobs also those that a
// queue must never have.
func (r *Run) losses() string {
	failed := r.failed()
	if failed == 0 {
		return ""
	}
	var worst []string
	for _, w := range []struct{ outcome, word string }{
		{"lost", "lost"}, {"stuck", "stuck"}, {"duplicated", "run more than once"},
	} {
		if n, _ := r.Counts.Outcomes.Get(w.outcome); n > 0 {
			worst = append(worst, grouped(n)+" "+w.word)
		}
	}
	s := fmt.Sprintf(" %s failed (%s)", grouped(failed), share(failed, r.Counts.Requests))
	if len(worst) > 0 {
		s += ": " + strings.Join(worst, ", ")
	}
	return s + "."
}

// counted writes a number of the run's requests.
func (r *Run) counted(n int64) string {
	if r.Jobs() {
		return jobs(n)
	}
	return counted(n)
}
