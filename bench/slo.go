package bench

// A Bound is one condition of an SLO on a single request.
type Bound struct {
	Metric MetricID
	Limit  float64 // in the metric's unit
	Above  bool    // the value must be above the limit, not below it
}

// meets tells whether a request that ended well keeps every bound. A metric
// that the request does not have (the gap of a one-chunk answer) is kept.
func meets(s *Sample, slo []Bound) bool {
	for _, b := range slo {
		v, ok := s.value(b.Metric)
		if !ok {
			continue
		}
		if b.Above && v <= b.Limit || !b.Above && v >= b.Limit {
			return false
		}
	}
	return true
}

// value is one request's own value of a metric, in its unit. For gaps it is
// the largest.
func (s *Sample) value(id MetricID) (float64, bool) {
	m := Metrics()[id]
	switch m.Taken {
	case Live, AtEnd, Reached:
		d, ok := s.Span(m.From, m.To)
		return float64(d) / ticksPerUnit, ok
	case Gaps:
		f := &s.batch.folded
		if id == ITL {
			return float64(f.maxITL) / ticksPerUnit, f.gaps
		}
		return float64(f.maxGap) / ticksPerUnit, f.gaps
	case Rate:
		d, ok := s.tpot()
		if id == TokensPerSPerUser {
			return float64(perSecond(d)) / ticksPerUnit, ok && d > 0
		}
		return float64(d) / ticksPerUnit, ok
	}
	return 0, false
}
