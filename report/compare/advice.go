package compare

// A Recommendation is what to configure, by what was measured: docs/compare.md says how each part is found.
type Recommendation struct {
	By        string     `json:"by"`         // what ranks: ok_per_s, or e2e.p50, ttft.p50, completion.p50
	Best      string     `json:"best"`       // the side that is best by it, of those that take part; empty: nothing can be said
	Choice    string     `json:"choice"`     // the smallest side within noise of the best; empty: none can be recommended
	Knees     []Knee     `json:"knees"`      // one per variable whose values are numbers
	Steps     []Step     `json:"steps"`      // along each such variable, of one command, the other variables fixed
	Excluded  []Excluded `json:"excluded"`   // sides that take no part
	SharedCPU bool       `json:"shared_cpu"` // the servers ran on the client's machine
	Words     []string   `json:"words"`      // all of it in sentences
}

// Excluded is a side that takes no part in the ranking.
type Excluded struct {
	Side   string   `json:"side"`
	Reason string   `json:"reason"`
	Value  *float64 `json:"value"` // the median of what ranks, as far as its runs have it
	Open   bool     `json:"open"`  // were its runs sound it might be the choice: there is none without it
}

// A Knee is where more of a variable stops to pay, all else being as on the best side.
type Knee struct {
	Key     string   `json:"key"`
	Side    string   `json:"side"`    // after which no step pays
	Reached bool     `json:"reached"` // false: the last step that was tried still paid, or is not known
	Edge    string   `json:"edge"`    // largest, smallest: the choice is at the edge of what was tried; empty: it is not
	Unknown []string `json:"unknown"` // sides further along that were tried and whose runs are invalid
}

// A Step is what going from one value of a variable to the next one bought, by the medians.
type Step struct {
	Key      string   `json:"key"`
	From     string   `json:"from"` // sides
	To       string   `json:"to"`
	Gain     float64  `json:"gain"` // of what ranks: 0.1 is 10 % more throughput, or 10 % less time
	Due      float64  `json:"due"`  // the gain from which on a step pays
	Pays     bool     `json:"pays"`
	Tail     *float64 `json:"tail"`      // relative change of ttft.p95, of jobs: of queue_wait.p95
	CPUS     *float64 `json:"cpu_s"`     // more of the server's CPU time, seconds
	RSSBytes *float64 `json:"rss_bytes"` // more of its memory
}
