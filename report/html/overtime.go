package html

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
)

// latencies makes a figure for each latency that was taken second by second.
func (b *book) latencies() []figure {
	var out []figure
	for _, m := range bench.Metrics() {
		if b.takes(m.Name) {
			out = append(out, b.latency(m.Name, m.Title))
		}
	}
	return out
}

// takes tells whether any run knows of the metric second by second.
func (b *book) takes(metric string) bool {
	for i := range b.sheets {
		s := &b.sheets[i]
		for _, c := range s.course.columns {
			if p := c.latency[metric]; p.p50 != nil || p.p99 != nil || len(c.heat[metric]) > 0 {
				return true
			}
		}
	}
	return false
}

// latency draws a metric over time: its median and 99th percentile, and of a
// single run beneath them how many values were how large.
func (b *book) latency(metric, title string) figure {
	c := &chart{
		id: "time-" + metric, title: capital(title) + " over time", marked: b.several(),
		yWords: briefly, xWords: func(v float64) string { return clock(v, b.whole) },
	}
	var heat *heatMap
	if !b.several() {
		heat = heatOf(b.sheets[0].run, &b.sheets[0].course, metric)
	}
	low, high := math.Inf(1), 0.0
	for i := range b.sheets {
		for _, l := range b.sheets[i].latency(i, metric, b.several()) {
			c.lines = append(c.lines, l)
			low, high = l.extremes(low, high)
		}
	}
	if heat != nil {
		from, to := heat.span()
		low, high = min(low, from), max(high, to)
	}
	c.x = scale{from: 0, to: b.whole, length: across}
	c.xTicks = c.x.ticks(6)
	c.y = around(low, high, 220)
	if heat != nil {
		c.under = func(d *drawing) {
			d.start("g", "class", "heat")
			heat.draw(d, &b.sheets[0].course, c.x, c.y)
			d.end("g")
		}
	}
	c.bands = b.phases()
	c.description = describe(c.lines, "ms")
	f := c.figure(func(v float64) string { return report.InUnit(v, "ms") }, b.second)
	f.Wide = true
	if b.several() {
		f.Legend = b.keys()
	}
	f.heated(heat, c, b.several())
	return f
}

// latency gives a metric's two lines of a run.
func (s *sheet) latency(run int, metric string, several bool) []line {
	p50 := line{name: "p50", class: "p50", run: run}
	p99 := line{name: "p99", class: "p99", run: run}
	if several {
		p50.name, p99.name = s.name+" p50", s.name+" p99"
		p50.class, p99.class = classOf(run)+" thin", classOf(run)
	}
	for _, c := range s.course.columns {
		p50.points = append(p50.points, pointAt(c.middle(), c.latency[metric].p50))
		p99.points = append(p99.points, pointAt(c.middle(), c.latency[metric].p99))
	}
	return []line{p99, p50}
}

// heated adds to a figure what its heat map holds, or says that there is none.
func (f *figure) heated(heat *heatMap, c *chart, several bool) {
	switch {
	case several:
		f.Note = "Strong lines: p99. Thin lines: p50."
		return
	case heat == nil:
		f.Note = "No heat map: how many values were how large was not recorded second by second."
		return
	}
	f.Note = "Behind the lines: how many values fell into each cell."
	f.Most, f.Rows = report.Grouped(heat.most), heat.rows(c.y)
	f.Table.Head = append(f.Table.Head, "values", "between")
	for i := range f.Table.Rows {
		if i >= len(heat.columns) {
			break
		}
		rows := heat.columns[i]
		f.Table.Rows[i].Heat = joined(rows)
		f.Table.Rows[i].Cells = append(f.Table.Rows[i].Cells, heat.summary(rows)...)
	}
}

// summary says in words what a column of the map holds.
func (h *heatMap) summary(rows []int64) []string {
	if len(rows) == 0 {
		return []string{"0", "–"}
	}
	var n int64
	for p := 1; p < len(rows); p += 2 {
		n += rows[p]
	}
	first, last := rows[0], rows[len(rows)-2]
	from, to := briefly(h.edges[first]), briefly(h.edges[last+1])
	if first == 0 {
		from = "0"
	}
	if last == int64(len(h.edges))-2 {
		to = "more"
	}
	return []string{report.Grouped(n), from + " and " + to}
}

func joined(numbers []int64) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.FormatInt(n, 10)
	}
	return strings.Join(texts, " ")
}

// extremes widens a range to the line's known values.
func (l *line) extremes(low, high float64) (float64, float64) {
	for _, p := range l.points {
		if p.known {
			low, high = min(low, p.y), max(high, p.y)
		}
	}
	return low, high
}

// describe says what lines show to who does not see them.
func describe(lines []line, unit string) string {
	var parts []string
	for i := range lines {
		low, high := lines[i].extremes(math.Inf(1), math.Inf(-1))
		if low > high {
			parts = append(parts, lines[i].name+": no values")
			continue
		}
		parts = append(parts, fmt.Sprintf("%s: %s to %s", lines[i].name, inWords(low, unit), inWords(high, unit)))
	}
	return strings.Join(parts, "; ") + ". The values stand in the table beneath."
}

func inWords(v float64, unit string) string {
	if unit == "" {
		return report.Digits(v)
	}
	return report.InUnit(v, unit)
}
