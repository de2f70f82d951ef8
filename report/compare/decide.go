package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/verdict"
)

// decide gives every side its verdict, then the whole its own: the gravest. A comparison in which nothing could fail
// never passes.
func (c *Comparison) decide(family []subject) {
	few := c.tooFew(c.Pairs)
	for i := range c.Sides {
		if s := &c.Sides[i]; s.Name != c.Control {
			s.Verdict = c.verdictOf(s.Name, few != nil)
		}
	}
	c.Needed = 1
	for c.tooFew(c.Needed) != nil {
		c.Needed++
	}
	c.Verdict = c.gravest()
	c.Reasons = c.reasons(few)
	c.Sentence = c.sentence(few, len(family))
}

// tooFew is nil when so many runs a side are enough for a verdict, or when there is nothing to have one on.
func (c *Comparison) tooFew(runs int) *verdict.Undecidable {
	if c.Tests == 0 {
		return nil
	}
	return c.fewFor(c.Tests, runs)
}

// EndEarly makes of c, which was compared as if it were whole, what the finished part of a comparison says: figures, and no
// verdict nor recommendation, since how many runs there would be is part of the method. why says how far it came.
func (c *Comparison) EndEarly(why string) {
	c.Verdict, c.Sentence = Undecidable, "partial: "+why+"; nothing is decided."
	c.Reasons = append([]string{"partial: " + why}, c.Reasons...)
	for i := range c.Sides {
		if s := &c.Sides[i]; s.Name != c.Control {
			s.Verdict = Undecidable
		}
	}
	if c.Advice != nil {
		c.Advice.withdraw("the comparison " + why)
	}
}

// fewFor is nil when so many runs a side are enough for so many tests.
func (c *Comparison) fewFor(tests, runs int) *verdict.Undecidable {
	if c.Test == SignFlip {
		return verdict.TooFewPairs(tests, runs, c.Alpha)
	}
	return verdict.TooFewRuns(tests, runs, runs, c.Alpha)
}

// verdictOf judges one side against the control.
func (c *Comparison) verdictOf(side string, few bool) string {
	var calls []string
	latency := false // whether anything but the errors could be compared
	for i := range c.Rows {
		if r := &c.Rows[i]; r.Side == side {
			calls = append(calls, r.Call)
			latency = latency || r.Metric != errorShare
		}
	}
	blind := slices.ContainsFunc(c.LeftOut, func(l LeftOut) bool {
		return l.Side == side && l.Blind || l.Asked && (l.Side == side || l.Side == c.Control)
	})
	switch {
	case c.hasInvalid(side) || c.hasInvalid(c.Control):
		return Invalid
	case few:
		return Undecidable
	case slices.Contains(calls, verdict.Worse.String()):
		return Regression
	case !latency:
		return Undecidable
	case blind || slices.Contains(calls, verdict.Inconclusive.String()):
		return Inconclusive
	}
	return Pass
}

func (c *Comparison) hasInvalid(side string) bool {
	return slices.ContainsFunc(c.InvalidRuns, func(r InvalidRun) bool { return r.Side == side })
}

// gravest is the verdict of the whole: an invalid run anywhere spoils it, and it passes when every side does.
func (c *Comparison) gravest() string {
	for _, v := range []string{Invalid, Regression, Undecidable, Inconclusive} {
		if slices.ContainsFunc(c.Sides, func(s Summary) bool { return s.Verdict == v }) {
			return v
		}
	}
	return Pass
}

