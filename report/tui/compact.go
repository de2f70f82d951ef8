package tui

import (
	"slices"

	"github.com/aibench/aibench/bench"
)

// The smallest window that has room for the whole display.
const (
	wholeWidth  = 80
	wholeHeight = 24
)

// compact is the overview for a small window: a line for each thing, the most
// important first, and a strip where there is room for one.
func (m *model) compact(h int) []string {
	k := m.ink
	lines := []string{k.list(m.w, m.flow())}
	for _, id := range bench.HeatMetrics(m.kinds()) {
		lines = append(lines, m.brief(id))
	}
	lines = append(lines, m.states()...)
	lines = append(lines, m.thresholds(2)...)
	lines = append(lines, m.failures(1)...)
	lines = append(lines, m.client())
	if len(m.snap.Tally.Outcomes) > 0 && len(lines) > h {
		return lines[:max(h, 0)]
	}
	if room := h - len(lines) - 1; room >= 4 {
		lines = slices.Concat(lines, []string{m.news()}, m.strip(m.main(), room))
	}
	return lines
}

// brief is a metric in a line.
func (m *model) brief(id bench.MetricID) string {
	t := &m.snap.Tally
	s := fill(m.ink.in(bold, bench.Metrics()[id].Title), min(label, m.w/3))
	for i, q := range []float64{0.5, 0.99} {
		s += m.ink.in(faint, [...]string{"p50 ", "  p99 "}[i]) + m.cell(t.Quantile(id, q), 0)
	}
	return s
}

// small is the head of a small window.
func (m *model) small() []string {
	first := sides(m.ink.in(bold, printable(m.cfg.Title)), m.state(), m.w)
	if m.h < 7 {
		return []string{first}
	}
	return []string{first, m.gauge()}
}
