package bench

import "slices"

// A MetricID is a metric's row in the table that [Metrics] returns.
type MetricID uint8

// The metrics, in the order in which reports show them: those of streams, with
// the ones that jobs share among them, then those of jobs.
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
	Accept
	QueueWait
	Run
	Turnaround
	Discovery
	Completion
	Polls

	NumMetrics
)

// Taken says how a metric's values come about.
type Taken uint8

// How values are taken.
const (
	Live    Taken = iota // To − From, as soon as To is reached; it counts also when the request fails later
	AtEnd                // To − From of a request that ended well; one still running is censored
	Gaps                 // between chunks of one stream, pooled, while it runs
	Rate                 // computed from a finished stream's tokens and times
	Reached              // To − From, when the job is over or cut, however it ended; one that has not reached To is censored
)

// Kinds is a set of kinds of operation.
type Kinds uint8

// The kinds of operation.
const (
	Streams Kinds = 1 << iota
	Jobs
)

// Has tells whether k and other have a kind in common.
func (k Kinds) Has(other Kinds) bool { return k&other != 0 }

// A Unit scales a metric: histograms hold thousandths of it.
type Unit uint8

// The units.
const (
	Milliseconds Unit = iota
	TokensPerSecond
	Count // of polls: whole numbers, no time
)

// String gives the unit as run files spell it.
func (u Unit) String() string {
	switch u {
	case Milliseconds:
		return "ms"
	case TokensPerSecond:
		return "tokens/s"
	case Count:
		return "polls"
	}
	return "unknown"
}

// Thousandth names the unit in which histograms count.
func (u Unit) Thousandth() string {
	switch u {
	case Milliseconds:
		return "us"
	case TokensPerSecond:
		return "tokens/ks"
	case Count:
		return "millipolls"
	}
	return "unknown"
}

// A Metric is two marks and how the span between them is taken.
type Metric struct {
	ID       MetricID
	Name     string // its spelling in run files, thresholds and SLOs
	Title    string // its heading in reports
	From, To Mark
	Taken    Taken
	Unit     Unit
	Kinds    Kinds // the kinds of operation that have it
	Higher   bool  // higher is better; its bad tail is the low one
	ByServer bool  // taken only where both instants are the server's own stamps
	Shown    bool  // displays of a run in progress show it: it is in [Recent] and has a [Heat]
}

// Metrics returns the table of all metrics, in the order of their IDs.
// Recording, reports and thresholds all walk it.
func Metrics() [NumMetrics]Metric {
	const both = Streams | Jobs
	return [NumMetrics]Metric{
		{ID: TTFT, Name: "ttft", Title: "TTFT", From: Intended, To: FirstToken, Taken: Live, Kinds: Streams, Shown: true},
		{ID: TTFTService, Name: "ttft_service", Title: "TTFT service", From: Sent, To: FirstToken, Taken: Live, Kinds: Streams},
		{ID: TTFO, Name: "ttfo", Title: "TTFO", From: Intended, To: FirstContent, Taken: Live, Kinds: Streams},
		{ID: ChunkGap, Name: "chunk_gap", Title: "chunk gap", From: FirstToken, To: LastToken, Taken: Gaps, Kinds: Streams, Shown: true},
		{ID: ITL, Name: "itl", Title: "ITL", From: FirstToken, To: LastToken, Taken: Gaps, Kinds: Streams},
		{ID: TPOT, Name: "tpot", Title: "TPOT", From: FirstToken, To: LastToken, Taken: Rate, Kinds: Streams},
		{ID: E2E, Name: "e2e", Title: "E2E", From: Sent, To: LastToken, Taken: AtEnd, Kinds: Streams, Shown: true},
		{ID: Response, Name: "response", Title: "response", From: Intended, To: End, Taken: AtEnd, Kinds: both},
		{ID: Service, Name: "service", Title: "service", From: Sent, To: End, Taken: AtEnd, Kinds: both},
		{ID: Connect, Name: "connect", Title: "connect", From: Dialed, To: Ready, Taken: Live, Kinds: both},
		{
			ID: TokensPerSPerUser, Name: "tokens_per_s_per_user", Title: "tokens/s/user",
			From: FirstToken, To: LastToken, Taken: Rate, Unit: TokensPerSecond, Kinds: Streams, Higher: true,
		},
		{ID: Accept, Name: "accept", Title: "accept", From: Sent, To: Accepted, Taken: Reached, Kinds: Jobs},
		{ID: QueueWait, Name: "queue_wait", Title: "queue wait", From: Submitted, To: Started, Taken: Reached, Kinds: Jobs, Shown: true},
		{ID: Run, Name: "run", Title: "run", From: Started, To: Finished, Taken: Reached, Kinds: Jobs, Shown: true},
		{
			ID: Turnaround, Name: "turnaround", Title: "turnaround",
			From: Submitted, To: Finished, Taken: Reached, Kinds: Jobs, ByServer: true,
		},
		{ID: Discovery, Name: "discovery", Title: "discovery", From: Finished, To: Seen, Taken: Reached, Kinds: Jobs},
		{ID: Completion, Name: "completion", Title: "completion", From: Intended, To: Seen, Taken: AtEnd, Kinds: Jobs, Shown: true},
		{ID: Polls, Name: "polls", Title: "polls", From: Accepted, To: Seen, Taken: AtEnd, Unit: Count, Kinds: Jobs},
	}
}

// metricsOf gives the metrics of some kinds of operation.
func metricsOf(kinds Kinds) []Metric {
	all := Metrics()
	return slices.DeleteFunc(all[:], func(m Metric) bool { return !m.Kinds.Has(kinds) })
}

// bounded tells whether values of the metric may be known only within bounds.
func (m *Metric) bounded() bool { return m.To > Accepted && m.To <= Seen && m.Unit == Milliseconds }

// MetricByName finds a metric by its spelling.
func MetricByName(name string) (Metric, bool) {
	for _, m := range Metrics() {
		if m.Name == name {
			return m, true
		}
	}
	return Metric{}, false
}