// sentence says the verdict and what it rests on.
func (c *Comparison) sentence(few *verdict.Undecidable, family int) string {
	switch c.Verdict {
	case Invalid:
		return strings.TrimSuffix(c.brief(), ".") + ": " + strings.Join(firsts(c.Reasons, 3), "; ") + "."
	case Regression:
		return "regression: " + c.asWell(verdict.Worse) + "."
	case Inconclusive:
		why := firsts(c.becauseLeftOut(true), 3)
		if open := c.asWell(verdict.Inconclusive); open != "" {
			why = append([]string{open}, why...)
		}
		return "inconclusive: " + strings.Join(why, "; ") + "."
	case Undecidable:
		switch {
		case few != nil:
			return c.undecidable(few) + "."
		case len(c.Reasons) == 0:
			return "cannot decide: errors alone carry no verdict: a latency or a rate is needed as well."
		}
		return fmt.Sprintf("cannot decide: of %s no latency could be compared: %s.",
			plural(family, "metric"), strings.Join(firsts(c.Reasons, 3), "; "))
	}
	s := fmt.Sprintf("pass: over %s, none of %s is worse by its margin", c.basis(), c.tested())
	if len(c.Rows) == 1 {
		s = fmt.Sprintf("pass: over %s, %s is not worse by its margin", c.basis(), c.Rows[0].title())
	}
	if better := c.better(); len(better) > 0 {
		s += "; better: " + strings.Join(firsts(better, 6), ", ")
	}
	return s + "."
}

// brief is the sentence for where all invalid runs are named beside it.
func (c *Comparison) brief() string {
	if c.Verdict != Invalid || len(c.InvalidRuns) == 0 {
		return c.Sentence
	}
	return fmt.Sprintf("invalid: the client, not the server, was the limit in %s.", plural(len(c.InvalidRuns), "run"))
}

// undecidable says how many runs a verdict takes.
func (c *Comparison) undecidable(few *verdict.Undecidable) string {
	need := "need"
	if c.Tests == 1 {
		need = "needs"
	}
	runs := "pairs"
	if !few.Paired {
		runs = "runs a side"
	}
	return fmt.Sprintf("cannot decide: %s at α %v %s %d %s, have %d", c.tested(), c.Alpha, need, few.Need, runs, few.Have)
}

// basis counts what the verdict rests on: 8 pairs.
func (c *Comparison) basis() string {
	if c.Test == SignFlip {
		again := ""
		if n := len(c.Repeated); n > 0 {
			again = fmt.Sprintf(" (%d run again)", n)
		}
		return plural(c.Pairs, "pair") + again
	}
	return plural(c.Pairs, "run") + " a side"
}

// tested counts what shares alpha: 6 metrics, 6 metrics x 3 sides.
func (c *Comparison) tested() string {
	others := len(c.Sides) - 1
	switch {
	case others == 1:
		return plural(c.Tests, "metric")
	case c.Tests%others == 0:
		return fmt.Sprintf("%s x %d sides", plural(c.Tests/others, "metric"), others)
	}
	return fmt.Sprintf("%s of %d sides", plural(c.Tests, "test"), others)
}

// better names what is better: the metrics, of several sides the sides.
func (c *Comparison) better() []string {
	if len(c.Sides) <= 2 {
		return c.called(verdict.Better)
	}
	var out []string
	for i := range c.Rows {
		if r := &c.Rows[i]; r.Call == verdict.Better.String() {
			out = append(out, report.Printable(r.Side))
		}
	}
	return distinct(out)
}

// called names the metrics of a call, with their side where there is more than one.
func (c *Comparison) called(call verdict.Call) []string {
	var out []string
	for i := range c.Rows {
		if r := &c.Rows[i]; r.Call == call.String() {
			out = append(out, c.named(r.Side, r.Metric))
		}
	}
	return out
}

// named names a metric, with its side where there is more than one.
func (c *Comparison) named(side, metric string) string {
	if len(c.Sides) > 2 {
		return report.Printable(metric + " of " + side)
	}
	return report.Printable(metric)
}

// firsts gives the first n of a list, and how many more there are.
func firsts(list []string, n int) []string {
	if len(list) <= n {
		return list
	}
	return append(slices.Clone(list[:n]), fmt.Sprintf("and %d more", len(list)-n))
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return report.Grouped(int64(n)) + " " + what + "s"
}
