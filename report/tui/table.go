package tui

import (
	"strings"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
)

// label is the width of the column of names.
const label = 13

// shown are the quantiles of the table.
func shown() []float64 { return []float64{0.5, 0.9, 0.99} }

// table sets the last seconds beside the whole run.
func (m *model) table() []string {
	k := m.ink
	cell := min(max((m.w-label-3)/6, 9), 14)
	second := label + 3*cell + 3
	head := k.in(faint, blanks(label)+strings.Join([]string{right("p50", cell), right("p90", cell), right("p99", cell), "   ",
		right("p50", cell), right("p90", cell), right("p99", cell)}, ""))
	lines := []string{k.groups(m.w, "latency", []group{{label + cell - 3, "last 5 s"}, {second + cell - 3, "whole run"}}), head}
	for _, id := range bench.HeatMetrics(m.kinds()) {
		row := fill(bench.Metrics()[id].Title, label)
		for _, q := range shown() {
			row += m.cell(m.snap.Recent.Quantile(id, q), cell)
		}
		row += "   "
		for _, q := range shown() {
			row += m.cell(m.snap.Tally.Quantile(id, q), cell)
		}
		lines = append(lines, row)
	}
	return lines
}

// cell writes a quantile as far as it is founded.
func (m *model) cell(v bench.Quantile, w int) string {
	c := plain
	if v.Q >= 0.99 {
		c = tail
	}
	switch v.Founding {
	case bench.Known:
		return m.ink.in(c, right(report.InUnit(v.Value, "ms"), w))
	case bench.Above:
		return m.ink.in(c, right("> "+report.InUnit(v.Value, "ms"), w))
	case bench.Withheld:
		return m.ink.in(faint, right(fewOf(v), w))
	case bench.Missing:
	}
	return m.ink.in(faint, right("–", w))
}

// fewOf says how many requests a quantile has of those that it needs.
func fewOf(v bench.Quantile) string {
	return "(" + report.Grouped(v.Have) + "/" + report.Grouped(v.Need) + ")"
}

// group is the heading of some columns.
type group struct {
	at   int
	text string
}

// groups is a rule with headings at fixed columns.
func (k ink) groups(w int, title string, at []group) string {
	line := "─ "
	out := k.in(faint, line) + k.in(bold, title)
	column := width(line + title)
	for _, g := range at {
		out += k.in(faint, " "+strings.Repeat("─", max(g.at-column-2, 0))+" ") + g.text
		column = max(g.at, column+2) + width(g.text)
	}
	return clip(out+k.in(faint, " "+strings.Repeat("─", max(w-column-1, 0))), w)
}
