package tui

import (
	"slices"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
)

// A panel is one full view of the run.
type panel uint8

const (
	overview panel = iota
	latency
	heat
	outcomes

	panels // how many there are
)

func (p panel) String() string {
	return [...]string{"overview", "latency", "heat", "outcomes"}[p]
}

// body draws a panel in the window's width and h lines.
func (m *model) body(p panel, h int) []string {
	switch p {
	case latency:
		return m.latencies(h)
	case heat:
		return m.heats(h)
	case outcomes:
		return m.results(h)
	case overview, panels:
	}
	return m.everything(h)
}

// everything is the overview: what is certain first, and pictures in the room
// that is left.
func (m *model) everything(h int) []string {
	top := slices.Concat(m.table(), m.states())
	bottom := slices.Concat(m.thresholds(3), m.failures(2), []string{m.client()})
	room := h - len(top) - len(bottom)
	switch {
	case room >= 10:
		charts := min(max(room*2/5, 5), 16)
		top = append(top, m.charts(charts)...)
		top = append(top, m.strip(m.main(), room-charts)...)
	case room >= 4:
		top = append(top, m.strip(m.main(), room)...)
	}
	return append(padded(top, h-len(bottom)), bottom...)
}

// A picture is what is drawn of the closed seconds alone.
type picture struct {
	of   string
	w, h int
	ink  ink
}

// once gives a picture, which is drawn anew only when a second has closed:
// drawing is most of what a frame costs, and ten are shown a second. The lines
// are only to be read.
func (m *model) once(of string, w, h int, draw func() []string) []string {
	p := picture{of, w, h, m.ink}
	lines, ok := m.still[p]
	if !ok {
		lines = draw()
		m.still[p] = lines
	}
	return lines
}

// charts puts as many charts side by side as the window is wide for.
func (m *model) charts(h int) []string {
	return m.once("charts", m.w, h, func() []string { return m.sideBySide(h) })
}

// sideBySide draws them.
func (m *model) sideBySide(h int) []string {
	all := append([]chart{m.rate()}, m.courses()...)
	n := min(max(m.w/40, 2), len(all))
	w := (m.w - 2*(n-1)) / n
	lines := all[n-1].lines(m.ink, m.cfg.Whole, w, h)
	for i := n - 2; i >= 0; i-- {
		lines = beside(all[i].lines(m.ink, m.cfg.Whole, w, h), lines, w)
	}
	return lines
}

// latencies is the table, and a chart of each metric beneath the other.
func (m *model) latencies(h int) []string {
	lines := m.table()
	all := m.courses()
	room := h - len(lines)
	n := min(len(all), room/4)
	for i := range n {
		h := part(room, n, i)
		lines = append(lines, m.once(all[i].title, m.w, h, func() []string {
			return all[i].lines(m.ink, m.cfg.Whole, m.w, h)
		})...)
	}
	return lines
}

// heats is a strip of each metric beneath the other, the one that tells most
// first.
func (m *model) heats(h int) []string {
	ids := bench.HeatMetrics(m.kinds())
	if i := slices.Index(ids, m.main()); i > 0 {
		ids[0], ids[i] = ids[i], ids[0]
	}
	n := min(len(ids), max(h/9, 1))
	var lines []string
	for i := range n {
		lines = append(lines, m.strip(ids[i], part(h, n, i))...)
	}
	return lines
}

// part is the i-th of n nearly equal parts of a number of lines.
func part(lines, n, i int) int { return lines*(i+1)/n - lines*i/n }

// padded fills up to h lines.
func padded(lines []string, h int) []string {
	for len(lines) < h {
		lines = append(lines, "")
	}
	return lines
}

// main is the metric in which a stall is seen first.
func (m *model) main() bench.MetricID {
	if m.jobs() {
		return bench.Completion
	}
	return bench.ChunkGap
}

// rate is the course of what passes.
func (m *model) rate() chart {
	series := m.snap.Series
	per := func(n int64, i int) float64 { return float64(n) / max(series[i].Length.Seconds(), 1e-3) }
	if m.jobs() {
		done := func(i int) float64 { return per(series[i].Ended, i) }
		return chart{title: "done/s", label: perSecond, closed: len(series), area: done}
	}
	events := func(i int) float64 { return per(series[i].Events, i) }
	return chart{title: "events/s", label: perSecond, closed: len(series), area: events}
}

// perSecond writes a rate on an axis.
func perSecond(v float64) string {
	switch {
	case v >= 1e7:
		return report.Digits(v/1e6) + "M"
	case v >= 1e5:
		return report.Digits(v/1e3) + "k"
	}
	return report.Digits(v)
}

// courses are the latencies over time.
func (m *model) courses() []chart {
	ttft := func(s *bench.Second) *bench.Pair { return &s.TTFT }
	gap := func(s *bench.Second) *bench.Pair { return &s.Gap }
	total := func(s *bench.Second) *bench.Pair { return &s.Total }
	wait := func(s *bench.Second) *bench.Pair { return &s.QueueWait }
	if m.jobs() {
		return []chart{m.course(bench.QueueWait, wait), m.course(bench.Completion, total)}
	}
	return []chart{m.course(bench.TTFT, ttft), m.course(bench.ChunkGap, gap), m.course(bench.E2E, total)}
}

// course is a latency over time: its medians, and its 99th percentiles.
func (m *model) course(id bench.MetricID, of func(s *bench.Second) *bench.Pair) chart {
	series := m.snap.Series
	value := func(of func(i int) (v float64, known bool)) func(i int) float64 {
		return func(i int) float64 {
			if v, known := of(i); known {
				return v
			}
			return -1
		}
	}
	return chart{
		title: bench.Metrics()[id].Title, end: m.ink.in(typical, "■") + " p50 " + m.ink.in(tail, "─") + " p99",
		closed: len(series), log: true, label: edge,
		area: value(func(i int) (float64, bool) { p := of(&series[i]); return p.P50, p.Known }),
		line: value(func(i int) (float64, bool) { p := of(&series[i]); return p.P99, p.Known }),
	}
}

// strip is a metric's histogram over time.
func (m *model) strip(id bench.MetricID, h int) []string {
	series := m.snap.Series
	s := heatStrip{
		title: bench.Metrics()[id].Title + " over time", reach: m.reach[id],
		closed: len(series), counts: func(i int) []uint32 { return series[i].HeatOf(id) },
	}
	return m.once(s.title, m.w, h, func() []string { return s.lines(m.ink, m.cfg.Whole, m.w, h) })
}
