package compare

import (
	"math"
	"slices"
	"strconv"
)

// estimate gives the median of v, and an interval that holds the true median with a probability of at least 1 - alpha
// whatever the values' distribution is: between the k-th smallest and the k-th largest, for the largest k that will do
// (H. A. David, H. N. Nagaraja, Order Statistics, 7.1). It needs a value.
func estimate(v []float64, alpha float64) Estimate {
	v = slices.Clone(v)
	slices.Sort(v)
	n := len(v)
	e := Estimate{Median: round(v[(n-1)/2] + (v[n/2]-v[(n-1)/2])/2)}
	// That the median lies below the k-th smallest has the chance of fewer than k heads among n tosses.
	tail, term, k := 0.0, math.Exp2(-float64(n)), 0
	for 2*(tail+term) <= alpha && k < n/2 {
		tail += term
		term *= float64(n-k) / float64(k+1)
		k++
	}
	if k > 0 {
		e.Low, e.High = finite(v[k-1]), finite(v[n-k])
	}
	return e
}

// median of what is known of every run; nil when of any it is not.
func median[T any](of []T, value func(T) *float64) *float64 {
	var all []float64
	for _, t := range of {
		v := value(t)
		if v == nil {
			return nil
		}
		all = append(all, *v)
	}
	if len(all) == 0 {
		return nil
	}
	return new(estimate(all, 1).Median)
}

// finite is null where v is no number to write down.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return new(round(v))
}

// round keeps six significant digits: more than were measured, and few enough to read.
func round(v float64) float64 {
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	if err != nil {
		return v
	}
	return short
}
