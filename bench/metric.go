package bench

// A MetricID is a metric's row in the table that [Metrics] returns.
type MetricID uint8

// The metrics of streams, in the order in which reports show them.
const (
	TTFT MetricID = iota
	TTFTService
	TTFO
	ChunkGap
	ITL
	TPOT
	E2E
	Response
	Service
	Connect
	TokensPerSPerUser

	NumMetrics
)

// Taken says how a metric's values come about.
type Taken uint8

// How values are taken.
const (
	Live  Taken = iota // To − From, as soon as To is reached; it counts also when the request fails later
	AtEnd              // To − From of a request that ended well; one still running is censored
	Gaps               // between chunks of one stream, pooled, while it runs
	Rate               // computed from a finished stream's tokens and times
)

// A Unit scales a metric: histograms hold thousandths of it.
type Unit uint8

// The units.
const (
	Milliseconds Unit = iota
	TokensPerSecond
)

// String gives the unit as run files spell it.
func (u Unit) String() string {
	if u == TokensPerSecond {
		return "tokens/s"
	}
	return "ms"
}

// Thousandth names the unit in which histograms count.
func (u Unit) Thousandth() string {
	if u == TokensPerSecond {
		return "tokens/ks"
	}
	return "us"
}

// A Metric is two marks and how the span between them is taken.
type Metric struct {
	ID       MetricID
	Name     string // its spelling in run files, thresholds and SLOs
	Title    string // its heading in reports
	From, To Mark
	Taken    Taken
	Unit     Unit
	Higher   bool // higher is better; its bad tail is the low one
}

// Metrics returns the table of all metrics, in the order of their IDs.
// Recording, reports and thresholds all walk it.
func Metrics() [NumMetrics]Metric {
	return [NumMetrics]Metric{
		{ID: TTFT, Name: "ttft", Title: "TTFT", From: Intended, To: FirstToken, Taken: Live},
		{ID: TTFTService, Name: "ttft_service", Title: "TTFT service", From: Sent, To: FirstToken, Taken: Live},
		{ID: TTFO, Name: "ttfo", Title: "TTFO", From: Intended, To: FirstContent, Taken: Live},
		{ID: ChunkGap, Name: "chunk_gap", Title: "chunk gap", From: FirstToken, To: LastToken, Taken: Gaps},
		{ID: ITL, Name: "itl", Title: "ITL", From: FirstToken, To: LastToken, Taken: Gaps},
		{ID: TPOT, Name: "tpot", Title: "TPOT", From: FirstToken, To: LastToken, Taken: Rate},
		{ID: E2E, Name: "e2e", Title: "E2E", From: Sent, To: LastToken, Taken: AtEnd},
		{ID: Response, Name: "response", Title: "response", From: Intended, To: End, Taken: AtEnd},
		{ID: Service, Name: "service", Title: "service", From: Sent, To: End, Taken: AtEnd},
		{ID: Connect, Name: "connect", Title: "connect", From: Dialed, To: Ready, Taken: Live},
		{
			ID: TokensPerSPerUser, Name: "tokens_per_s_per_user", Title: "tokens/s/user",
			From: FirstToken, To: LastToken, Taken: Rate, Unit: TokensPerSecond, Higher: true,
		},
	}
}

// MetricByName finds a metric by its spelling.
func MetricByName(name string) (Metric, bool) {
	for _, m := range Metrics() {
		if m.Name == name {
			return m, true
		}
	}
	return Metric{}, false
}
