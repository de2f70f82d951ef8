package html

import (
	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
)

// A stat is a column of the table of percentiles.
type stat struct{ name, Title string }

func stats() []stat {
	return []stat{
		{"min", "min"}, {"p50", "p50"}, {"p75", "p75"}, {"p90", "p90"}, {"p95", "p95"},
		{"p99", "p99"}, {"p999", "p99.9"}, {"max", "max"}, {"mean", "mean"},
	}
}

// stats gives the columns that the runs need: how unsure a value is only where
// one is.
func (b *book) stats() []stat {
	for i := range b.sheets {
		for _, row := range b.sheets[i].run.Rows() {
			if row.Metric.Unsure() != "" {
				return append(stats(), stat{unsure, unsure})
			}
		}
	}
	return stats()
}

// unsure is the column of what a metric's median may be off by.
const unsure = "±"

// A metricGroup is a metric's rows: one for each run.
type metricGroup struct {
	Title, Is string
	Rows      []metricRow
}

type metricRow struct {
	whose
	Count string
	Cells []statCell
}

// A statCell is one statistic: a value, a bound or a dash, and then why.
type statCell struct{ Text, Why, Difference string }

// percentiles gathers the metrics of all runs.
func (b *book) percentiles() []metricGroup {
	var out []metricGroup
	columns := b.stats()
	for _, m := range bench.Metrics() {
		g := metricGroup{Title: capital(m.Title), Is: meaning(m.Name)}
		var base *report.Metric
		for i := range b.sheets {
			for _, row := range b.sheets[i].run.Rows() {
				if row.Name != m.Name {
					continue
				}
				if i == 0 {
					base = &row.Metric
				}
				g.Rows = append(g.Rows, b.sheets[i].metric(i, &row.Metric, base, columns))
			}
		}
		if g.Rows != nil {
			out = append(out, g)
		}
	}
	return out
}

// metric gathers a run's statistics of a metric, and holds them against base.
func (s *sheet) metric(run int, m, base *report.Metric, columns []stat) metricRow {
	row := metricRow{whose: whose{run, s.name}, Count: report.Grouped(m.Count)}
	for _, st := range columns {
		if st.name == unsure {
			row.Cells = append(row.Cells, statCell{Text: m.Unsure()})
			continue
		}
		cell := statCell{Text: m.Show(st.name)}
		if v := extra(m, st.name); v != nil {
			cell.Text = report.InUnit(*v, m.Unit)
		}
		if cell.Text == "–" || m.Value(st.name) == nil && extra(m, st.name) == nil {
			cell.Why = s.run.Why(m, st.name)
		}
		if run > 0 && base != nil && (st.name == "p50" || st.name == "p99") {
			cell.Difference = difference(base.Value(st.name), m.Value(st.name))
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// extra finds the statistics that are no quantiles.
func extra(m *report.Metric, name string) *float64 {
	switch name {
	case "min":
		return m.Min
	case "mean":
		return m.Mean
	}
	return nil
}

// notes explains the dashes of the table, under the name of the run where there
// are several.
func (b *book) notes() []string {
	var names []string
	for _, st := range stats() {
		names = append(names, st.name)
	}
	var out []string
	for i := range b.sheets {
		for _, note := range b.sheets[i].run.Notes(names) {
			if b.several() {
				note = b.sheets[i].name + ": " + note
			}
			out = append(out, note)
		}
	}
	return out
}

// meaning says between which instants a metric lies.
func meaning(name string) string {
	switch name {
	case "ttft":
		return "from the intended start to the first token"
	case "chunk_gap":
		return "from one chunk of a stream to the next"
	case "itl":
		return "between tokens: a chunk's gap shared among its tokens"
	case "tpot":
		return "a stream's mean time for each token after its first chunk"
	case "e2e":
		return "from sending to the last token"
	case "response":
		return "from the intended start to the end"
	case "accept":
		return "from submitting to the answer that takes the job"
	case "queue_wait":
		return "from being accepted to being worked on"
	case "run":
		return "from the start of the work to its end"
	case "turnaround":
		return "from being accepted to the end, by the server's stamps"
	case "discovery":
		return "from the end of the work to our seeing it: the price of how we wait"
	case "completion":
		return "from the intended start to our seeing the end"
	}
	return ""
}
