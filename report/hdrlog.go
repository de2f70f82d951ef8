package report

import (
	"fmt"
	"io"
	"time"

	"github.com/aibench/aibench/bench"
)

// WriteHDRLog writes the histograms of a run as an HdrHistogram log, format
// 1.3: one line per metric that has values, tagged with the metric's id, over
// the measured window. Values are thousandths of the metric's unit. What the
// run is stands in comments.
func WriteHDRLog(w io.Writer, run *Run) error {
	head := bench.HDRLogHead{Start: time.Unix(0, 0), Comments: []string{
		"aibench run " + printable(run.ID),
		"command: " + printable(shell(run.Command)),
		"verdict: " + printable(run.Verdict),
	}}
	if at, err := time.Parse(time.RFC3339Nano, run.Started); err == nil {
		head.Start = at
	}
	from := time.Duration(run.Load.WarmupS * float64(time.Second))
	to := from + time.Duration(run.DurationS*float64(time.Second))
	var entries []bench.HDRLogEntry
	for _, h := range run.Histograms {
		m, ok := bench.MetricByName(h.Name)
		if !ok {
			continue // of a version that measures more
		}
		d, err := bench.DecodeDist(h.Value.HDR)
		if err != nil {
			return fmt.Errorf("histogram of %s: %w", h.Name, err)
		}
		entries = append(entries, bench.HDRLogEntry{Metric: m.ID, From: from, To: to, Dist: d})
	}
	return bench.WriteHDRLog(w, head, entries)
}
