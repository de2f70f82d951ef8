package compare

import (
	"fmt"
	"slices"

	"github.com/aibench/aibench/report/verdict"
)

// A match is one side's subject beside the control's.
type match struct {
	side    string
	subject *subject
	paired  verdict.Paired
}

// match puts every side's samples beside the control's, and lists those that cannot be.
func (c *Comparison) match(sides []Side, family []subject) []match {
	control := make([]sample, len(family))
	for i := range family {
		control[i] = family[i].take(&sides[0])
		if why := control[i].why; why != "" {
			c.LeftOut = append(c.LeftOut, LeftOut{Side: sides[0].Name, Metric: family[i].name, Reason: why})
		}
	}
	var out []match
	for k := range sides[1:] {
		side := &sides[k+1]
		for i := range family {
			s, base := &family[i], control[i]
			if base.why != "" {
				continue
			}
			head := s.take(side)
			if head.why == "" {
				head.why = apart(base, head, side.Name)
			}
			if head.why != "" {
				left := LeftOut{Side: side.Name, Metric: s.name, Reason: head.why, Blind: len(head.values) < len(side.Runs)}
				c.LeftOut = append(c.LeftOut, left)
				continue
			}
			out = append(out, match{side.Name, s, s.beside(base.values, head.values)})
		}
	}
	return out
}

// beside makes the samples comparable. Values of 0 have no ratio: they are compared by subtraction, and the margin is
// then the same amount in the metric's unit.
func (s *subject) beside(base, head []float64) verdict.Paired {
	p := verdict.Paired{
		Name: s.name, Base: base, Head: head, Higher: s.higher, Difference: s.share, Margin: s.margin,
	}
	if !s.share && min(slices.Min(base), slices.Min(head)) <= 0 {
		p.Difference = true
		p.Margin.Floor = max(s.margin.Floor, s.margin.Relative*estimate(base, 1).Median)
	}
	return p
}

// judge has all the matches judged as one family, and fills the rows.
func (c *Comparison) judge(matches []match, paired bool) error {
	family := make([]verdict.Paired, len(matches))
	for i := range matches {
		family[i] = matches[i].paired
	}
	c.Tests = len(matches)
	found, err := judgeAll(family, c.Alpha, paired)
	if err != nil {
		return fmt.Errorf("compare %d runs a side: %w", c.Pairs, err)
	}
	for i := range found {
		c.Rows = append(c.Rows, matches[i].row(&found[i], c.Alpha))
	}
	return nil
}

func judgeAll(family []verdict.Paired, alpha float64, paired bool) ([]verdict.Comparison, error) {
	if len(family) == 0 {
		return nil, nil
	}
	if paired {
		return verdict.Compare(family, alpha)
	}
	sets := make([]verdict.Sets, len(family))
	for i := range family {
		sets[i] = verdict.Sets(family[i])
	}
	return verdict.CompareSets(sets, alpha)
}

// row writes down what was found of a match.
func (m *match) row(v *verdict.Comparison, alpha float64) Row {
	r := Row{
		Side: m.side, Metric: m.subject.name, Unit: m.subject.unit, Higher: m.subject.higher,
		Base: estimate(m.paired.Base, alpha), Head: estimate(m.paired.Head, alpha), Absolute: m.paired.Difference,
		Change: round(v.Effect), Low: finite(v.Low), High: finite(v.High), Margin: round(v.Margin),
		P: round(v.P), PBetter: round(v.PBetter), Call: v.Call.String(),
	}
	if !r.Absolute && v.Low <= -1 {
		r.Low = nil // it is the logarithm's minus infinity
	}
	return r
}
