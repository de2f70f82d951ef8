package compare

// Schema names the format of the document.
const Schema = "aibench/compare/v1"

// The verdicts of a comparison.
const (
	Regression   = "regression"   // a metric is worse, significantly and by no less than its margin
	Pass         = "pass"         // of every metric the bad side is bounded by the margin
	Inconclusive = "inconclusive" // neither
	Invalid      = "invalid"      // in some run the client, not the server, was the limit
	Undecidable  = "undecidable"  // so few runs that no change whatever could have failed, or nothing to compare
)

// The tests behind the p values.
const (
	SignFlip    = "sign-flip"    // of pairs: exact
	MannWhitney = "mann-whitney" // of two sets of saved runs
)

// A Comparison is the document: what the runs of each side say against those of the control. A pointer is null where a
// value is not known or has no bound; 0 always means zero. docs/compare.md explains each field.
type Comparison struct {
	Schema   string   `json:"schema"`
	Verdict  string   `json:"verdict"`
	Sentence string   `json:"sentence"` // the verdict and what it rests on
	Reasons  []string `json:"reasons"`  // one sentence for each thing that led to it

	Kind   string  `json:"kind"`  // stream, job
	Load   string  `json:"load"`  // as asked for, in words
	Alpha  float64 `json:"alpha"` // the family-wise level
	Test   string  `json:"test"`  // sign-flip, mann-whitney
	Pairs  int     `json:"pairs"` // runs of each side, where they are paired; else the fewest of any side
	Needed int     `json:"needed"`
	Tests  int     `json:"tests"` // rows that share alpha

	Control     string          `json:"control"` // the first side's name
	Sides       []Summary       `json:"sides"`
	Rows        []Row           `json:"rows"`
	LeftOut     []LeftOut       `json:"left_out"`
	InvalidRuns []InvalidRun    `json:"invalid_runs"`
	Repeated    []Repeat        `json:"repeated"`
	Differences []Difference    `json:"differences"` // those that were let through by force
	Warnings    []string        `json:"warnings"`
	Thresholds  []Threshold     `json:"thresholds"`     // empty where nothing was demanded
	Advice      *Recommendation `json:"recommendation"` // null unless the sides are configurations of one thing
	AA          *NoiseFloor     `json:"aa"`             // null unless base ran against base
}

// A Summary is one side: medians over its runs.
type Summary struct {
	Name    string `json:"name"`
	Vars    []Var  `json:"vars"`
	Command string `json:"command"` // as given; credentials are the caller's to mask
	URL     string `json:"url"`     // of its first run
	Runs    int    `json:"runs"`
	Invalid int    `json:"invalid_runs"`
	Verdict string `json:"verdict"` // of this side against the control; control for the control itself

	RequestsPerS *float64 `json:"requests_per_s"`
	TokensPerS   *float64 `json:"output_tokens_per_s"`
	GoodputPerS  *float64 `json:"goodput_per_s"`
	Errors       *float64 `json:"errors"` // share of the requests that were over, 0 to 1
	CPUS         *float64 `json:"cpu_s"`
	RSSBytes     *float64 `json:"rss_bytes"`

	Metrics []Value `json:"metrics"` // of the family, those that are known in every run
}

// A Value is a metric's median over a side's runs.
type Value struct {
	Metric string  `json:"metric"`
	Unit   string  `json:"unit"`
	Median float64 `json:"median"`
}

// An Estimate is a median over runs, with a confidence interval of the median at the level 1 - alpha or better; null
// where there are too few runs for any.
type Estimate struct {
	Median float64  `json:"median"`
	Low    *float64 `json:"low"`
	High   *float64 `json:"high"`
}

// A Row is one metric of one side against the control. Change, Low, High and Margin are shares of the control's value
// (0.1: 10 % more), or in Unit where Absolute.
type Row struct {
	Side     string   `json:"side"`
	Metric   string   `json:"metric"` // ttft.p50, errors
	Unit     string   `json:"unit"`   // ms, fraction, …
	Higher   bool     `json:"higher_is_better"`
	Base     Estimate `json:"base"`
	Head     Estimate `json:"head"`
	Absolute bool     `json:"absolute"`
	Change   float64  `json:"change"`
	Low      *float64 `json:"low"`  // one-sided bounds at the level 1 - alpha each
	High     *float64 `json:"high"` // null: too few runs to bound it
	Margin   float64  `json:"margin"`
	P        float64  `json:"p"`        // of "not worse", adjusted over the family
	PBetter  float64  `json:"p_better"` // of "not better", ditto
	Call     string   `json:"call"`     // worse, better, same, not worse, inconclusive
}

// LeftOut is a metric that could not be compared, and why.
type LeftOut struct {
	Side   string `json:"side"`
	Metric string `json:"metric"`
	Reason string `json:"reason"`
	Blind  bool   `json:"blind"` // the control has it and the side has not, so that the gate must not pass
	Asked  bool   `json:"asked"` // it was asked for by name, so that the gate must not pass either
}

// InvalidRun is a run in which the client was the limit.
type InvalidRun struct {
	Side     string   `json:"side"`
	Run      string   `json:"run"`    // its id
	Number   int      `json:"number"` // in the side, from 1
	Breaches []string `json:"breaches"`
}

// A Repeat is a pair, or block, that was made again because the client was the limit in one of its runs.
type Repeat struct {
	Pair     int      `json:"pair"` // from 1
	Side     string   `json:"side"` // of the run that spoiled it
	Run      string   `json:"run"`  // that run's id
	Breaches []string `json:"breaches"`
}

// NoiseFloor is what base against base tells about later comparisons.
type NoiseFloor struct {
	Alarms   int     `json:"alarms"` // metrics that were called worse, though nothing changed
	Tests    int     `json:"tests"`
	Declared float64 `json:"declared"` // the chance of any alarm at all: alpha
	Metrics  []Noise `json:"metrics"`
}

// Noise is how far one metric moves by itself. The shares are of its value, or in Unit where Absolute.
type Noise struct {
	Metric     string   `json:"metric"`
	Unit       string   `json:"unit"`
	Absolute   bool     `json:"absolute"`
	Deviation  *float64 `json:"deviation"`  // standard deviation of the pairs' changes; null of a single pair
	Widest     float64  `json:"widest"`     // the largest change of any pair
	Detectable *float64 `json:"detectable"` // the smallest change that as many pairs find with Power; null: none, or unknown
	Margin     float64  `json:"margin"`     // below which no change is called a regression, however surely it is found
	Power      float64  `json:"power"`
}
