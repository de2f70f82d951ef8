package report

import "github.com/aibench/aibench/bench"

// Metric is one metric's statistics. A quantile that too few requests stand
// behind is null and listed in Withheld; one that lies among requests that
// were still running is null and listed in Above with its lower bound.
type Metric struct {
	Unit   string   `json:"unit"`
	Count  int64    `json:"count"`
	Min    *float64 `json:"min"`
	Mean   *float64 `json:"mean"`
	Stddev *float64 `json:"stddev"`
	Max    *float64 `json:"max"`
	P1     *float64 `json:"p1"`
	P50    *float64 `json:"p50"`
	P75    *float64 `json:"p75"`
	P90    *float64 `json:"p90"`
	P95    *float64 `json:"p95"`
	P99    *float64 `json:"p99"`
	P999   *float64 `json:"p999"`

	Withheld Ordered[Withheld] `json:"withheld"`
	Above    Ordered[float64]  `json:"above"`
	Censored int64             `json:"censored"` // requests that were still running
	Dropped  int64             `json:"dropped"`  // values outside the histogram's range

	Width *Width  `json:"width"` // how far the truth may lie from each value; null where the values are exact
	Basis *string `json:"basis"` // server, polls, mixed: whose word the instants rest on; null where the client saw both
}

// The bases of a job's metric.
const (
	BasisServer = "server" // the server's own stamps
	BasisPolls  = "polls"  // the answers to polls, between which nobody looked
	BasisMixed  = "mixed"  // of some instants the one, of others the other
)

// Width is a metric's uncertainty, in the unit of the metric: each value's two
// instants are known to lie in intervals that together are this wide.
type Width struct {
	P50 *float64 `json:"p50"`
	P99 *float64 `json:"p99"`
	Max *float64 `json:"max"`
}

// Withheld says how many requests stand behind a quantile, and how many it
// would need.
type Withheld struct {
	Have int64 `json:"have"`
	Need int64 `json:"need"`
}

// Encoded is a histogram: HdrHistogram V2, compressed, base64.
type Encoded struct {
	Unit string `json:"unit"`
	HDR  string `json:"hdr"`
}

// quantiles lists the quantiles of a metric and where each is kept.
func (m *Metric) quantiles() []quantile {
	return []quantile{
		{"p1", 0.01, &m.P1}, {"p50", 0.5, &m.P50}, {"p75", 0.75, &m.P75}, {"p90", 0.9, &m.P90},
		{"p95", 0.95, &m.P95}, {"p99", 0.99, &m.P99}, {"p999", 0.999, &m.P999},
	}
}

type quantile struct {
	name string
	q    float64
	at   **float64
}

// metric gathers one metric's statistics.
func metric(t *bench.Tally, m bench.Metric) Metric {
	if t.Quantile(m.ID, 1).Founding == bench.Missing {
		return Metric{Unit: m.Unit.String()}
	}
	d := &t.Dists[m.ID]
	out := Metric{Unit: m.Unit.String(), Count: t.Count(m.ID), Censored: t.Censored[m.ID].Count()}
	if out.Count > 0 {
		out.Dropped = d.Dropped()
		out.Min = known(d.Min())
	}
	// With requests still running, moments and the maximum of the finished
	// ones would be too small, and look like those of all.
	if out.Count > 0 && out.Censored == 0 {
		out.Max, out.Mean, out.Stddev = known(d.Max()), known(d.Mean()), known(d.Stddev())
	}
	for _, q := range out.quantiles() {
		switch v := t.Quantile(m.ID, q.q); v.Founding {
		case bench.Known:
			*q.at = new(round(v.Value))
		case bench.Withheld:
			out.Withheld.Add(q.name, Withheld{Have: v.Have, Need: v.Need})
		case bench.Above:
			out.Above.Add(q.name, round(v.Value))
		case bench.Missing:
		}
	}
	if oldest, ok := t.Censored[m.ID].Max(); ok {
		slowest, _ := d.Max()
		out.Above.Add("max", round(max(oldest, slowest)))
	}
	out.Width, out.Basis = width(t, m.ID), basis(t, m)
	return out
}

// width gathers a metric's uncertainty; nil where every value is exact.
func width(t *bench.Tally, id bench.MetricID) *Width {
	at := func(q float64) *float64 {
		v := t.Width(id, q)
		return known(v.Value, v.Founding == bench.Known)
	}
	if t.Width(id, 1).Founding == bench.Missing {
		return nil
	}
	return &Width{P50: at(0.5), P99: at(0.99), Max: at(1)}
}

// basis says whose word a metric's instants rest on. The client saw for itself
// when it sent and when it was answered; of the others it has heard.
func basis(t *bench.Tally, m bench.Metric) *string {
	switch stamped, bounded := t.Stamped[m.ID] > 0, t.Bounded[m.ID] > 0; {
	case stamped && bounded:
		return new(BasisMixed)
	case stamped:
		return new(BasisServer)
	case bounded:
		return new(BasisPolls)
	}
	return nil
}
