package html

import (
	"slices"

	"github.com/aibench/aibench/report"
)

// mostColumns bounds how finely time is drawn: a screen shows no more, and a
// page of a long run must still be a file that one sends.
const mostColumns = 900

// A course is what happened in a run, in columns of equal length.
type course struct {
	columns []column
	every   int     // seconds of the series to a column
	whole   float64 // the run's end, seconds
}

// A column is one or several seconds of a run.
type column struct {
	from, to float64
	inFlight float64
	// The rest per second.
	started, ended, events, errors float64

	latency map[string]pair
	heat    map[string][]int64 // row, count, …; ascending rows
}

// middle is where a column's values are drawn.
func (c *column) middle() float64 { return (c.from + c.to) / 2 }

// pair is the median and the 99th percentile of what a column saw, in ms; nil
// where too little was.
type pair struct{ p50, p99 *float64 }

// courseOf gathers the run's seconds into at most so many columns.
func courseOf(run *report.Run) course {
	n := len(run.Series)
	c := course{every: max(1, (n+mostColumns-1)/mostColumns)}
	for i := 0; i < n; i += c.every {
		c.columns = append(c.columns, columnOf(run, i, min(i+c.every, n)))
	}
	if n > 0 {
		c.whole = run.Series[n-1].T
	}
	return c
}

// columnOf merges the seconds from i to before j: rates are averaged, of the
// quantiles the highest is kept.
func columnOf(run *report.Run, i, j int) column {
	seconds := run.Series[i:j]
	c := column{to: seconds[len(seconds)-1].T, latency: map[string]pair{}, heat: map[string][]int64{}}
	if i > 0 {
		c.from = run.Series[i-1].T
	}
	length := max(c.to-c.from, 1e-3)
	for k := range seconds {
		s := &seconds[k]
		c.inFlight = max(c.inFlight, float64(s.InFlight))
		c.started += float64(s.Started) / length
		c.ended += float64(s.Ended) / length
		c.events += float64(s.Events) / length
		c.errors += float64(s.Errors) / length
		for name, p := range pairsOf(run, s) {
			c.latency[name] = pair{higher(c.latency[name].p50, p.p50), higher(c.latency[name].p99, p.p99)}
		}
	}
	if run.Heat != nil {
		for _, m := range run.Heat.Metrics {
			c.heat[m.Name] = summed(m.Value, i, j)
		}
	}
	return c
}

// pairsOf gives the latencies of a second by the names of their metrics.
func pairsOf(run *report.Run, s *report.Second) map[string]pair {
	if run.Jobs() {
		return map[string]pair{
			"queue_wait": {s.QueueWaitP50, s.QueueWaitP99},
			"completion": {s.TotalP50, s.TotalP99},
		}
	}
	return map[string]pair{
		"ttft":      {s.TTFTP50, s.TTFTP99},
		"chunk_gap": {s.GapP50, s.GapP99},
		"e2e":       {s.TotalP50, s.TotalP99},
	}
}

func higher(a, b *float64) *float64 {
	if a == nil || b != nil && *b > *a {
		return b
	}
	return a
}

// summed adds the rows of several seconds. Seconds that a foreign file lacks
// are empty.
func summed(seconds [][]int64, i, j int) []int64 {
	sum := map[int64]int64{}
	var rows []int64
	for k := i; k < min(j, len(seconds)); k++ {
		for p := 0; p+1 < len(seconds[k]); p += 2 {
			row, count := seconds[k][p], seconds[k][p+1]
			if _, ok := sum[row]; !ok {
				rows = append(rows, row)
			}
			sum[row] += count
		}
	}
	slices.Sort(rows)
	out := make([]int64, 0, 2*len(rows))
	for _, row := range rows {
		if sum[row] > 0 {
			out = append(out, row, sum[row])
		}
	}
	return out
}
