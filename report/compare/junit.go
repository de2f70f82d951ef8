package compare

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/verdict"
)

// WriteJUnit writes a JUnit report: a suite per side with a case per metric, and before them one case on whether the
// runs can carry a verdict at all. A metric that is worse is a failure; one that was left out, or about which nothing
// can be said, is skipped, since neither is a fault of the software under test.
func (c *Comparison) WriteJUnit(w io.Writer) error {
	suites := []report.JUnitSuite{c.overall()}
	for _, s := range c.Sides[1:] {
		suites = append(suites, c.suite(s.Name))
	}
	if err := report.WriteJUnitSuites(w, suites); err != nil {
		return fmt.Errorf("write the comparison: %w", err)
	}
	return nil
}

// overall is the suite about the comparison as a whole.
func (c *Comparison) overall() report.JUnitSuite {
	decided := report.JUnitCase{Class: "aibench.compare", Name: "validity", Output: strings.Join(c.Warnings, "\n")}
	if c.Verdict == Invalid || c.Verdict == Undecidable {
		decided.Problem = &report.JUnitProblem{
			Error: true, Type: c.Verdict, Message: c.Sentence, Text: strings.Join(c.Reasons, "\n"),
		}
	}
	s := report.JUnitSuite{Name: "aibench compare", Cases: []report.JUnitCase{decided}}
	for _, p := range [][2]string{
		{"verdict", c.Verdict}, {"sentence", c.Sentence}, {"load", c.Load}, {"test", c.Test},
		{"alpha", strconv.FormatFloat(c.Alpha, 'g', -1, 64)}, {"pairs", strconv.Itoa(c.Pairs)},
	} {
		s.Properties = append(s.Properties, report.JUnitProperty{Name: p[0], Value: p[1]})
	}
	if len(c.Repeated) > 0 {
		s.Properties = append(s.Properties, report.JUnitProperty{Name: "run again", Value: c.again()})
	}
	for _, d := range c.Differences {
		s.Properties = append(s.Properties, report.JUnitProperty{Name: "compared by force", Value: d.String()})
	}
	return s
}

// suite holds the metrics of one side.
func (c *Comparison) suite(side string) report.JUnitSuite {
	s := report.JUnitSuite{Name: side + " against " + c.Control}
	for i := range c.Rows {
		if r := &c.Rows[i]; r.Side == side {
			s.Cases = append(s.Cases, c.testCase(r))
		}
	}
	for _, l := range c.LeftOut {
		if l.Side == side || l.Side == c.Control {
			s.Cases = append(s.Cases, report.JUnitCase{Class: s.Name, Name: l.Metric, Skipped: "left out: " + l.Reason})
		}
	}
	s.Cases = append(s.Cases, c.demandCases(s.Name, side)...)
	return s
}

// testCase is one metric of one side.
func (c *Comparison) testCase(r *Row) report.JUnitCase {
	line := fmt.Sprintf("%s: %s to %s, %s (%s), p %s, margin %s: %s", r.Metric, r.value(r.Base.Median), r.value(r.Head.Median),
		r.change(r.Change), r.interval(), pValue(r.p()), r.margin(), r.Call)
	out := report.JUnitCase{Class: r.Side + " against " + c.Control, Name: r.Metric, Output: line}
	switch {
	case c.Verdict == Invalid || c.Verdict == Undecidable:
		out.Skipped = c.Verdict + ": " + line
	case r.Call == verdict.Worse.String():
		out.Problem, out.Output = &report.JUnitProblem{Type: Regression, Message: line, Text: c.Sentence}, ""
	case r.Call == verdict.Inconclusive.String():
		out.Skipped = line
	}
	return out
}
