package report

import (
	"math"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report/verdict"
)

// statistic looks a metric's statistic up in the run file.
func (s runSource) statistic(about verdict.Subject) (v float64, why string) {
	m, ok := s.run.Metrics.Get(about.Name)
	if !ok || m.Count+m.Censored == 0 {
		return math.NaN(), whyUnmeasured
	}
	if q, ok := verdict.Quantile(about.Stat); ok {
		return s.quantile(about.Name, &m, q)
	}
	at := map[string]*float64{"min": m.Min, "mean": m.Mean, "max": m.Max}[about.Stat]
	switch bound, above := m.Above.Get(about.Stat); {
	case at != nil:
		return *at, ""
	case above:
		return bound, running(m.Censored)
	case m.Censored > 0:
		return math.NaN(), running(m.Censored)
	}
	return math.NaN(), whyNotInFile
}

// quantile finds a quantile where the file lists it, and else in the metric's
// histogram.
func (s runSource) quantile(name string, m *Metric, q float64) (v float64, why string) {
	for _, listed := range m.quantiles() {
		if listed.q != q {
			continue
		}
		if *listed.at != nil {
			return **listed.at, ""
		}
		if w, ok := m.Withheld.Get(listed.name); ok {
			return math.NaN(), withheld(w.Have, w.Need)
		}
		if bound, ok := m.Above.Get(listed.name); ok {
			return bound, running(m.Censored)
		}
	}
	if have, need := m.behind(name), bench.Needed(q); have < need {
		return math.NaN(), withheld(have, need)
	}
	k := bench.NearestRank(q, m.Count+m.Censored)
	if k > m.Count {
		return m.below(q), running(m.Censored)
	}
	encoded, ok := s.run.Histograms.Get(name)
	if !ok {
		return math.NaN(), whyNotInFile
	}
	d, err := bench.DecodeDist(encoded.HDR)
	if err != nil {
		return math.NaN(), "its histogram cannot be read"
	}
	if v, ok = d.Rank(k); !ok {
		return math.NaN(), "its histogram holds other values than the run file says"
	}
	if m.Unit == bench.Count.String() {
		v = math.Round(v) // the histogram's three digits say 12.007
	}
	return m.within(v), ""
}

// behind is how many requests stand behind the metric's quantiles. Of pooled
// gaps the file tells it only where there were too few for a quantile; else
// there were enough for all that it lists.
func (m *Metric) behind(name string) int64 {
	if known, ok := bench.MetricByName(name); !ok || known.Taken != bench.Gaps {
		return m.Count + m.Censored
	}
	for _, w := range m.Withheld {
		return w.Value.Have
	}
	most := int64(0)
	for _, listed := range m.quantiles() {
		most = max(most, bench.Needed(listed.q))
	}
	return most
}

// below gives a value that the q-quantile is not below: a listed one of a lower
// quantile. NaN when there is none.
func (m *Metric) below(q float64) float64 {
	bound := math.NaN()
	for _, listed := range m.quantiles() {
		if listed.q > q {
			break
		}
		if above, ok := m.Above.Get(listed.name); ok {
			bound = above
		} else if *listed.at != nil {
			bound = **listed.at
		}
	}
	return bound
}

// within brings what a histogram says inside the exact extremes.
func (m *Metric) within(v float64) float64 {
	if m.Min != nil {
		v = max(v, *m.Min)
	}
	if m.Max != nil {
		v = min(v, *m.Max)
	}
	return v
}

// statistic takes a metric's statistic of the requests so far.
func (s snapshotSource) statistic(about verdict.Subject) (v float64, why string) {
	m, ok := bench.MetricByName(about.Name)
	if !ok || s.Kinds != 0 && !m.Kinds.Has(s.Kinds) {
		return math.NaN(), whyNotOfKind
	}
	t := &s.Tally
	q, isQuantile := verdict.Quantile(about.Stat)
	switch about.Stat {
	case "min":
		q = 0
	case "max":
		q = 1
	case "mean":
		mean, ok := t.Dists[m.ID].Mean()
		switch {
		case !ok || t.Count(m.ID) == 0:
			return math.NaN(), whyUnmeasured
		case t.Censored[m.ID].Count() > 0:
			return math.NaN(), running(t.Censored[m.ID].Count())
		}
		return mean, ""
	default:
		if !isQuantile {
			return math.NaN(), whyNotOfKind
		}
	}
	switch at := t.Quantile(m.ID, q); at.Founding {
	case bench.Known:
		return at.Value, ""
	case bench.Withheld:
		return math.NaN(), withheld(at.Have, at.Need)
	case bench.Above:
		return at.Value, running(t.Censored[m.ID].Count())
	case bench.Missing:
	}
	return math.NaN(), whyUnmeasured
}
