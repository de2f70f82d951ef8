package compare

import (
	"errors"

	"github.com/aibench/aibench/bench"
)

// Partial is the document of sides that make no comparison: of some there may be fewer runs than of others, cut ones, or
// none. It holds what was measured of each, no rows, and the verdict undecidable; why is its sentence.
func Partial(kinds bench.Kinds, sides []Side, o Options, why string) (*Comparison, error) {
	if len(sides) < 2 {
		return nil, errors.New("a comparison needs two sides or more")
	}
	if err := o.Check(kinds); err != nil {
		return nil, err
	}
	family, err := o.subjects(kinds)
	if err != nil {
		return nil, err
	}
	c := &Comparison{
		Schema: Schema, Verdict: Undecidable, Sentence: why, Reasons: []string{why}, Kind: "stream",
		Alpha: o.alpha(), Test: MannWhitney, Tests: len(family) * (len(sides) - 1), Control: sides[0].Name, InvalidRuns: invalidRuns(sides),
	}
	if kinds.Has(bench.Jobs) {
		c.Kind = "job"
	}
	if o.Paired {
		c.Test = SignFlip
	}
	for c.Needed = 1; c.tooFew(c.Needed) != nil; {
		c.Needed++
	}
	c.summarise(sides, family)
	for i := range sides {
		if runs := sides[i].Runs; c.Load == "" && len(runs) > 0 {
			c.Load = conduct(runs[0])
		}
		if i > 0 {
			c.Sides[i].Verdict = Undecidable
		}
	}
	return c.whole(), nil
}
