package report

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

