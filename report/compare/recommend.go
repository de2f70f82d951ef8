package compare

// A Recommendation is what to configure, by what was measured.
type Recommendation struct {
	By       string   `json:"by"`       // the metric that ranks: requests_per_s, ttft.p50, …
	Best     string   `json:"best"`     // the side that is best by it
	Choice   string   `json:"choice"`   // the smallest side within noise of the best
	Knee     string   `json:"knee"`     // the last side whose step paid; empty where none is
	Steps    []Step   `json:"steps"`    // along each variable, the others fixed
	Words    []string `json:"words"`    // the same in sentences
	AtEdge   []string `json:"at_edge"`  // variables whose best value is the largest tried
	SharedBy bool     `json:"cpu_shared"` // the servers ran on the client's machine
}

// A Step is what going from one value of a variable to the next bought; relative changes of the medians.
type Step struct {
	Key        string   `json:"key"`
	From       string   `json:"from"` // sides
	To         string   `json:"to"`
	Throughput *float64 `json:"throughput"`
	P50        *float64 `json:"p50"` // of ttft, or of completion
	P95        *float64 `json:"p95"` // of ttft, or of queue_wait
	CPUS       *float64 `json:"cpu_s"`     // difference, seconds
	RSSBytes   *float64 `json:"rss_bytes"` // difference
	Pays       bool     `json:"pays"`
}
