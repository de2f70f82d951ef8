package report

// Schema names the format of the run file.
const Schema = "aibench/run/v1"

// The verdicts of a run, and of the client's own health in it.
const (
	Valid   = "valid"
	Invalid = "invalid"

	ClientOK      = "ok"
	ClientLimited = "limited"
)

// A Run is a run file: everything that is known of one run, in the order in
// which it is written. A pointer is null where a value is not known; 0 always
// means zero. docs/run-file.md explains each field.
type Run struct {
	Schema      string   `json:"schema"`
	ID          string   `json:"id"`
	Label       *string  `json:"label"`
	Pair        *int     `json:"pair"`
	Order       *int     `json:"order"`
	Started     string   `json:"started"` // RFC 3339
	EpochMonoNS *int64   `json:"epoch_mono_ns"`
	DurationS   float64  `json:"duration_s"`
	Command     []string `json:"command"`
	Seed        uint64   `json:"seed"`

	Verdict     string            `json:"verdict"`
	Ending      string            `json:"ending"` // completed, stopped, gave_up, aborted
	Target      Target            `json:"target"`
	Environment Environment       `json:"environment"`
	Load        Load              `json:"load"`
	Counts      Counts            `json:"counts"`
	Throughput  Throughput        `json:"throughput"`
	Metrics     Ordered[Metric]   `json:"metrics"`
	Histograms  Ordered[Encoded]  `json:"histograms"`
	Series      []Second          `json:"series"`
	Heat        *Heat             `json:"heat"` // null where no latency was taken second by second
	Client      Client            `json:"client"`
	Server      Server            `json:"server"`
	Findings    []Finding         `json:"findings"`
	Thresholds  []ThresholdResult `json:"thresholds"`
	Aborted     *Aborted          `json:"aborted"` // null unless --abort-on ended the run
}

// Target is what was measured. Credentials in URL are masked.
type Target struct {
	URL      string  `json:"url"`
	Dialect  *string `json:"dialect"` // how a stream is read; null for jobs
	Profile  *string `json:"profile"` // how jobs are taken and asked after; null for streams
	Protocol string  `json:"protocol"`
	TLS      bool    `json:"tls"`
}

// Environment is the machine that the client ran on.
type Environment struct {
	OS       string  `json:"os"`
	Arch     string  `json:"arch"`
	CPUs     int     `json:"cpus"`
	CPUModel *string `json:"cpu_model"`
	Kernel   *string `json:"kernel"`
	Version  string  `json:"version"` // of aibench
}

// Load is how the requests were started, as asked for: fields that do not
// belong to the kind of load are null.
type Load struct {
	Kind        string   `json:"kind"` // closed, open
	Concurrency *int     `json:"concurrency"`
	RatePerS    *float64 `json:"rate_per_s"`
	Arrival     *string  `json:"arrival"`
	MaxInFlight *int     `json:"max_in_flight"`
	DurationS   *float64 `json:"duration_s"`
	Requests    *int64   `json:"requests"`
	WarmupS     float64  `json:"warmup_s"`
	RampS       float64  `json:"ramp_s"`
	DrainS      float64  `json:"drain_s"`
	SLO         *string  `json:"slo"`
	Scheduled   *int64   `json:"scheduled"`  // starts that the schedule held
	Dispatched  *int64   `json:"dispatched"` // those that came in time
	Unstarted   *int64   `json:"unstarted"`  // those that never found room

	Steered []Steered `json:"steered"` // what was changed by hand while the run went on

	Wait         *string  `json:"wait"`          // poll, ws, sse: how a job's end is learned of; null for streams
	PollInterval *string  `json:"poll_interval"` // as --poll-interval spells it: fixed:250ms, 200ms..5s
	MaxWaitS     *float64 `json:"max_wait_s"`    // from the submission on
}

// Counts are of the requests intended inside the measured window.
type Counts struct {
	Requests      int64             `json:"requests"`
	OK            int64             `json:"ok"`
	InFlightAtEnd int64             `json:"in_flight_at_end"`
	Events        *int64            `json:"events"` // null for jobs, as tokens
	Tokens        *int64            `json:"tokens"`
	Outcomes      Ordered[int64]    `json:"outcomes"`
	Good          *int64            `json:"good"`         // requests that met the SLO
	TokensBasis   *string           `json:"tokens_basis"` // usage, chunks
	Details       Ordered[[]string] `json:"outcome_details"`
	Polls         *int64            `json:"polls"`      // status requests of jobs; null for streams
	PollBytes     *int64            `json:"poll_bytes"` // in the answers to them
}

// Throughput is what passed inside the measured window, per second.
type Throughput struct {
	RequestsPerS     *float64 `json:"requests_per_s"`
	EventsPerS       *float64 `json:"events_per_s"`
	OutputTokensPerS *float64 `json:"output_tokens_per_s"`
	GoodputPerS      *float64 `json:"goodput_per_s"`
}

// Second is one second of the run's course, warm-up included.
type Second struct {
	T        float64  `json:"t"` // its end, seconds since the epoch
	InFlight int64    `json:"in_flight"`
	Started  int64    `json:"started"`
	Ended    int64    `json:"ended"`
	Events   int64    `json:"events"`
	Errors   int64    `json:"errors"`
	TTFTP50  *float64 `json:"ttft_p50"`
	TTFTP99  *float64 `json:"ttft_p99"`
	GapP50   *float64 `json:"gap_p50"`
	GapP99   *float64 `json:"gap_p99"`

	TotalP50     *float64 `json:"total_p50"` // e2e of streams, completion of jobs
	TotalP99     *float64 `json:"total_p99"`
	QueueWaitP50 *float64 `json:"queue_wait_p50"` // of jobs
	QueueWaitP99 *float64 `json:"queue_wait_p99"`
}

// Client is the client's own health: whether it could keep up with what it
// measured.
type Client struct {
	Verdict           string   `json:"verdict"`
	Breaches          []Breach `json:"breaches"`
	Warnings          []Breach `json:"warnings"`
	CPUFraction       *float64 `json:"cpu_fraction"`
	SendLagMS         Lag      `json:"send_lag_ms"`
	ReceiveLagMS      Lag      `json:"receive_lag_ms"`
	CoalescedFraction *float64 `json:"coalesced_fraction"`
	PauseFraction     *float64 `json:"pause_fraction"`
	GCPauseMSMax      *float64 `json:"gc_pause_ms_max"`
	Stamps            *string  `json:"stamps"` // kernel, user, mixed
}

// Breach is a bound of the client's health that was not kept.
type Breach struct {
	Code  string  `json:"code"`
	Value float64 `json:"value"`
	Bound float64 `json:"bound"`
	Unit  string  `json:"unit"`
}

// Lag is a delay of the client's own making.
type Lag struct {
	P50 *float64 `json:"p50"`
	P99 *float64 `json:"p99"`
}

// Server is what is known of the server's use of its machine.
type Server struct {
	CPUS     *float64 `json:"cpu_s"`
	RSSBytes *int64   `json:"rss_bytes"`
}

// ThresholdResult is a threshold and whether the run met it.
type ThresholdResult struct {
	Expr  string   `json:"expr"`
	Value *float64 `json:"value"`
	OK    bool     `json:"ok"`
	Why   *string  `json:"why"` // why there is no value; null where there is one
}
