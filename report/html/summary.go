package html

import (
	"math"
	"strconv"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
)

// A headline is one of the figures that a run is remembered by.
type headline struct {
	Label string
	Cells []headlineCell // one for each run
}

type headlineCell struct {
	Text, More string
	Difference string // to the first run
	value      *float64
}

// headlines gathers the key figures.
func (b *book) headlines() []headline {
	var out []headline
	for _, name := range []string{"ttft", "itl", "chunk_gap", "e2e", "completion", "queue_wait", "run"} {
		if h, ok := b.waited(name); ok {
			out = append(out, h)
		}
	}
	for _, rate := range []struct {
		label string
		of    func(*report.Run) *float64
	}{
		{"Tokens per second", func(r *report.Run) *float64 { return r.Throughput.OutputTokensPerS }},
		{"Good requests per second", func(r *report.Run) *float64 { return r.Throughput.GoodputPerS }},
	} {
		if h, ok := b.passed(rate.label, rate.of); ok {
			out = append(out, h)
		}
	}
	return append(out, b.requests(), b.failures())
}

// waited is the headline of a latency: its median, and its 99th percentile.
func (b *book) waited(name string) (headline, bool) {
	known, ok := bench.MetricByName(name)
	h := headline{Label: capital(known.Title) + " p50"}
	shown := false
	for i := range b.sheets {
		cell := headlineCell{Text: "–"}
		for _, row := range b.sheets[i].run.Rows() {
			if row.Name == name {
				m := row.Metric
				cell = headlineCell{Text: m.Show("p50"), More: "p99 " + m.Show("p99"), value: m.P50}
				shown = true
			}
		}
		h.Cells = append(h.Cells, cell)
	}
	h.differ()
	return h, ok && shown
}

// passed is the headline of a rate, unless no run knows of it.
func (b *book) passed(label string, of func(*report.Run) *float64) (headline, bool) {
	h := headline{Label: label}
	shown := false
	for i := range b.sheets {
		cell := headlineCell{Text: "–"}
		if v := of(b.sheets[i].run); v != nil {
			cell.Text, cell.value, shown = report.Digits(*v), v, true
		}
		h.Cells = append(h.Cells, cell)
	}
	h.differ()
	return h, shown
}

func (b *book) requests() headline {
	h := headline{Label: "Requests per second"}
	jobs := true
	for i := range b.sheets {
		run := b.sheets[i].run
		jobs = jobs && run.Jobs()
		cell := headlineCell{Text: "–", More: run.Requests(run.Counts.Requests), value: run.Throughput.RequestsPerS}
		if cell.value != nil {
			cell.Text = report.Digits(*cell.value)
		}
		h.Cells = append(h.Cells, cell)
	}
	if jobs {
		h.Label = "Jobs per second"
	}
	h.differ()
	return h
}

func (b *book) failures() headline {
	h := headline{Label: "Failed"}
	for i := range b.sheets {
		c := &b.sheets[i].run.Counts
		failed := c.Requests - c.OK - c.InFlightAtEnd
		cell := headlineCell{Text: report.Grouped(failed), More: report.Share(failed, c.Requests)}
		if c.InFlightAtEnd > 0 {
			cell.More += ", " + report.Grouped(c.InFlightAtEnd) + " still running"
		}
		h.Cells = append(h.Cells, cell)
	}
	return h
}

// differ holds the runs against the first.
func (h *headline) differ() {
	for i := 1; i < len(h.Cells); i++ {
		h.Cells[i].Difference = difference(h.Cells[0].value, h.Cells[i].value)
	}
}

// difference writes by what share v is more than base; "" where either is not
// known.
func difference(base, v *float64) string {
	if base == nil || v == nil || *base <= 0 {
		return ""
	}
	share := (*v / *base - 1) * 100
	digits := 0
	if math.Abs(share) < 9.95 {
		digits = 1
	}
	text := strconv.FormatFloat(math.Abs(share), 'f', digits, 64) + " %"
	switch {
	case math.Abs(share) < 0.05:
		return "± 0 %"
	case *v >= 1000**base:
		return "× " + report.Digits(*v / *base)
	case share < 0:
		return "− " + text
	}
	return "+ " + text
}
