package compare

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aibench/aibench/report"
)

// wide is the width from which on intervals are written out.
const wide = 112

// cells are a row of the table of metrics, between the metric and the call.
func (r *Row) cells(intervals bool) []string {
	base, head := r.value(r.Base.Median), r.value(r.Head.Median)
	if intervals {
		base, head = base+r.Base.between(r.Unit), head+r.Head.between(r.Unit)
	} else {
		base += r.Base.plusMinus()
	}
	p := strings.ReplaceAll(pValue(r.p()), " ", "")
	return []string{base, head, r.short(r.Change), r.bounds(), p, inPoints(r.margin())}
}

// A layout is how the table of metrics fits a page.
type layout struct {
	intervals bool  // of both values are written out
	gap       int   // before the change and every column after it
	broken    bool  // each row takes two lines, the second from the change on
	name      int   // width of the metric's name
	widths    []int // of the other columns
}

// perLine is how many columns the first line of a broken row has beside the metric.
const perLine = 2

// layout finds the roomiest layout that the page is wide enough for. The narrowest is taken in any case.
func (p *page) layout(c *Comparison) layout {
	var l layout
	for _, l = range []layout{{intervals: true, gap: gap}, {gap: gap}, {gap: tight}, {gap: gap, broken: true}} {
		cells, last := [][]string{{"", "", "change", "interval", "p", "margin"}}, 0
		for i := range c.Rows {
			r := &c.Rows[i]
			l.name, last = max(l.name, utf8.RuneCountInString(r.Metric)), max(last, l.gap+len(r.Call))
			cells = append(cells, r.cells(l.intervals))
		}
		l.widths = fit(cells)
		// A short name stands in full, a long one takes no more room than the values beneath it.
		for i, width := range nameWidths(c) {
			l.widths[i] = max(l.widths[i], min(width, longestName))
		}
		if used := l.name + span(l.widths[:perLine], gap) + span(l.widths[perLine:], l.gap) + last; used <= p.width && (!l.intervals || p.width >= wide) {
			break
		}
	}
	return l
}

// longestName is what a side's name may widen its column to.
const longestName = 12

// nameWidths gives the widths of the sides' names, the control's first.
func nameWidths(c *Comparison) [perLine]int {
	var out [perLine]int
	out[0] = utf8.RuneCountInString(report.Printable(c.Control))
	for i := range c.Rows {
		out[1] = max(out[1], utf8.RuneCountInString(report.Printable(c.Rows[i].Side)))
	}
	return out
}

// rows writes the table of metrics, one block per side.
func (p *page) rows(c *Comparison) {
	l := p.layout(c)
	side := ""
	for i := range c.Rows {
		r := &c.Rows[i]
		if i == 0 || r.Side != side {
			if i > 0 {
				p.line()
			}
			side = r.Side
			p.head(c, side, l)
		}
		p.WriteString(p.in(bold, pad(r.Metric, l.name)))
		p.cells(l, r.cells(l.intervals), "")
		p.line(strings.Repeat(" ", l.gap), p.in(colourOf(r.Call), r.Call))
	}
	if len(c.Rows) > 0 {
		p.line()
	}
}

// head writes the heading of one side's block.
func (p *page) head(c *Comparison, side string, l layout) {
	if len(c.Sides) > 2 {
		p.line(p.in(bold, cut(report.Printable(side+" against "+c.Control), p.width)))
	}
	p.WriteString(pad("", l.name))
	p.cells(l, []string{
		cut(report.Printable(c.Control), l.widths[0]), cut(report.Printable(side), l.widths[1]), "change", "interval", "p", "margin",
	}, dim)
	p.line()
}

// cells writes what stands between the metric and the call.
func (p *page) cells(l layout, cells []string, c paint) {
	p.WriteString(p.in(c, aligned(cells[:perLine], l.widths, gap)))
	if l.broken {
		p.line()
	}
	p.WriteString(p.in(c, aligned(cells[perLine:], l.widths[perLine:], l.gap)))
}

// plusMinus words an interval as its longer arm's share of the median: ±3%.
func (e *Estimate) plusMinus() string {
	if e.Low == nil || e.High == nil || e.Median <= 0 {
		return ""
	}
	arm := max(e.Median-*e.Low, *e.High-e.Median) / e.Median
	return " ±" + strconv.FormatFloat(max(math.Ceil(arm*100-1e-9), 0), 'f', 0, 64) + "%"
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
	t := c.sideTable()
	p.grid(t.Head, t.Rows)
}
