package bench

// A Bound is one condition of an SLO on a single request.
type Bound struct {
	Metric MetricID
	Limit  float64 // in the metric's unit
	Above  bool    // the value must be above the limit, not below it
}

// A condition is a bound together with its metric's row.
type condition struct {
	Bound
	metric Metric
}

func conditions(slo []Bound) []condition {
	table := Metrics()
	out := make([]condition, len(slo))
	for i, b := range slo {
		out[i] = condition{b, table[b.Metric]}
	}
	return out
}

// meets tells whether a request that ended well keeps every bound. A metric
// that the request does not have (the gap of a one-chunk answer) is kept.
func meets(s *Sample, slo []condition) bool {
	for i := range slo {
		b := &slo[i]
		v, ok := s.value(&b.metric)
		if !ok {
			continue
		}
		if b.Above && v <= b.Limit || !b.Above && v >= b.Limit {
			return false
		}
	}
	return true
}
