package verdict

import (
	"errors"
	"math"
	"slices"

	"golang.org/x/perf/benchmath"
)

// MannWhitney is the p value of the two-sided test that base and head, runs
// that are not paired, were drawn from the same distribution: exact up to 50
// runs a side (25 when some are equal), by the normal approximation beyond. It
// changes neither, and needs at least one number in each.
func MannWhitney(base, head []float64) (p float64, err error) {
	for _, side := range [][]float64{base, head} {
		if len(side) == 0 || slices.ContainsFunc(side, math.IsNaN) {
			return 0, errors.New("Mann–Whitney test: each side needs runs, and numbers of them")
		}
	}
	thresholds := benchmath.DefaultThresholds
	sample := func(side []float64) *benchmath.Sample { return benchmath.NewSample(slices.Clone(side), &thresholds) }
	// Equal throughout, they differ in nothing: that is p = 1, with a warning.
	return min(benchmath.AssumeNothing.Compare(sample(base), sample(head)).P, 1), nil
}
