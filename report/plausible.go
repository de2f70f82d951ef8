package report

import (
	"fmt"
	"math"
	"slices"
)

// largest is more than any value of a run file can be: in milliseconds, thirty
// thousand years. What lies beyond it is an accident, and would be one again in
// the arithmetic of every report.
const largest = 1e15

// An amount is a number of a run file that is never negative, under the name
// of its field.
type amount struct {
	field string
	value *float64 // nil: not known
}

// wrongAmount names the first amount that cannot be, under a prefix; nil: all
// can.
func wrongAmount(prefix string, list ...amount) error {
	for _, a := range list {
		switch {
		case a.value == nil:
		case *a.value < 0:
			return wrongField(prefix+a.field, "%v is negative", *a.value)
		case *a.value > largest:
			return wrongField(prefix+a.field, "%v is more than there can be", *a.value)
		}
	}
	return nil
}

// plausible tells which value of the run cannot be.
func (r *Run) plausible() error {
	if err := r.present(); err != nil {
		return err
	}
	l, t := &r.Load, &r.Throughput
	err := wrongAmount("",
		amount{"duration_s", &r.DurationS}, amount{"load.warmup_s", &l.WarmupS}, amount{"load.ramp_s", &l.RampS},
		amount{"load.drain_s", &l.DrainS}, amount{"load.rate_per_s", l.RatePerS}, amount{"load.duration_s", l.DurationS},
		amount{"throughput.requests_per_s", t.RequestsPerS}, amount{"throughput.events_per_s", t.EventsPerS},
		amount{"throughput.output_tokens_per_s", t.OutputTokensPerS}, amount{"throughput.goodput_per_s", t.GoodputPerS},
		amount{"server.cpu_s", r.Server.CPUS},
		countOf("counts.events", r.Counts.Events), countOf("counts.tokens", r.Counts.Tokens), countOf("counts.good", r.Counts.Good),
		countOf("counts.polls", r.Counts.Polls), countOf("server.rss_bytes", r.Server.RSSBytes))
	if err != nil {
		return err
	}
	for i := range r.Metrics {
		if err := r.Metrics[i].Value.plausible("metrics." + clip(r.Metrics[i].Name) + "."); err != nil {
			return err
		}
	}
	return r.courseIsPlausible()
}

// countOf is a count as an amount.
func countOf(field string, n *int64) amount {
	if n == nil {
		return amount{field, nil}
	}
	return amount{field, new(float64(*n))}
}

// present tells which part is missing that every version has written, and
// without which a report would say what is not so.
func (r *Run) present() error {
	switch {
	case r.Counts.Outcomes == nil && r.Counts.Requests == 0 && r.Counts.OK == 0:
		return wrongField("counts", "missing: how many requests there were")
	case r.Counts.Outcomes == nil:
		return wrongField("counts.outcomes", "missing: how the requests ended")
	case r.Metrics == nil:
		return wrongField("metrics", "missing: what was measured")
	case len(r.Metrics) == 0 && r.Counts.OK > 0:
		return wrongField("metrics", "empty, and %d requests ended well", r.Counts.OK)
	}
	return nil
}

// plausible tells which statistic of a metric cannot be: each by itself, and
// quantiles beside each other.
func (m *Metric) plausible(prefix string) error {
	err := wrongAmount(prefix, countOf("count", &m.Count), countOf("censored", &m.Censored), countOf("dropped", &m.Dropped),
		amount{"min", m.Min}, amount{"mean", m.Mean}, amount{"stddev", m.Stddev})
	if err != nil {
		return err
	}
	last := amount{"min", m.Min}
	for _, q := range append(m.quantiles(), quantile{"max", 1, &m.Max}) {
		if err := wrongAmount(prefix, amount{q.name, *q.at}); err != nil {
			return err
		}
		if *q.at == nil {
			continue
		}
		if last.value != nil && **q.at < *last.value-blur(*last.value) {
			return wrongField(prefix+q.name, "%v lies below %s, %v", **q.at, last.field, *last.value)
		}
		last = amount{q.name, *q.at}
	}
	for _, above := range m.Above {
		if err := wrongAmount(prefix+"above.", amount{clip(above.Name), &above.Value}); err != nil {
			return err
		}
	}
	if m.Width == nil {
		return nil
	}
	return wrongAmount(prefix+"width.", amount{"p50", m.Width.P50}, amount{"p99", m.Width.P99}, amount{"max", m.Width.Max})
}

// blur is how far a quantile may lie from the truth: histograms have three
// significant digits, and thousandths at best.
func blur(v float64) float64 { return math.Max(v/100, 0.002) }

// courseIsPlausible tells which value of which second cannot be.
func (r *Run) courseIsPlausible() error {
	for i := range r.Series {
		s := &r.Series[i]
		at := func() string { return fmt.Sprintf("series[%d].", i) } // a day has many
		if slices.Min([]int64{s.InFlight, s.Started, s.Ended, s.Events, s.Errors}) < 0 {
			return wrongAmount(at(), countOf("in_flight", &s.InFlight), countOf("started", &s.Started), countOf("ended", &s.Ended),
				countOf("events", &s.Events), countOf("errors", &s.Errors))
		}
		list := [...]amount{
			{"t", &s.T}, {"ttft_p50", s.TTFTP50}, {"ttft_p99", s.TTFTP99}, {"gap_p50", s.GapP50}, {"gap_p99", s.GapP99},
			{"total_p50", s.TotalP50}, {"total_p99", s.TotalP99}, {"queue_wait_p50", s.QueueWaitP50}, {"queue_wait_p99", s.QueueWaitP99},
		}
		if wrongAmount("", list[:]...) != nil {
			return wrongAmount(at(), list[:]...)
		}
	}
	return nil
}
