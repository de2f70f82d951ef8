package compare

import (
	"fmt"

	"github.com/aibench/aibench/report"
)

// of takes the subject's value of a run, in the subject's unit; why, when not empty, says why there is none to stand
// behind.
func (s *subject) of(run *report.Run) (v float64, why string) {
	switch {
	case s.metric == errorShare:
		return failed(run)
	case s.stat == "":
		return orUnknown(rate(run, s.metric))
	}
	m, ok := run.Metrics.Get(s.metric)
	if !ok || m.Count+m.Censored == 0 {
		return 0, "nothing was measured"
	}
	if why := run.Why(&m, s.stat); why != "" {
		return 0, why
	}
	v, why = orUnknown(m.Value(s.stat))
	if width := doubt(&m, s.stat); why == "" && width >= v && width > 0 {
		return 0, fmt.Sprintf("only known to within %s, which is no less than its %s",
			report.InUnit(width, m.Unit), report.InUnit(v, m.Unit))
	}
	return v, why
}

// doubt is how far a quantile may be off; 0 where it is exact.
func doubt(m *report.Metric, stat string) float64 {
	switch w := m.Width; {
	case w == nil:
		return 0
	case stat == "p50" && w.P50 != nil:
		return *w.P50
	case w.P99 != nil:
		return *w.P99
	case w.Max != nil:
		return *w.Max
	}
	return 0
}

// failed is the share of the requests that were over and had not ended well. Those that still ran at the end are none
// of either.
func failed(run *report.Run) (share float64, why string) {
	over := run.Counts.Requests - run.Counts.InFlightAtEnd
	if over <= 0 {
		return 0, "no request was over"
	}
	return float64(over-run.Counts.OK) / float64(over), ""
}

// rate finds a rate by its spelling in run files.
func rate(run *report.Run, name string) *float64 {
	switch t := &run.Throughput; name {
	case "requests_per_s":
		return t.RequestsPerS
	case "output_tokens_per_s":
		return t.OutputTokensPerS
	case "goodput_per_s":
		return t.GoodputPerS
	}
	return nil
}

func orUnknown(v *float64) (float64, string) {
	if v == nil {
		return 0, "not known"
	}
	return *v, ""
}
