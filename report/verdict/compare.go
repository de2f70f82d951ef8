package verdict

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// A Call is what a comparison says of one metric.
type Call uint8

// The calls. Worse and Better are significant and at least as large as the
// margin; Same is bounded on both sides by it; NotWorse is bounded on the bad
// side only.
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

// A Margin is the smallest change that matters. Of both parts the larger holds,
// so that a change of 10 % of next to nothing is none.
type Margin struct {
	Relative float64 // of the control's median: 0.1 is 10 %
	Floor    float64 // in the metric's own unit
}

// Paired is one metric as the runs of K pairs measured it.
type Paired struct {
	Name       string
	Base, Head []float64 // one value per pair, in one unit
	Higher     bool      // higher is better
	// Difference compares by subtraction, for shares that may be zero: the
	// margin's floor alone holds. Otherwise the comparison is by ratio, and
	// values must be positive.
	Difference bool
	Margin     Margin
}

// A Comparison is what the pairs say of one metric. Effect, Low and High are
// changes of head against base: relative (0.1: 10 % more), or in the metric's
// unit where Paired.Difference says so. Low and High are one-sided bounds at
// the level of the comparison each, infinite where the pairs are too few.
type Comparison struct {
	Name              string
	Pairs             int     // 0 where the runs are not paired
	Base, Head        float64 // medians over the runs
	Effect, Low, High float64
	Margin            float64 // in the terms of Effect, positive
	P                 float64 // of "not worse", adjusted over the family
	PBetter           float64 // of "not better", ditto
	Call              Call
}

// Compare judges a family of metrics at the family-wise level alpha: with no
// true change anywhere, the chance that any is called Worse is at most alpha,
// and likewise for Better. All need the same pairs in the same order. A metric
// of which [TooFewPairs] says that nothing could ever be called Worse is
// Inconclusive, so that it cannot pass.
//
// The method: the run is the sample, never the request; the effect is the
// Hodges–Lehmann estimate of the runs' log ratios, significance is the exact
// sign-flip test's, and Holm's procedure holds the family together.
func Compare(family []Paired, alpha float64) ([]Comparison, error) {
	if err := checkAlpha(alpha); err != nil {
		return nil, err
	}
	tests := make([]test, len(family))
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
		tests[i] = test{
			metric: m, pairs: len(d), worse: flips.Above(0), better: flips.Below(0),
			effect: HodgesLehmann(d), low: flips.Lower(alpha), high: flips.Upper(alpha),
			tooFew: TooFewPairs(len(family), len(d), alpha) != nil,
		}
	}
	return decide(tests, alpha), nil
}

func checkAlpha(alpha float64) error {
	if !(alpha > 0 && alpha < 0.5) {
		return fmt.Errorf("alpha %v: it lies between 0 and 0.5", alpha)
	}
	return nil
}

// A test is what the statistics say of one metric. Changes are positive where
// head is worse.
type test struct {
	metric            *Paired
	pairs             int
	worse, better     float64 // p values, not adjusted
	effect, low, high float64 // in the terms of Changes
	tooFew            bool    // runs to decide anything
}

// decide adjusts the p values over the family and makes the calls.
func decide(tests []test, alpha float64) []Comparison {
	worse, better := make([]float64, len(tests)), make([]float64, len(tests))
	for i := range tests {
		worse[i], better[i] = tests[i].worse, tests[i].better
	}
	worse, better = Holm(worse), Holm(better)
	out := make([]Comparison, len(tests))
	for i := range tests {
		t := &tests[i]
		c := t.metric.estimate(t)
		c.P, c.PBetter = worse[i], better[i]
		if !t.tooFew {
			c.Call = t.metric.call(&c, alpha)
		}
		out[i] = c
	}
	return out
}

// Changes are the pairs' differences, positive where head is worse: log ratios,
// or plain ones where Difference says so.
func (m *Paired) Changes() ([]float64, error) {
	if len(m.Base) != len(m.Head) {
		return nil, fmt.Errorf("%d runs of the control and %d of the other", len(m.Base), len(m.Head))
	}
	base, err := m.scores(m.Base)
	if err != nil {
		return nil, err
	}
	head, err := m.scores(m.Head)
	if err != nil {
		return nil, err
	}
	for i := range head {
		head[i] -= base[i]
	}
	return head, nil
}

// scores puts values on the scale on which they are subtracted, the better
// ones lower.
func (m *Paired) scores(values []float64) ([]float64, error) {
	out := slices.Clone(values)
	for i, v := range out {
		if !m.Difference {
			if !(v > 0) {
				return nil, errors.New("a value that is not positive has no ratio")
			}
			out[i] = math.Log(v)
		}
		if m.Higher {
			out[i] = -out[i]
		}
	}
	return out, nil
}

// estimate gives everything but the adjusted p values and the call.
func (m *Paired) estimate(t *test) Comparison {
	c := Comparison{
		Name: m.Name, Pairs: t.pairs,
		Base: median(slices.Clone(m.Base)), Head: median(slices.Clone(m.Head)),
	}
	effect, low, high := t.effect, t.low, t.high
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
