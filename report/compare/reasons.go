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
		of := fmt.Sprintf("%s of %s", r.title(), report.Printable(r.Side))
		s := fmt.Sprintf("%s is %s than %s's (%s, p %s, margin %s)",
			of, r.compared(), report.Printable(c.Control), r.interval(), pValue(r.p()), r.margin())
		if call == verdict.Inconclusive {
			s = fmt.Sprintf("%s may be worse than %s's by its margin of %s, or not (%s; %s)",
				of, report.Printable(c.Control), r.margin(), r.change(r.Change), r.interval())
		}
		out = append(out, s)
	}
	return out
}

// becauseLeftOut words what could not be compared; blind: only what the control has and a side has not, and what was
// asked for by name.
func (c *Comparison) becauseLeftOut(blind bool) []string {
	var out []string
	for _, l := range c.LeftOut {
		if l.Blind || l.Asked || !blind {
			out = append(out, l.Metric+" could not be compared: "+l.Reason)
		}
	}
	return out
}

// title names the metric as the subject of a sentence.
func (r *Row) title() string {
	if r.Metric == errorShare {
		return "the error rate"
	}
	return report.Printable(r.Metric)
}

// asWell gives the first reason in full and the other rows of the same call by their change alone.
func (c *Comparison) asWell(call verdict.Call) string {
	all, others := c.becauseOf(call), []string(nil)
	first := true
	for i := range c.Rows {
		r := &c.Rows[i]
		if r.Call != call.String() {
			continue
		}
		if !first {
			others = append(others, fmt.Sprintf("%s (%s)", c.named(report.Printable(r.Side), report.Printable(r.Metric)), r.change(r.Change)))
		}
		first = false
	}
	switch {
	case len(all) == 0:
		return ""
	case len(others) == 0:
		return all[0]
	}
	return all[0] + "; so it is with " + strings.Join(firsts(others, 8), ", ")
}
