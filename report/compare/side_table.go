package compare

import (
	"slices"
	"strconv"

	"github.com/aibench/aibench/report"
)

// A sideColumn is a column of the table of sides, after their names.
type sideColumn struct {
	title string
	cell  func(s *Summary) string
}

// sideColumns are those of the table of sides for which any side has a value.
func sideColumns(c *Comparison) []sideColumn {
	answers := "requests/s"
	if c.Kind == "job" {
		answers = "jobs/s"
	}
	cols := []sideColumn{{"runs", func(s *Summary) string { return strconv.Itoa(s.Runs) }}}
	for _, f := range []struct {
		title string
		of    func(s *Summary) *float64
		word  func(v float64) string
	}{
		{answers, func(s *Summary) *float64 { return s.RequestsPerS }, report.Digits},
		{"tokens/s", func(s *Summary) *float64 { return s.TokensPerS }, report.Digits},
		{"good/s", func(s *Summary) *float64 { return s.GoodputPerS }, report.Digits},
		{"errors", func(s *Summary) *float64 { return s.Errors }, func(v float64) string { return amount(v, "fraction") }},
		{"CPU", func(s *Summary) *float64 { return s.CPUS }, func(v float64) string { return report.InUnit(v*1000, "ms") }},
		{"memory", func(s *Summary) *float64 { return s.RSSBytes }, megabytes},
	} {
		if !c.anySide(f.of) {
			continue
		}
		cols = append(cols, sideColumn{f.title, func(s *Summary) string {
			if v := f.of(s); v != nil {
				return f.word(*v)
			}
			return "–"
		}})
	}
	return cols
}

// places says what the sides were: commands or addresses, one for all where they have the same.
func (p *page) places(c *Comparison) {
	first := place(&c.Sides[0])
	if !slices.ContainsFunc(c.Sides, func(s Summary) bool { return place(&s) != first }) {
		p.paragraph("all", dim, report.Printable(first))
		p.line()
		return
	}
	for i := range c.Sides {
		if place(&c.Sides[i]) == "" {
			continue // it never came to a run
		}
		p.paragraph(cut(report.Printable(c.Sides[i].Name), left-2), dim, report.Printable(place(&c.Sides[i])))
	}
	p.line()
}

func place(s *Summary) string {
	if s.Command != "" {
		return s.Command
	}
	return s.URL
}

func (c *Comparison) anySide(of func(s *Summary) *float64) bool {
	for i := range c.Sides {
		if of(&c.Sides[i]) != nil {
			return true
		}
	}
	return false
}
