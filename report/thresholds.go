package report

import (
	"fmt"
	"math"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report/verdict"
)

// Why a value is not known.
const (
	whyUnmeasured = "nothing was measured"
	whyNoneOver   = "no request was over"
	whyNoSLO      = "no SLO was given"
	whyTooShort   = "the measured window has no length"
	whyNotOfKind  = "it is not measured in such a run"
	whyNotInFile  = "the run file does not tell"
	whyTooEarly   = "it takes five seconds of the measured window"
	whyAtEnd      = "findings are made when the run is over"
)

// Judge holds the run against thresholds, and keeps what became of them in the
// order in which they are given.
func (r *Run) Judge(thresholds []verdict.Threshold) {
	r.Thresholds = make([]ThresholdResult, 0, len(thresholds))
	source := r.Source()
	for _, t := range thresholds {
		j := t.Judge(source)
		r.Thresholds = append(r.Thresholds, ThresholdResult{
			Expr: t.String(), Value: known(j.Value, true), OK: j.OK, Why: unlessEmpty(j.Why),
		})
	}
}

// Source gives what thresholds are judged by: the values of the run as its file
// tells them. Quantiles that the file does not list come from its histograms.
func (r *Run) Source() verdict.Source { return runSource{r} }

type runSource struct{ run *Run }

// Value implements [verdict.Source].
func (s runSource) Value(about verdict.Subject) (v float64, why string) {
	c := &s.run.Counts
	switch about.Topic {
	case verdict.Statistic:
		return s.statistic(about)
	case verdict.Outcomes:
		over := c.Requests - c.InFlightAtEnd
		n, _ := c.Outcomes.Get(about.Name)
		if about.Name == "errors" {
			n = over - c.OK
		}
		return ofRequests(n, over, about.Share)
	case verdict.Goodput:
		switch {
		case c.Good == nil:
			return math.NaN(), whyNoSLO
		case about.Share:
			// Who was still running when the drain was over has not met it.
			return ofRequests(*c.Good, c.Requests, true)
		}
		return rateOf(s.run.Throughput.GoodputPerS)
	case verdict.Throughput:
		return s.throughput(about.Name)
	case verdict.Findings:
		return s.findings(about.Name), ""
	}
	return math.NaN(), whyNotInFile
}

// ofRequests is a count of requests, or their share of all.
func ofRequests(n, all int64, share bool) (v float64, why string) {
	switch {
	case all == 0:
		return math.NaN(), whyNoneOver
	case share:
		return float64(n) / float64(all), ""
	}
	return float64(n), ""
}

// rateOf is a rate, unless the window was too short for one.
func rateOf(v *float64) (float64, string) {
	if v == nil {
		return math.NaN(), whyTooShort
	}
	return *v, ""
}

func (s runSource) throughput(name string) (v float64, why string) {
	t := &s.run.Throughput
	switch name {
	case "requests_per_s":
		return rateOf(t.RequestsPerS)
	case "events_per_s":
		return rateOf(t.EventsPerS)
	case "output_tokens_per_s":
		return rateOf(t.OutputTokensPerS)
	case "goodput_per_s":
		if s.run.Counts.Good == nil {
			return math.NaN(), whyNoSLO
		}
		return rateOf(t.GoodputPerS)
	}
	return math.NaN(), whyNotInFile
}

// findings counts those of a severity or with a code; "": all.
func (s runSource) findings(name string) float64 {
	n := 0.0
	for _, f := range s.run.Findings {
		if name == "" || f.Severity == name || f.Code == name {
			n++
		}
	}
	return n
}

// withheld words that too few requests stand behind a quantile.
func withheld(have, need int64) string {
	return fmt.Sprintf("withheld (needs %s requests, have %s)", grouped(need), grouped(have))
}

// running words that requests were still running, so that a value is no more
// than a lower bound.
func running(n int64) string {
	if n == 1 {
		return "1 request was still running"
	}
	return grouped(n) + " requests were still running"
}

// recentSpan is how much of a run a rate needs: one over less follows every
// hiccup.
const recentSpan = 5 * time.Second

// SnapshotSource gives what thresholds are judged by while a run goes on. slo:
// the run has an SLO, so that goodput is known. Requests in flight are in none
// of the values; rates are those of the last five seconds, and findings are not
// known. The snapshot must not change while the source is in use.
func SnapshotSource(s *bench.Snapshot, slo bool) verdict.Source { return snapshotSource{s, slo} }

type snapshotSource struct {
	*bench.Snapshot
	slo bool
}

// Value implements [verdict.Source].
func (s snapshotSource) Value(about verdict.Subject) (v float64, why string) {
	t := &s.Tally
	switch about.Topic {
	case verdict.Statistic:
		return s.statistic(about)
	case verdict.Outcomes:
		n, over := s.outcomes(about.Name)
		return ofRequests(n, over, about.Share)
	case verdict.Goodput:
		if about.Share && s.slo {
			_, over := s.outcomes("")
			return ofRequests(t.Good, over, true)
		}
		return s.rate("goodput_per_s")
	case verdict.Throughput:
		return s.rate(about.Name)
	case verdict.Findings:
		return math.NaN(), whyAtEnd
	}
	return math.NaN(), whyNotOfKind
}

// outcomes counts the requests that ended as name says, and all that are over.
func (s snapshotSource) outcomes(name string) (n, over int64) {
	for i, count := range s.Tally.Outcomes {
		over += count
		if o := bench.Outcome(i); o.String() == name || name == "errors" && o != bench.OK {
			n += count
		}
	}
	return n, over
}

// rate is what passed in the last seconds. Before the measured window nothing
// is judged.
func (s snapshotSource) rate(name string) (v float64, why string) {
	f := &s.Recent.Flow
	count := 0.0
	switch name {
	case "requests_per_s":
		count = float64(f.Ended - f.Errors)
	case "events_per_s":
		count = float64(f.Events)
	case "output_tokens_per_s":
		count = float64(f.Chunks) * s.Tally.TokensPerChunk()
	case "goodput_per_s":
		if !s.slo {
			return math.NaN(), whyNoSLO
		}
		count = float64(f.Good)
	default:
		return math.NaN(), whyNotOfKind
	}
	if s.Recent.Span < recentSpan || s.Tally.Window == (bench.Flow{}) {
		return math.NaN(), whyTooEarly
	}
	return count / s.Recent.Span.Seconds(), ""
}
