package verdict

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// A Call is what a comparison says of one metric.
type Call uint8

// The calls. Worse and Better are significant and at least as large as the margin; Same is bounded on both sides by
// it; NotWorse is bounded on the bad side only.
const (
	Inconclusive Call = iota
	Worse
	NotWorse
	Same
	Better
)

// String gives the call in a word or two.
func (c Call) String() string {
	return [...]string{"inconclusive", "worse", "not worse", "same", "better"}[min(c, Better)]
}

// Passes tells whether a gate may let the change through: its bad side is bounded by the margin.
func (c Call) Passes() bool { return c == NotWorse || c == Same || c == Better }

// A Margin is the smallest change that matters. Of both parts the larger holds, so that a change of 10 % of next to
// nothing is none.
type Margin struct {
	Relative float64 // of the control's median: 0.1 is 10 %
	Floor    float64 // in the metric's own unit
}

// Paired is one metric as the runs of K pairs measured it.
type Paired struct {
	Name       string
	Base, Head []float64 // one value per pair, in one unit
	Higher     bool      // higher is better
	// Difference compares by subtraction, for shares that may be zero: the margin's floor alone holds. Otherwise the
	// comparison is by ratio, and values must be positive.
	Difference bool
	Margin     Margin
}

// A Comparison is what the pairs say of one metric. Effect, Low and High are changes of head against base: relative
// (0.1: 10 % more), or in the metric's unit where Paired.Difference says so. Low and High are one-sided bounds at the
// level of the comparison each, infinite where the pairs are too few.
type Comparison struct {
	Name              string
	Pairs             int
	Base, Head        float64 // medians over the runs
	Effect, Low, High float64
	Margin            float64 // in the terms of Effect, positive
	P                 float64 // of "not worse", adjusted over the family
	PBetter           float64 // of "not better", ditto
	Call              Call
}

// Compare judges a family of metrics at the family-wise level alpha: with no true change anywhere, the chance that any
// is called Worse is at most alpha, and likewise for Better. All need the same pairs in the same order.
//
// The method: the run is the sample, never the request; the effect is the Hodges–Lehmann estimate of the runs' log
// ratios, significance is the exact sign-flip test's, and Holm's procedure holds the family together.
func Compare(family []Paired, alpha float64) ([]Comparison, error) {
	if alpha <= 0 || alpha >= 0.5 {
		return nil, fmt.Errorf("alpha %v: it lies between 0 and 0.5", alpha)
	}
	out := make([]Comparison, len(family))
	worse, better := make([]float64, len(family)), make([]float64, len(family))
	for i := range family {
		m := &family[i]
		d, err := m.Changes()
		if err != nil {
			return nil, fmt.Errorf("metric %s: %w", m.Name, err)
		}
		flips, err := NewFlips(d)
		if err != nil {
			return nil, fmt.Errorf("metric %s: %w", m.Name, err)
		}
		worse[i], better[i] = flips.Above(0), flips.Below(0)
		out[i] = m.estimate(d, flips, alpha)
	}
	worse, better = Holm(worse), Holm(better)
	for i := range out {
		out[i].P, out[i].PBetter = worse[i], better[i]
		out[i].Call = family[i].call(&out[i], alpha)
	}
	return out, nil
}

// Changes are the pairs' differences, positive where head is worse.
func (m *Paired) Changes() ([]float64, error) {
	if len(m.Base) != len(m.Head) {
		return nil, fmt.Errorf("%d runs of the control and %d of the other", len(m.Base), len(m.Head))
	}
	d := make([]float64, len(m.Base))
	for i := range d {
		base, head := m.Base[i], m.Head[i]
		if m.Difference {
			d[i] = head - base
		} else {
			if !(base > 0) || !(head > 0) {
				return nil, errors.New("a value that is not positive has no ratio")
			}
			d[i] = math.Log(head / base)
		}
		if m.Higher {
			d[i] = -d[i]
		}
	}
	return d, nil
}

// estimate gives everything but the adjusted p values and the call.
func (m *Paired) estimate(d []float64, f *Flips, alpha float64) Comparison {
	c := Comparison{
		Name: m.Name, Pairs: len(d),
		Base: median(slices.Clone(m.Base)), Head: median(slices.Clone(m.Head)),
	}
	effect, low, high := HodgesLehmann(d), f.Lower(alpha), f.Upper(alpha)
	if m.Higher {
		effect, low, high = -effect, -high, -low
	}
	c.Effect, c.Low, c.High = m.unlog(effect), m.unlog(low), m.unlog(high)
	c.Margin = m.Margin.Floor
	if !m.Difference {
		c.Margin = max(m.Margin.Relative, m.Margin.Floor/c.Base)
	}
	return c
}

// unlog turns a log ratio into a relative change.
func (m *Paired) unlog(v float64) float64 {
	if m.Difference {
		return v
	}
	return math.Expm1(v)
}

// call decides. Bad and good are the sizes of the change in either direction.
func (m *Paired) call(c *Comparison, alpha float64) Call {
	bad, worst, best := c.Effect, c.High, -c.Low
	if m.Higher {
		bad, worst, best = -c.Effect, -c.Low, c.High
	}
	switch {
	case c.P <= alpha && bad >= c.Margin:
		return Worse
	case c.PBetter <= alpha && -bad >= c.Margin:
		return Better
	case worst < c.Margin && best < c.Margin:
		return Same
	case worst < c.Margin:
		return NotWorse
	}
	return Inconclusive
}
