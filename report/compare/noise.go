package compare

import (
	"math"

	"github.com/aibench/aibench/report/verdict"
)

// power is the chance with which the smallest detectable change is found.
const power = 0.8

// noise says how far each metric moved between runs of the same thing. Where base ran beside itself more than once, all
// of that counts.
func (c *Comparison) noise(matches []match) *NoiseFloor {
	out := &NoiseFloor{Tests: c.Tests, Declared: c.Alpha, Metrics: []Noise{}}
	for i := range c.Rows {
		if c.Rows[i].Call == verdict.Worse.String() {
			out.Alarms++
		}
	}
	moved := map[string][]float64{}
	for i := range matches {
		d, err := matches[i].paired.Changes()
		if err != nil {
			continue // it was judged, so it has changes
		}
		moved[matches[i].subject.name] = append(moved[matches[i].subject.name], d...)
	}
	for i := range c.Rows {
		r := &c.Rows[i]
		if d := moved[r.Metric]; d != nil {
			out.Metrics = append(out.Metrics, r.noise(d, c))
			delete(moved, r.Metric)
		}
	}
	return out
}

// noise describes the changes of the row's metric between the runs of each pair.
func (r *Row) noise(d []float64, c *Comparison) Noise {
	size := math.Expm1
	if r.Absolute {
		size = math.Abs
	}
	widest, sum, squares := 0.0, 0.0, 0.0
	for _, v := range d {
		widest = max(widest, math.Abs(v))
		sum += v
	}
	for _, v := range d {
		squares += (v - sum/float64(len(d))) * (v - sum/float64(len(d)))
	}
	out := Noise{
		Metric: r.Metric, Unit: r.Unit, Absolute: r.Absolute, Margin: r.Margin, Power: power, Widest: round(size(widest)),
	}
	if len(d) > 1 {
		out.Deviation = finite(size(math.Sqrt(squares / float64(len(d)-1))))
	}
	if widest > 0 { // what never moved may still do so: it says nothing of what could be found
		// Holm's first step is the hardest: alpha over all that is tested.
		out.Detectable = finite(size(verdict.SmallestEffect(d, c.Pairs, c.Alpha/float64(max(c.Tests, 1)), power)))
	}
	return out
}
