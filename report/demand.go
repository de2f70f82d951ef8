package report

import (
	"fmt"
	"math"
	"strconv"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report/verdict"
)

// ValueOf words what a threshold was held against: a value in the unit that it
// is in, a lower bound of it with the reason, or only why there is none.
func (r *Run) ValueOf(t *ThresholdResult) string {
	switch {
	case t.Value != nil && t.Why == nil:
		return r.inUnitOf(t.Expr, *t.Value)
	case t.Value != nil:
		return "≥ " + r.inUnitOf(t.Expr, *t.Value) + ": " + printable(*t.Why)
	case t.Why != nil:
		return printable(*t.Why)
	}
	return "not known"
}

// Missed counts the thresholds that the run did not meet.
func (r *Run) Missed() int {
	n := 0
	for _, t := range r.Thresholds {
		if !t.OK {
			n++
		}
	}
	return n
}

// AbortReason says which condition ended the run early, and when; "" when none
// did.
func (r *Run) AbortReason() string {
	a := r.Aborted
	if a == nil {
		return ""
	}
	return fmt.Sprintf("%s came true at %s: %s", printable(a.Expr), elapsed(a.AtS), r.inUnitOf(a.Expr, a.Value))
}

// inUnitOf writes a value in the unit of what a threshold is about.
func (r *Run) inUnitOf(expr string, v float64) string {
	kinds := bench.Streams
	if r.Jobs() {
		kinds = bench.Jobs
	}
	t, err := verdict.ParseThreshold(kinds, expr)
	if err != nil {
		return plain(v) // of a version that knows more
	}
	switch s := t.Subject; s.Topic {
	case verdict.Statistic:
		if m, ok := bench.MetricByName(s.Name); ok {
			return inUnit(v, m.Unit.String())
		}
	case verdict.Outcomes, verdict.Goodput:
		if s.Share {
			return percent(v)
		}
		if s.Topic == verdict.Goodput {
			return digits(v) + "/s"
		}
	case verdict.Throughput:
		return digits(v) + "/s"
	case verdict.Findings:
	}
	return plain(v)
}

// plain writes a number without a unit.
func plain(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return grouped(int64(v))
	}
	return digits(v)
}

// mostSteps bounds how many changes by hand are told.
const mostSteps = 4

// Steering says what was changed by hand while the run went on, in a few words
// for each change; after the first few of many, how many more there were.
func (r *Run) Steering() []string {
	var items []string
	last := Steered{Users: r.Load.Concurrency, Speed: new(1.0)}
	for i, s := range r.Load.Steered {
		if i == mostSteps && len(r.Load.Steered) > mostSteps+1 {
			return append(items, fmt.Sprintf("and steered %d times more", len(r.Load.Steered)-i))
		}
		items = append(items, "steered by hand at "+elapsed(s.AtS)+": "+s.since(&last))
		last = s
	}
	return items
}

// elapsed writes an instant of a run, in seconds since its start.
func elapsed(s float64) string {
	return strconv.FormatFloat(s, 'f', 1, 64) + " s"
}

// since words what is different from the state before.
func (s *Steered) since(last *Steered) string {
	switch {
	case s.Paused && !last.Paused:
		return "paused"
	case s.Users != nil && (last.Users == nil || *s.Users != *last.Users):
		return grouped(int64(*s.Users)) + " users"
	case s.Speed != nil && (last.Speed == nil || *s.Speed != *last.Speed):
		return digits(*s.Speed) + " x the rate"
	case !s.Paused && last.Paused:
		return "went on"
	}
	return "as before"
}

// thresholds writes each demand and whether it was met, and why the run ended
// early where one made it.
func (p *page) thresholds(run *Run) {
	title := "thresholds"
	for i := range run.Thresholds {
		t := &run.Thresholds[i]
		mark, c := "✗ ", red
		if t.OK {
			mark, c = "✓ ", green
		}
		p.paragraph(title, c, mark+printable(t.Expr)+": "+run.ValueOf(t))
		title = ""
	}
	if why := run.AbortReason(); why != "" {
		p.paragraph("aborted", red, why)
	}
}
