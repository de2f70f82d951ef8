package tui

import (
	"cmp"
	"slices"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
)

// client says whether the figures can be trusted: how this process does.
func (m *model) client() string {
	s, k := &m.snap, m.ink
	h := &s.Health
	var spans []span
	for _, b := range s.Breaches() {
		spans = append(spans, span{bad, report.Breach(b).String()})
	}
	head := fill(k.in(good, "client ok"), label)
	if len(spans) > 0 {
		head = k.in(alarm, " client limited ") + "  "
	}
	if h.CPUKnown {
		spans = append(spans, span{m.when(h.CPU >= 0.9), "CPU " + report.InUnit(h.CPU, "fraction")})
	}
	if lag, ok := s.Tally.SendLag.Quantile(0.99); ok {
		spans = append(spans, span{plain, "send lag p99 " + report.InUnit(lag, "ms")})
	}
	if h.Watched {
		text := "pauses " + report.InUnit(h.PauseFraction, "fraction")
		if h.LongestPause > 0 {
			text += ", longest " + report.InUnit(float64(h.LongestPause)/float64(time.Millisecond), "ms")
		}
		spans = append(spans, span{plain, text})
	}
	if s.Full {
		spans = append(spans, span{bad, "--max-in-flight was reached"})
	}
	return head + k.list(m.w-width(head), spans)
}

// when is the shade of what is bad when it holds.
func (m *model) when(is bool) shade {
	if is {
		return bad
	}
	return plain
}

// thresholds lists the demands on the run as they stand, in as few lines as
// hold them, at most as many as asked for.
func (m *model) thresholds(most int) []string {
	var broken, rest []span
	for _, j := range m.judged {
		s := m.threshold(j)
		if s.c == bad {
			broken = append(broken, s)
		} else {
			rest = append(rest, s)
		}
	}
	return m.wrapped("thresholds", append(broken, rest...), most)
}

func (m *model) threshold(j Judged) span {
	text := printable(j.Expr)
	if j.Known && j.Value != "" {
		text += " (" + printable(j.Value) + ")"
	}
	switch {
	case !j.Known:
		return span{faint, "? " + text}
	case j.OK:
		return span{good, "✓ " + text}
	default:
		return span{bad, "✗ " + text}
	}
}

// failures lists the outcomes that are none to wish for, the most frequent
// first; nothing while there are none.
func (m *model) failures(most int) []string {
	var spans []span
	total := m.snap.Tally.Requests()
	for _, o := range m.ended() {
		n := m.snap.Tally.Outcomes[o]
		if o != bench.OK {
			spans = append(spans, span{bad, o.String() + " " + report.Grouped(n) + " (" + report.Share(n, total) + ")"})
		}
	}
	return m.wrapped("failed", spans, most)
}

// ended lists the outcomes that there are, the most frequent first.
func (m *model) ended() []bench.Outcome {
	n := &m.snap.Tally.Outcomes
	var seen []bench.Outcome
	for o := range bench.NumOutcomes {
		if n[o] > 0 {
			seen = append(seen, o)
		}
	}
	slices.SortStableFunc(seen, func(a, b bench.Outcome) int { return cmp.Compare(n[b], n[a]) })
	return seen
}

// states says where the jobs are.
func (m *model) states() []string {
	if !m.jobs() {
		return nil
	}
	j := &m.snap.Jobs
	spans := []span{{plain, "submitting " + report.Grouped(j.Submitting)}}
	for _, s := range []struct {
		name string
		n    int64
		must bool
	}{{"queued", j.Queued, true}, {"running", j.Running, true}, {"accepted", j.Unsaid, false}, {"fetching", j.Fetching, false}} {
		if s.must || s.n > 0 {
			spans = append(spans, span{plain, s.name + " " + report.Grouped(s.n)})
		}
	}
	spans = append(spans, span{good, "ok " + report.Grouped(m.snap.Flow.Ended-m.snap.Flow.Errors)})
	return []string{fill(m.ink.in(bold, "jobs"), label) + m.ink.list(m.w-label, spans)}
}

// wrapped writes spans after a name, in up to most lines; where that is not
// enough, the last one says how many more there are.
func (m *model) wrapped(name string, spans []span, most int) []string {
	margin := min(label, m.w/4)
	head := fill(m.ink.in(bold, name), margin)
	var lines []string
	for len(spans) > 0 && len(lines) < most {
		n := fitting(spans, m.w-margin)
		shown := spans[:n]
		if len(lines) == most-1 && n < len(spans) {
			n = max(fitting(spans, m.w-margin-len(" · and 99 more")), 1)
			shown = append(slices.Clone(spans[:n]), span{faint, "and " + report.Grouped(int64(len(spans)-n)) + " more"})
		}
		lines = append(lines, head+m.ink.list(m.w-margin, shown))
		head, spans = blanks(margin), spans[n:]
	}
	return lines
}

// fitting is how many spans a line of w columns takes, at least one.
func fitting(spans []span, w int) int {
	column := 0
	for i, s := range spans {
		column += width(s.text) + 3
		if column-3 > w && i > 0 {
			return i
		}
	}
	return len(spans)
}
