package compare

import (
	"testing"

	"pgregory.net/rapid"
)

// Ranks of the usual tables of distribution-free intervals of the median at 95 %, such as those of Conover's Practical
// Nonparametric Statistics: with n values it reaches from the k-th smallest to the k-th largest.
func TestMedianInterval(t *testing.T) {
	t.Parallel()
	for n, k := range map[int]int{5: 0, 6: 1, 8: 1, 9: 2, 12: 3, 15: 4, 20: 6} {
		var v []float64
		for i := range n {
			v = append(v, float64(n-i))
		}
		e := estimate(v, 0.05)
		if k == 0 {
			if e.Low != nil || e.High != nil {
				t.Errorf("%d values: %v to %v, want no bound", n, *e.Low, *e.High)
			}
			continue
		}
		if *e.Low != float64(k) || *e.High != float64(n+1-k) || e.Median != float64(n+1)/2 {
			t.Errorf("%d values: %v in %v to %v, want from %d to %d", n, e.Median, *e.Low, *e.High, k, n+1-k)
		}
	}
}

func TestIntervalHoldsTheMedian(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOfN(rapid.Float64Range(0, 1e6), 1, 30).Draw(t, "values")
		e := estimate(v, rapid.Float64Range(0.001, 0.5).Draw(t, "alpha"))
		if e.Low != nil && (*e.Low > e.Median || *e.High < e.Median) {
			t.Fatalf("%v outside %v to %v", e.Median, *e.Low, *e.High)
		}
	})
}
