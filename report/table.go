package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aibench/aibench/bench"
)

// cell is the width of a value's column.
const cell = 10

// sparkColumns bounds the width of a drawn distribution.
const sparkColumns = 24

// scale is the heading of the drawn distributions.
const scale = "min to max, log scale"

// dash stands in the place of a number that there is none of.
const dash = "–"

// row is one metric in the table.
type row struct {
	name, title string
	metric      Metric
}

// rows picks the metrics that the table shows, of those that have values.
func rows(run *Run) []row {
	var out []row
	for _, m := range bench.Metrics() {
		values, ok := run.Metrics.Get(m.Name)
		if ok && values.known() && run.shows(m.ID) {
			out = append(out, row{m.Name, m.Title, values})
		}
	}
	return out
}

// known tells whether anything was measured, if only a bound.
func (m *Metric) known() bool { return m.Count+m.Censored > 0 }

// shows tells whether a metric belongs into the table: of a stream's gaps those
// by token where they are known, and the response where it differs from the
// end-to-end time; of a job every step of its way.
func (r *Run) shows(id bench.MetricID) bool {
	itl, _ := r.Metrics.Get("itl")
	switch id {
	case bench.TTFT, bench.TPOT, bench.E2E:
		return true
	case bench.ITL:
		return itl.Count > 0
	case bench.ChunkGap:
		return itl.Count == 0
	case bench.Response:
		return !r.Jobs() && r.Load.Kind == "open"
	case bench.Accept, bench.QueueWait, bench.Run, bench.Turnaround, bench.Discovery, bench.Completion:
		return true
	case bench.TTFTService, bench.TTFO, bench.Service, bench.Connect, bench.TokensPerSPerUser, bench.Polls, bench.NumMetrics:
	}
	return false
}

// table writes the metrics, each with its distribution, and the footnotes
// that unfounded and uncertain values need.
func (p *page) table(run *Run) {
	shown := rows(run)
	if len(shown) == 0 {
		return
	}
	names := []string{"p50", "p90", "p99", "max"}
	header, used := heading(""), margin
	for _, name := range names {
		header += padLeft(name, cell)
	}
	used += len(names) * cell
	unsure := uncertain(shown)
	if unsure {
		header += padLeft("±", cell)
		used += cell
	}
	columns := min(sparkColumns, p.width-used-3)
	if columns >= len(scale) {
		header += "   " + scale
	} else if columns >= 8 {
		header += "   " + cut("log scale", columns)
	}
	p.line(p.in(dim, header))
	for _, r := range shown {
		p.WriteString(p.in(bold, heading(r.title)))
		for _, name := range names {
			p.WriteString(padLeft(r.metric.show(name), cell))
		}
		if unsure {
			p.WriteString(padLeft(r.metric.unsure(), cell))
		}
		if hdr, ok := run.Histograms.Get(r.name); ok && columns >= 8 {
			p.WriteString("   " + spark(hdr.HDR, columns))
		}
		p.line()
	}
	p.footnotes(run, names)
	p.line()
}

// show writes one statistic of a metric: a number, a lower bound, or a dash
// where there is none to stand behind.
func (m *Metric) show(name string) string {
	if v := m.value(name); v != nil {
		return inUnit(*v, m.Unit)
	}
	if v, ok := m.Above.Get(name); ok {
		return "> " + inUnit(v, m.Unit)
	}
	return dash
}

// value finds a statistic by its name.
func (m *Metric) value(name string) *float64 {
	if name == "max" {
		return m.Max
	}
	for _, q := range m.quantiles() {
		if q.name == name {
			return *q.at
		}
	}
	return nil
}

// footnotes explains dashes and lower bounds.
func (p *page) footnotes(run *Run, names []string) {
	for _, note := range run.Notes(names) {
		for _, l := range wrap(note, p.width-margin) {
			p.line(p.in(dim, strings.Repeat(" ", margin)+l))
		}
	}
}

// tooFew says why a quantile is withheld, and of which metrics when they do
// not all have as many requests behind them.
func tooFew(shown []row, quantile string, counted func(int64) string) []string {
	var have []int64
	titles, need := map[int64][]string{}, int64(0)
	for _, r := range shown {
		w, ok := r.metric.Withheld.Get(quantile)
		if !ok {
			continue
		}
		if titles[w.Have] == nil {
			have = append(have, w.Have)
		}
		titles[w.Have], need = append(titles[w.Have], r.title), w.Need
	}
	var notes []string
	for _, n := range have {
		of := ""
		if len(have) > 1 {
			of = " of " + strings.Join(titles[n], ", ")
		}
		notes = append(notes, fmt.Sprintf("– %s%s needs %s, have %s", spelled(quantile), of, counted(need), grouped(n)))
	}
	return notes
}

// distinct drops repetitions and keeps the order.
func distinct(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
