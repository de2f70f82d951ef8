package compare

import (
	"math"
	"strconv"
	"strings"

	"github.com/aibench/aibench/report"
)

// A column is the heading of a table's column, its width, and what stands in it.
type column struct {
	title string
	width int
	cell  func(r *Row) string
}

// wide is the width from which on intervals are written out.
const wide = 112

// columns are those of the table of metrics, between the metric and the call.
func columns(width int) []column {
	base := column{"base", 12, func(r *Row) string { return r.value(r.Base.Median) + r.Base.plusMinus() }}
	head := column{"head", 8, func(r *Row) string { return r.value(r.Head.Median) }}
	if width >= wide {
		base.width, base.cell = 27, func(r *Row) string { return r.value(r.Base.Median) + r.Base.between(r.Unit) }
		head.width, head.cell = 27, func(r *Row) string { return r.value(r.Head.Median) + r.Head.between(r.Unit) }
	}
	return []column{
		base, head,
		{"change", 8, func(r *Row) string { return r.short(r.Change) }},
		{"interval", 10, (*Row).bounds},
		{"p", 7, func(r *Row) string { return strings.ReplaceAll(pValue(r.p()), " ", "") }},
		{"margin", 7, func(r *Row) string { return inPoints(r.margin()) }},
	}
}

// metricWidth is the width of the column of metrics.
const metricWidth = 15

// rows writes the table of metrics, one block per side.
func (p *page) rows(c *Comparison) {
	all := columns(p.width)
	side := ""
	for i := range c.Rows {
		r := &c.Rows[i]
		if r.Side != side {
			if side != "" {
				p.line()
			}
			side = r.Side
			p.head(c, side, all)
		}
		p.WriteString(p.in(bold, pad(r.Metric, metricWidth)))
		for _, col := range all {
			p.WriteString(padLeft(col.cell(r), col.width))
		}
		p.line(" ", p.in(colourOf(r.Call), r.Call))
	}
	if len(c.Rows) > 0 {
		p.line()
	}
}

// head writes the heading of one side's block.
func (p *page) head(c *Comparison, side string, all []column) {
	if len(c.Sides) > 2 {
		p.line(p.in(bold, cut(report.Printable(side+" against "+c.Control), p.width)))
	}
	line := pad("", metricWidth)
	for _, col := range all {
		line += padLeft(col.title, col.width)
	}
	p.line(p.in(dim, line))
}

// plusMinus words an interval as its longer arm's share of the median: ±3%.
func (e *Estimate) plusMinus() string {
	if e.Low == nil || e.High == nil || e.Median <= 0 {
		return ""
	}
	arm := max(e.Median-*e.Low, *e.High-e.Median) / e.Median
	return " ±" + strconv.FormatFloat(math.Ceil(arm*100-1e-9), 'f', 0, 64) + "%"
}

// between words an interval by its ends.
func (e *Estimate) between(unit string) string {
	if e.Low == nil || e.High == nil {
		return ""
	}
	return " [" + amount(*e.Low, unit) + ", " + amount(*e.High, unit) + "]"
}

// short is change for a narrow column.
func (r *Row) short(v float64) string {
	return inPoints(r.change(v))
}

// inPoints shortens percentage points.
func inPoints(s string) string { return strings.NewReplacer("points", "pp", "point", "pp").Replace(s) }

// bounds words the interval for a narrow column, without its unit.
func (r *Row) bounds() string {
	if r.Low == nil && r.High == nil {
		return "–"
	}
	end := func(v *float64, none string) string {
		if v == nil {
			return none
		}
		number, _, _ := strings.Cut(r.short(*v), " ")
		return number
	}
	return end(r.Low, "−∞") + "…" + end(r.High, "∞")
}

// sides writes what every side did: columns that no side has a value for are left out.
func (p *page) sides(c *Comparison) {
	cols := sideColumns(c)
	name := 4
	for i := range c.Sides {
		name = max(name, len([]rune(c.Sides[i].Name)))
	}
	used := 0
	for _, col := range cols {
		used += col.width
	}
	name = min(name, max(p.width-used, 8))
	line := pad("side", name)
	for _, col := range cols {
		line += padLeft(col.title, col.width)
	}
	p.line(p.in(dim, line))
	for i := range c.Sides {
		s := &c.Sides[i]
		p.WriteString(p.in(bold, pad(cut(report.Printable(s.Name), name), name)))
		for _, col := range cols {
			p.WriteString(padLeft(col.cell(s), col.width))
		}
		p.line()
	}
}
