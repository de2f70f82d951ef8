package compare

import (
	"fmt"
	"strings"

	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/verdict"
)

// reasons gives a clause for each thing that led to the verdict.
func (c *Comparison) reasons(few *verdict.Undecidable) []string {
	switch c.Verdict {
	case Invalid:
		return c.becauseInvalid()
	case Regression:
		return c.becauseOf(verdict.Worse)
	case Undecidable:
		if few != nil {
			return []string{c.undecidable(few)}
		}
		return c.becauseLeftOut(false)
	case Inconclusive:
		return append(c.becauseOf(verdict.Inconclusive), c.becauseLeftOut(true)...)
	}
	return nil
}

func (c *Comparison) becauseInvalid() []string {
	var out []string
	for _, r := range c.InvalidRuns {
		what := strings.Join(r.Breaches, ", ")
		if what == "" {
			what = "its file says so"
		}
		out = append(out, report.Printable(fmt.Sprintf("run %d of %s: %s", r.Number, r.Side, what)))
	}
	return out
}

func (c *Comparison) becauseOf(call verdict.Call) []string {
	var out []string
	for i := range c.Rows {
		r := &c.Rows[i]
		if r.Call != call.String() {
			continue
		}
		of := fmt.Sprintf("%s of %s", r.Metric, report.Printable(r.Side))
		s := fmt.Sprintf("%s is %s than %s's (%s, p %s, margin %s)",
			of, r.compared(), report.Printable(c.Control), r.interval(), pValue(r.P), r.margin())
		if call == verdict.Inconclusive {
			s = fmt.Sprintf("%s may be worse than %s's by its margin of %s, or not (%s; %s)",
				of, report.Printable(c.Control), r.margin(), r.change(r.Change), r.interval())
		}
		out = append(out, s)
	}
	return out
}

// becauseLeftOut words what could not be compared; blind: only what the control has and a side has not.
func (c *Comparison) becauseLeftOut(blind bool) []string {
	var out []string
	for _, l := range c.LeftOut {
		if l.Blind || !blind {
			out = append(out, l.Metric+" could not be compared: "+l.Reason)
		}
	}
	return out
}
