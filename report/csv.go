package report

import (
	"encoding/csv"
	"io"
	"strconv"
)

// WriteCSV writes one row per metric, under a header. A value that is not
// known is an empty field; lower bounds of censored quantiles are in the run
// file only. Each row ends with the verdict on the run, so that rows of an
// invalid one are not taken for more than they are.
func WriteCSV(w io.Writer, run *Run) error {
	out := csv.NewWriter(w)
	header := []string{"id", "label", "metric", "unit", "count", "censored", "dropped", "min", "mean", "stddev"}
	for _, q := range new(Metric).quantiles() {
		header = append(header, q.name)
	}
	rows := [][]string{append(header, "max", "width_p50", "width_p99", "width_max", "basis", "verdict")}
	for _, e := range run.Metrics {
		m := e.Value
		row := []string{
			run.ID, orEmpty(run.Label), e.Name, m.Unit, whole(m.Count), whole(m.Censored), whole(m.Dropped),
			field(m.Min), field(m.Mean), field(m.Stddev),
		}
		for _, q := range m.quantiles() {
			row = append(row, field(*q.at))
		}
		var w Width
		if m.Width != nil {
			w = *m.Width
		}
		rows = append(rows, append(row, field(m.Max), field(w.P50), field(w.P99), field(w.Max), orEmpty(m.Basis), run.Verdict))
	}
	return out.WriteAll(Cells(rows))
}

func whole(n int64) string { return strconv.FormatInt(n, 10) }

func field(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'g', -1, 64)
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
