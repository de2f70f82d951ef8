package compare

import (
	"fmt"
	"io"
	"slices"

	"github.com/aibench/aibench/report"
)

// Text writes comparisons for people's eyes.
type Text struct {
	Width  int  // columns; 0: 80
	Colour bool // whether escape sequences for colours may be used
}

// Write writes what was compared, the sides, the metrics, what follows, and at the end the verdict.
func (t Text) Write(w io.Writer, c *Comparison) error {
	p := &page{width: t.Width, colour: t.Colour}
	if p.width <= 0 {
		p.width = 80
	}
	p.paragraph("compare", "", c.subjectLine())
	p.paragraph("", dim, c.methodLine())
	p.line()
	p.sides(c)
	p.places(c)
	p.rows(c)
	p.notes(c)
	p.noise(c.AA)
	if c.Advice != nil {
		p.paragraphs("advice", "", c.Advice.Words)
		p.line()
	}
	p.demands(c)
	colour := colourOf(c.Verdict)
	if len(c.Missed()) > 0 {
		colour = red
	}
	p.paragraph("verdict", colour, c.headed(c.brief(), nil))
	if _, err := io.WriteString(w, p.String()); err != nil {
		return fmt.Errorf("write the comparison: %w", err)
	}
	return nil
}

// colourOf gives a verdict or a call its colour.
func colourOf(word string) paint {
	switch word {
	case Regression, Invalid, "worse":
		return red
	case Pass, "better":
		return green
	case Inconclusive, Undecidable:
		return bold
	}
	return ""
}

// subjectLine says what was compared.
func (c *Comparison) subjectLine() string {
	names := ""
	for i := range c.Sides {
		switch {
		case i == 0:
		case i == 1:
			names = c.Sides[i].Name
		case i == len(c.Sides)-1:
			names += " and " + c.Sides[i].Name
		default:
			names += ", " + c.Sides[i].Name
		}
	}
	subject := names + " against " + c.Control
	if c.Load != "" {
		subject += ": " + c.Load
	}
	return report.Printable(subject)
}

// methodLine says how.
func (c *Comparison) methodLine() string {
	test := "Mann–Whitney test"
	if c.Test == SignFlip {
		test = "exact sign-flip test"
	}
	return fmt.Sprintf("%s, %s, α %v over %s (Holm)", c.basis(), test, c.Alpha, c.tested())
}

// notes lists what weakens the figures: left out, forced, warned of.
func (p *page) notes(c *Comparison) {
	var out []string
	for _, l := range c.LeftOut {
		out = append(out, report.Printable(c.leftOut(l)))
	}
	p.paragraphs("left out", dim, out)
	out = nil
	for _, d := range c.Differences {
		out = append(out, d.String())
	}
	p.paragraphs("by force", red, out)
	out = nil
	for _, w := range c.Warnings {
		out = append(out, report.Printable(w))
	}
	p.paragraphs("warning", "", out)
	if len(c.Repeated) > 0 {
		p.paragraph("run again", "", c.again())
	}
	p.paragraphs("invalid", red, c.becauseInvalid())
	if len(c.LeftOut)+len(c.Differences)+len(c.Warnings)+len(c.Repeated)+len(c.InvalidRuns) > 0 {
		p.line()
	}
}

// leftOut words what is missing from the rows, and of which side where that is not all of them.
func (c *Comparison) leftOut(l LeftOut) string {
	if len(c.Sides) > 2 && l.Side != c.Control {
		return l.Metric + " of " + l.Side + ": " + l.Reason
	}
	return l.Metric + ": " + l.Reason
}

// noise writes how far things moved by themselves.
func (p *page) noise(aa *NoiseFloor) {
	if aa == nil {
		return
	}
	t := aa.table()
	p.grid(t.Head, t.Rows)
	p.paragraphs("", dim, slices.Clone(aa.words()))
	p.line()
}
