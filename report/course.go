package report

import "github.com/aibench/aibench/bench"

// Heat counts the latencies of each second by size: a picture of the run's
// course in which a stall is a gap with a bright row above it.
type Heat struct {
	Unit string `json:"unit"` // of the edges: ms
	// Edges are the lower edges of the rows, ascending. Row 0 also holds what
	// is below its edge, the last one all above.
	Edges []float64 `json:"edges"`
	// Metrics holds, for each entry of the run's series, the rows that are not
	// empty: row, count, row, count, …
	Metrics Ordered[[][]int64] `json:"metrics"`
}

// Steered is the state of a run from an instant on, after somebody changed it.
type Steered struct {
	AtS    float64  `json:"at_s"`
	Paused bool     `json:"paused"` // no new starts
	Users  *int     `json:"users"`  // closed loop; null for an open one
	Speed  *float64 `json:"speed"`  // open loop: how many times as fast as its schedule; null for a closed one
}

// Aborted is the condition that ended a run early, as --abort-on asked.
type Aborted struct {
	Expr  string  `json:"expr"`
	Value float64 `json:"value"`
	AtS   float64 `json:"at_s"`
}

func series(seconds []bench.Second) []Second {
	out := make([]Second, 0, len(seconds))
	for i := range seconds {
		s := &seconds[i]
		second := Second{
			T: round(s.At.Seconds()), InFlight: s.InFlight, Started: s.Started, Ended: s.Ended,
			Events: s.Events, Errors: s.Errors,
		}
		second.TTFTP50, second.TTFTP99 = pair(s.TTFT)
		second.GapP50, second.GapP99 = pair(s.Gap)
		second.TotalP50, second.TotalP99 = pair(s.Total)
		second.QueueWaitP50, second.QueueWaitP99 = pair(s.QueueWait)
		out = append(out, second)
	}
	return out
}

func pair(p bench.Pair) (p50, p99 *float64) { return known(p.P50, p.Known), known(p.P99, p.Known) }

// heat gathers the heat of all seconds; nil when none took any.
func heat(res *bench.Result) *Heat {
	h := &Heat{Unit: bench.Milliseconds.String()}
	for row := range bench.HeatRows {
		h.Edges = append(h.Edges, round(bench.HeatEdge(row)))
	}
	metrics := bench.Metrics()
	for _, id := range bench.HeatMetrics(kinds(res)) {
		columns, taken := make([][]int64, len(res.Series)), false
		for i := range res.Series {
			counts := res.Series[i].HeatOf(id)
			columns[i], taken = sparse(counts), taken || counts != nil
		}
		if taken {
			h.Metrics.Add(metrics[id].Name, columns)
		}
	}
	if h.Metrics == nil {
		return nil
	}
	return h
}

// sparse lists the counts that are not 0: row, count, row, count, …
func sparse(counts []uint32) []int64 {
	column := []int64{}
	for row, n := range counts {
		if n > 0 {
			column = append(column, int64(row), int64(n))
		}
	}
	return column
}

// steered gathers what was changed by hand.
func steered(res *bench.Result) []Steered {
	out := make([]Steered, 0, len(res.Steered))
	for _, s := range res.Steered {
		step := Steered{AtS: round(s.At.Seconds()), Paused: s.Paused}
		if res.Open {
			step.Speed = new(round(s.Speed))
		} else {
			step.Users = new(s.Users)
		}
		out = append(out, step)
	}
	return out
}
