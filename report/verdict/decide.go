package verdict

import (
	"fmt"
	"math"
)

// Undecidable says that there are too few runs for a verdict: whatever they
// had measured, nothing could have been called a regression, so that nothing
// may pass either.
type Undecidable struct {
	Metrics    int
	Alpha      float64
	Paired     bool
	Have, Need int // pairs, or runs of the smaller side
}

// Error says so in one sentence.
func (e *Undecidable) Error() string {
	metrics := fmt.Sprintf("%d metrics at α %v need", e.Metrics, e.Alpha)
	if e.Metrics == 1 {
		metrics = fmt.Sprintf("a metric at α %v needs", e.Alpha)
	}
	what := fmt.Sprintf("%d pairs", e.Need)
	if !e.Paired {
		what = fmt.Sprintf("%d runs a side", e.Need)
	}
	return fmt.Sprintf("cannot decide: %s %s, have %d", metrics, what, e.Have)
}

// TooFewPairs is nil when so many pairs can decide about so many metrics at the
// family-wise level alpha.
func TooFewPairs(metrics, pairs int, alpha float64) *Undecidable {
	if need := PairsNeeded(metrics, alpha); pairs < need {
		return &Undecidable{Metrics: metrics, Alpha: alpha, Paired: true, Have: pairs, Need: need}
	}
	return nil
}

// LeastRuns is how many runs a side a comparison of sets needs in any case:
// their medians say too little before.
const LeastRuns = 5

// TooFewRuns is nil when sets of so many runs can decide about so many metrics
// at the family-wise level alpha.
func TooFewRuns(metrics, base, head int, alpha float64) *Undecidable {
	have, level := min(base, head), alpha/float64(max(metrics, 1))
	if have >= LeastRuns && smallestMannWhitney(base, head) <= level {
		return nil
	}
	need := max(LeastRuns, have)
	for need < mannWhitneyExact && smallestMannWhitney(need, need) > level {
		need++
	}
	return &Undecidable{Metrics: metrics, Alpha: alpha, Have: have, Need: need}
}

// smallestMannWhitney is the smallest p value that [MannWhitney] of so many
// runs can give: two of all the ways to deal them.
func smallestMannWhitney(base, head int) float64 {
	a, _ := math.Lgamma(float64(base + 1))
	b, _ := math.Lgamma(float64(head + 1))
	all, _ := math.Lgamma(float64(base + head + 1))
	return 2 * math.Exp(a+b-all) * (1 - 1e-9) // 2/252 is no more than 2/252
}
