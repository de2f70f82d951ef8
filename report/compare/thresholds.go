package compare

import (
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
