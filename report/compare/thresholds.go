package compare

import (
	"fmt"
	"strings"

	"github.com/aibench/aibench/report"
)

// A Threshold is a demand on a side and what became of it. Who decides by the comparison sets them; they are no part of
// its verdict.
type Threshold struct {
	Side string `json:"side"`

	report.ThresholdResult // by the median over the side's runs
}

// Missed lists the thresholds that are not met, each in a sentence that names the side.
func (c *Comparison) Missed() []string {
	var out []string
	for i := range c.Thresholds {
		if t := &c.Thresholds[i]; !t.OK {
			out = append(out, c.demand(t))
		}
	}
	return out
}

// Headline says what came of the whole: the sentence of the verdict, and thresholds that are missed. What makes a gate
// fail comes first.
func (c *Comparison) Headline() string { return c.headed(c.Sentence, c.Missed()) }

// headed is the headline with a sentence for the verdict, and some of the missed thresholds named.
func (c *Comparison) headed(sentence string, named []string) string {
	missed := len(c.Missed())
	if missed == 0 {
		return sentence
	}
	s := "a threshold is missed"
	if all := len(c.Thresholds); all > 1 {
		s = fmt.Sprintf("%d of %s missed", missed, plural(all, "threshold"))
	}
	if len(named) > 0 {
		s += ": " + strings.Join(firsts(named, 3), "; ")
	}
	switch c.Verdict {
	case Pass, Inconclusive:
		return s + ". The comparison by itself: " + sentence
	}
	return strings.TrimSuffix(sentence, ".") + "; " + s + "."
}

// demand says what was asked of a side, and what it came to.
func (c *Comparison) demand(t *Threshold) string {
	return t.Side + ": " + t.Expr + ": " + c.valueOf(t)
}

// valueOf words what a threshold was held against.
func (c *Comparison) valueOf(t *Threshold) string {
	words := report.Run{} // it has the words for any run's thresholds
	if c.Kind == "job" {
		words.Load.Wait = new("poll")
	}
	return words.ValueOf(&t.ThresholdResult)
}

// demands shows what became of the thresholds.
func (p *page) demands(c *Comparison) {
	title := "thresholds"
	for i := range c.Thresholds {
		t := &c.Thresholds[i]
		mark, colour := "✗ ", red
		if t.OK {
			mark, colour = "✓ ", green
		}
		p.paragraph(title, colour, mark+report.Printable(c.demand(t)))
		title = ""
	}
	if title == "" {
		p.line()
	}
}

// demands is a table of the thresholds.
func (m *sheet) demands(c *Comparison) {
	var rows [][]string
	for i := range c.Thresholds {
		t := &c.Thresholds[i]
		mark := "❌"
		if t.OK {
			mark = "✅"
		}
		rows = append(rows, []string{prose(t.Expr), prose(t.Side), prose(c.valueOf(t)), mark})
	}
	if len(rows) > 0 {
		m.table("lllr", []string{"threshold", "side", "median over the runs", "met"}, rows)
	}
}

// demandCases are the thresholds of one side as test cases.
func (c *Comparison) demandCases(class, side string) []report.JUnitCase {
	var out []report.JUnitCase
	for i := range c.Thresholds {
		t := &c.Thresholds[i]
		if t.Side != side {
			continue
		}
		one := report.JUnitCase{Class: class, Name: t.Expr, Output: c.demand(t)}
		if !t.OK {
			one.Problem, one.Output = &report.JUnitProblem{Type: "threshold", Message: c.demand(t)}, ""
		}
		out = append(out, one)
	}
	return out
}

// missedCommands annotates each threshold that is not met.
func (c *Comparison) missedCommands() []string {
	var out []string
	for _, why := range c.Missed() {
		out = append(out, command("error", "aibench gate: threshold missed", strings.TrimSpace(why)))
	}
	return out
}

// demandRows are the thresholds as rows of CSV: the expression is the metric, the value stands where the side's does.
func (c *Comparison) demandRows(head []string) [][]string {
	var rows [][]string
	for i := range c.Thresholds {
		t := &c.Thresholds[i]
		cells := map[string]string{
			"control": c.Control, "side": t.Side, "metric": t.Expr,
			"head": field6(t.Value), "call": "missed",
		}
		if t.OK {
			cells["call"] = "met"
		}
		if t.Why != nil {
			cells["left_out"] = *t.Why
		}
		row := make([]string, len(head))
		for k, name := range head {
			row[k] = cells[name]
		}
		rows = append(rows, row)
	}
	return rows
}
