package verdict

import (
	"fmt"
	"math"
	"slices"
)

// MaxPairs is how many pairs [NewFlips] takes: their subsets are all looked at,
// two to the power of their number.
const MaxPairs = 20

// Flips is the exact sign-flip permutation test of paired differences, and the
// confidence bounds that inverting it gives. It assumes no more than that under
// no difference each pair's difference is as likely to have either sign, which
// randomising the order inside each pair makes true.
//
// Flipping the signs of a subset S of the differences makes their sum about θ
// no smaller than it is exactly when the mean over S is at most θ. So the
// sorted means of all non-empty subsets hold every p value and every bound (J.
// A. Hartigan, "Using Subsample Values as Typical Values", JASA 64, 1969).
type Flips struct {
	means []float64 // of the 2^k - 1 non-empty subsets, ascending
	slack float64   // what rounding may have done to a mean
}

// NewFlips looks at all subsets of d, which it does not keep. It needs between
// 1 and [MaxPairs] finite differences.
func NewFlips(d []float64) (*Flips, error) {
	if len(d) == 0 || len(d) > MaxPairs {
		return nil, fmt.Errorf("sign-flip test of %d pairs: it takes between 1 and %d", len(d), MaxPairs)
	}
	largest := 0.0
	for _, v := range d {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("sign-flip test: %v is not a difference", v)
		}
		largest = max(largest, math.Abs(v))
	}
	f := &Flips{means: subsetMeans(d), slack: 1e-12 * largest}
	slices.Sort(f.means)
	return f, nil
}

// subsetMeans gives the mean of every non-empty subset of d, that of the subset
// with bits m at m - 1.
func subsetMeans(d []float64) []float64 {
	sums := make([]float64, 1<<len(d))
	sizes := make([]float64, 1<<len(d))
	for i, v := range d {
		half := 1 << i
		for m := range half {
			sums[half+m] = sums[m] + v
			sizes[half+m] = sizes[m] + 1
		}
	}
	for m := 1; m < len(sums); m++ {
		sums[m] /= sizes[m]
	}
	return sums[1:]
}

// Above is the p value of the hypothesis that the differences centre at theta
// or lower: small when they lie above. Means within rounding of theta count
// against rejecting.
func (f *Flips) Above(theta float64) float64 {
	n, _ := slices.BinarySearch(f.means, math.Nextafter(theta+f.slack, math.Inf(1)))
	return float64(n+1) / f.all()
}

// Below is the p value of the hypothesis that the differences centre at theta or higher.
func (f *Flips) Below(theta float64) float64 {
	n, _ := slices.BinarySearch(f.means, theta-f.slack)
	return float64(len(f.means)-n+1) / f.all()
}

// Lower is the one-sided lower confidence bound of the centre: the smallest
// theta that [Flips.Above] does not reject at level alpha; -Inf when there are
// too few pairs to reject any.
func (f *Flips) Lower(alpha float64) float64 {
	i := f.rejects(alpha)
	if i < 0 {
		return math.Inf(-1)
	}
	return f.means[i]
}

// Upper is the one-sided upper confidence bound of the centre; +Inf when there are too few pairs.
func (f *Flips) Upper(alpha float64) float64 {
	i := f.rejects(alpha)
	if i < 0 {
		return math.Inf(1)
	}
	return f.means[len(f.means)-1-i]
}

// rejects is how many means may lie on the wrong side of a theta that is still
// rejected; negative: none is.
func (f *Flips) rejects(alpha float64) int {
	return min(int(math.Floor(alpha*f.all()+1e-9))-1, len(f.means)-1)
}

// all is the number of ways to flip signs.
func (f *Flips) all() float64 { return float64(len(f.means) + 1) }

// SmallestP is the smallest p value that [Flips.Above] of so many pairs can give.
func SmallestP(pairs int) float64 { return math.Exp2(-float64(pairs)) }

// PairsNeeded is how many pairs it takes so that the most significant of so
// many metrics can be rejected at the family-wise level alpha, which lies
// between 0 and 1.
func PairsNeeded(metrics int, alpha float64) int {
	return max(int(math.Ceil(math.Log2(float64(max(metrics, 1))/alpha)-1e-9)), 1)
}

// HodgesLehmann is the median of the means of all pairs of values, each with
// itself included: an estimate of their centre that one wild run moves little
// (J. L. Hodges, E. L. Lehmann, "Estimates of Location Based on Rank Tests",
// Ann. Math. Statist. 34, 1963). NaN when there are none.
func HodgesLehmann(d []float64) float64 {
	walsh := make([]float64, 0, len(d)*(len(d)+1)/2)
	for i, a := range d {
		for _, b := range d[i:] {
			walsh = append(walsh, a+(b-a)/2)
		}
	}
	return median(walsh)
}

// median sorts v. It is NaN when v is empty.
func median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	slices.Sort(v)
	n := len(v)
	return v[(n-1)/2] + (v[n/2]-v[(n-1)/2])/2
}

// Holm adjusts the p values of one family so that rejecting those at most alpha
// keeps the chance of any false rejection at alpha, however the tests depend on
// each other (S. Holm, "A Simple Sequentially Rejective Multiple Test
// Procedure", Scand. J. Statist. 6, 1979). The order is kept and p is not
// changed.
func Holm(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if p[a] < p[b] {
			return -1
		}
		if p[a] > p[b] {
			return 1
		}
		return 0
	})
	adjusted, least := make([]float64, len(p)), 0.0
	for rank, i := range order {
		least = max(least, min(p[i]*float64(len(p)-rank), 1))
		adjusted[i] = least
	}
	return adjusted
}
