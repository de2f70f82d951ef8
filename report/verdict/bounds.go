package verdict

import (
	"math"

	"github.com/aibench/aibench/bench"
)

// Bounds gives the SLO in the form that a run checks each request against.
func (s SLO) Bounds() []bench.Bound {
	bounds := make([]bench.Bound, 0, len(s))
	for _, c := range s {
		if m, ok := bench.MetricByName(c.Metric); ok {
			bounds = append(bounds, c.bound(m))
		}
	}
	return bounds
}

// bound moves the limit by one representable number where the bound itself is
// still good, since bench.Bound is strict.
func (c Condition) bound(m bench.Metric) bench.Bound {
	limit := c.Bound()
	if c.Unit.IsTime() {
		limit /= Milliseconds.scale()
	}
	switch c.Op {
	case LessEqual:
		limit = math.Nextafter(limit, math.Inf(1))
	case GreaterEqual:
		limit = math.Nextafter(limit, math.Inf(-1))
	case Less, Greater, Equal:
	}
	return bench.Bound{Metric: m.ID, Limit: limit, Above: c.Op == Greater || c.Op == GreaterEqual}
}
