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
	if room := h - len(lines) - 1; room >= 4 {
		lines = slices.Concat(lines, []string{m.news()}, m.strip(m.main(), room))
	}
	return lines
}

// brief is a metric in a line: its median and its 99th percentile.
func (m *model) brief(id bench.MetricID) string {
	t, k := &m.snap.Tally, m.ink
	name, p50, p99 := fill(k.in(bold, bench.Metrics()[id].Title), label), "p50 ", "  p99 "
	if m.w < 30 {
		name, p50, p99 = k.in(bold, clip(bench.Metrics()[id].Title, 4))+" ", "", " / "
	}
	return name + k.in(faint, p50) + m.cell(t.Quantile(id, 0.5), 0) + k.in(faint, p99) + m.cell(t.Quantile(id, 0.99), 0)
}

// small is the head of a small window.
func (m *model) small() []string {
	first := sides(m.ink.in(bold, printable(m.cfg.Title)), m.state(), m.w)
	if m.h < 7 {
		return []string{first}
	}
	return []string{first, m.gauge()}
}
