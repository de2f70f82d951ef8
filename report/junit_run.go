package report

import (
	"io"
	"strings"
	"time"
)

// WriteJUnit writes a run as a JUnit report: one suite with a case on the
// client (validity), one on what was measured (outcomes), and one for each
// threshold and for a condition that ended the run. An invalid run is an
// error of validity; a threshold that was not met is a failure, and so is one
// whose value is not known. Failed requests alone fail no case, as they do not
// change the exit code.
func WriteJUnit(w io.Writer, run *Run) error {
	return WriteJUnitSuites(w, []JUnitSuite{run.suite()})
}

// suite makes the checks of a run.
func (r *Run) suite() JUnitSuite {
	class := "aibench." + r.verb()
	s := JUnitSuite{Name: class, Properties: []JUnitProperty{
		{"id", r.ID}, {"target", r.Target.URL}, {"command", shell(r.Command)}, {"sentence", r.Sentence()},
	}}
	if r.Label != nil {
		s.Name = *r.Label
	}
	if at, err := time.Parse(time.RFC3339Nano, r.Started); err == nil {
		s.Started = at
	}
	s.Cases = append(s.Cases, r.validity(), r.outcomesCase())
	for i := range r.Thresholds {
		s.Cases = append(s.Cases, r.thresholdCase(&r.Thresholds[i]))
	}
	if why := r.AbortReason(); why != "" {
		s.Cases = append(s.Cases, JUnitCase{
			Name: "abort-on " + r.Aborted.Expr, Problem: &JUnitProblem{Type: "abort", Message: why},
		})
	}
	for i := range s.Cases {
		s.Cases[i].Class = class
	}
	// The run took its time once, not once for each question asked of it.
	s.Cases[0].Took = time.Duration(r.DurationS * float64(time.Second))
	return s
}

// verb is what the run was made with.
func (r *Run) verb() string {
	if r.Jobs() {
		return "job"
	}
	return "stream"
}

// validity asks whether the client kept up.
func (r *Run) validity() JUnitCase {
	c := JUnitCase{Name: "validity"}
	if r.Verdict != Invalid {
		return c
	}
	var broken, text []string
	for _, b := range r.Client.Breaches {
		broken = append(broken, b.String())
		text = append(text, b.String())
		if try := r.Advice(b); try != "" {
			text = append(text, "try: "+try)
		}
	}
	c.Problem = &JUnitProblem{
		Error: true, Type: "invalid",
		Message: "the client, not the server, was the limit: " + strings.Join(broken, " and "),
		Text:    strings.Join(text, "\n"),
	}
	return c
}

// outcomesCase asks whether anything was measured, and counts how requests
// ended.
func (r *Run) outcomesCase() JUnitCase {
	c := JUnitCase{Name: "outcomes"}
	var lines []string
	for _, o := range r.Counts.Outcomes {
		line := grouped(o.Value) + " " + o.Name
		if texts, _ := r.Counts.Details.Get(o.Name); o.Value > 0 && len(texts) > 0 {
			line += ": " + printable(texts[0])
		}
		lines = append(lines, line)
	}
	if n := r.Counts.InFlightAtEnd; n > 0 {
		lines = append(lines, grouped(n)+" still running")
	}
	c.Output = strings.Join(lines, "\n")
	if !r.Measured() {
		what, try := r.Cause()
		c.Problem = &JUnitProblem{Error: true, Type: "unmeasured", Message: "not one request could be measured: " + what}
		if try != "" {
			c.Problem.Text = "try: " + try
		}
	}
	return c
}

// thresholdCase asks whether a threshold was met.
func (r *Run) thresholdCase(t *ThresholdResult) JUnitCase {
	c := JUnitCase{Name: t.Expr}
	value := r.ValueOf(t)
	if t.OK {
		c.Output = value
		return c
	}
	kind := "threshold"
	if t.Value == nil {
		kind = "unknown"
	}
	c.Problem = &JUnitProblem{Type: kind, Message: t.Expr + ": " + value}
	return c
}
