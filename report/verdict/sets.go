package verdict

import (
	"fmt"
	"math"
	"slices"
)

// Sets is one metric as two sets of runs measured it that are not paired: saved
// ones, say. The fields are those of [Paired]; Base and Head may differ in
// length.
type Sets Paired

// CompareSets judges a family of metrics as [Compare] does, of runs that are
// not paired: significance is the two-sided Mann–Whitney test's, the effect the
// Hodges–Lehmann shift between the sets, and its bounds invert the test. A
// metric of which [TooFewRuns] says that nothing could ever be called is
// Inconclusive.
//
// It takes runs of one machine in one state, which nobody knows of saved ones:
// the same commit measures differently on another machine, or a day later.
func CompareSets(family []Sets, alpha float64) ([]Comparison, error) {
	if err := checkAlpha(alpha); err != nil {
		return nil, err
	}
	tests := make([]test, len(family))
	for i := range family {
		m := (*Paired)(&family[i])
		t, err := m.unpaired(alpha)
		if err != nil {
			return nil, fmt.Errorf("metric %s: %w", m.Name, err)
		}
		t.tooFew = TooFewRuns(len(family), len(m.Base), len(m.Head), alpha) != nil
		tests[i] = t
	}
	return decide(tests, alpha), nil
}

// unpaired tests one metric of two sets.
func (m *Paired) unpaired(alpha float64) (test, error) {
	base, err := m.scores(m.Base)
	if err != nil {
		return test{}, err
	}
	head, err := m.scores(m.Head)
	if err != nil {
		return test{}, err
	}
	p, err := MannWhitney(base, head)
	if err != nil {
		return test{}, err
	}
	shifts := differences(base, head)
	k := rejectedAt(len(base), len(head), alpha)
	t := test{metric: m, worse: 1, better: 1, effect: median(shifts), low: math.Inf(-1), high: math.Inf(1)}
	if k >= 0 {
		t.low, t.high = shifts[k], shifts[len(shifts)-1-k]
	}
	switch {
	case t.effect > 0:
		t.worse = p
	case t.effect < 0:
		t.better = p
	}
	return t, nil
}

// differences gives what each of head is above each of base, ascending. Their
// median is the Hodges–Lehmann shift.
func differences(base, head []float64) []float64 {
	out := make([]float64, 0, len(base)*len(head))
	for _, b := range base {
		for _, h := range head {
			out = append(out, h-b)
		}
	}
	slices.Sort(out)
	return out
}

// mannWhitneyExact is how many runs a side are counted exactly.
const mannWhitneyExact = 50

// rejectedAt is the largest U, the number of pairs of runs with the wrong
// order, that the one-sided Mann–Whitney test of n and m runs rejects at level
// alpha; negative when it rejects none.
func rejectedAt(n, m int, alpha float64) int {
	if max(n, m) > mannWhitneyExact {
		z := math.Sqrt2 * math.Erfinv(1-2*alpha)
		mean, variance := float64(n*m)/2, float64(n*m*(n+m+1))/12
		return max(int(math.Floor(mean-z*math.Sqrt(variance)-0.5)), -1)
	}
	ways := orders(n, m)
	all, sum := 0.0, 0.0
	for _, w := range ways {
		all += w
	}
	for u, w := range ways {
		if sum += w; sum > alpha*all*(1+1e-9) {
			return u - 1
		}
	}
	return len(ways) - 1
}

// orders counts the orders of n and m runs, by U (H. B. Mann, D. R. Whitney, "On
// a Test of Whether one of Two Random Variables is Stochastically Larger than
// the Other", Ann. Math. Statist. 18, 1947): the last run belongs to the one
// side and is above all of the other, or to the other.
func orders(n, m int) []float64 {
	ways := make([][]float64, n+1) // by how many of the n there are
	for i := range ways {
		ways[i] = make([]float64, n*m+1)
		ways[i][0] = 1
	}
	for j := 1; j <= m; j++ {
		for i := 1; i <= n; i++ {
			for u := n * m; u >= j; u-- {
				ways[i][u] += ways[i-1][u-j]
			}
		}
	}
	return ways[n]
}
