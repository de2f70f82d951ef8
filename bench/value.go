package bench

import "time"

// value is one request's own value of a metric, in its unit. For gaps it is
// the largest.
func (s *Sample) value(m *Metric) (float64, bool) {
	switch m.Taken {
	case Live, AtEnd, Reached:
		v, ok := s.ticks(m)
		return float64(v) / ticksPerUnit, ok
	case Gaps:
		f := &s.batch.folded
		if m.ID == ITL {
			return float64(f.maxITL) / ticksPerUnit, f.gaps
		}
		return float64(f.maxGap) / ticksPerUnit, f.gaps
	case Rate:
		d, ok := s.tpot()
		if m.ID == TokensPerSPerUser {
			return float64(perSecond(d)) / ticksPerUnit, ok && d > 0
		}
		return float64(d) / ticksPerUnit, ok
	}
	return 0, false
}

// ticks is a request's value of a metric that is a span or a count.
func (s *Sample) ticks(m *Metric) (v int64, ok bool) {
	if m.Unit == Count {
		return s.Polls * ticksPerUnit, true
	}
	if m.ByServer && !(s.Stamped(m.From) && s.Stamped(m.To)) {
		return 0, false
	}
	d, ok := s.Span(m.From, m.To)
	if ok && s.Stamped(m.From) != s.Stamped(m.To) {
		from, _ := s.Here(m.From)
		to, _ := s.Here(m.To)
		d = to - from
	}
	if ok && d < 0 && -d <= s.width(m) {
		d = 0 // two instants within bounds of each other
	}
	return int64(d), ok
}

// width is how wide the interval is that holds the true value of a metric.
func (s *Sample) width(m *Metric) time.Duration {
	if s.Stamped(m.From) && s.Stamped(m.To) {
		return s.Width(m.From) + s.Width(m.To)
	}
	_, from := s.Here(m.From)
	_, to := s.Here(m.To)
	if m.From == Finished {
		to = 0 // the client's own look has an exact instant
	}
	return from + to
}

// age is what a metric's value is known not to be below, in ticks, for a
// request that was cut at now; ok is false where that is already decided, or
// will never be known.
func (s *Sample) age(m *Metric, now time.Duration) (ticks int64, ok bool) {
	from, begun := s.At(m.From)
	_, reached := s.At(m.To)
	seen, over := s.At(Seen)
	if !begun || m.ByServer && !s.Stamped(m.From) {
		return 0, false
	}
	switch m.Taken {
	case Live:
		return int64(now - from), !reached
	case Reached:
		if at := s.job.notYet[m.To-Accepted]; at > 0 {
			now = at
		}
		begin, doubt := s.Here(m.From)
		return int64(now - begin - doubt), !reached && !over
	case AtEnd:
		if m.Unit == Count {
			return s.Polls * ticksPerUnit, true
		}
		if m.To == Seen && over {
			now = seen // only the result is lacking
		}
		return int64(now - from), true
	case Gaps, Rate:
	}
	return 0, false
}
