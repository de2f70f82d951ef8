package verdict

import (
	"math"
	mathbits "math/bits"
	"math/rand/v2"
	"slices"
)

const (
	powerGates   = 1000 // that [SmallestEffect] imagines: its answer is good to a few percent of itself
	powerPairs   = 9    // up to which it looks at all subsets of the pairs
	powerSubsets = 511  // of more pairs, at so many of them
)

// SmallestEffect is the smallest change that the sign-flip test of so many
// pairs at level alpha finds with the given power, judging by how the
// differences of A/A pairs spread: aa holds them as [Paired.Changes] gives
// them, and the answer is in the same terms (of log ratios: math.Expm1 makes it
// a relative change). For one metric out of a family of m that Holm holds
// together, alpha/m is the level to ask with. It is +Inf where the pairs are too
// few to find any, and NaN without differences; more than [MaxPairs] count as
// so many. The same question gets the same answer.
//
// It imagines gates whose differences are drawn from aa with either sign, as
// the test assumes. A change finds itself in one of them when it lifts the
// lower confidence bound above zero, so the answer is a quantile of how far
// these bounds lie below it.
func SmallestEffect(aa []float64, pairs int, alpha, power float64) float64 {
	switch {
	case len(aa) == 0:
		return math.NaN()
	case pairs < 1 || SmallestP(pairs) > alpha:
		return math.Inf(1)
	}
	rng := rand.New(rand.NewPCG(1963, 1969))
	needed := make([]float64, powerGates)
	d := make([]float64, min(pairs, MaxPairs))
	for i := range needed {
		for k := range d {
			d[k] = either(aa[rng.IntN(len(aa))], rng)
		}
		f := imagined(d, rng)
		needed[i] = -f.Lower(alpha)
	}
	slices.Sort(needed)
	at := int(math.Ceil(power*powerGates)) - 1
	return max(needed[min(max(at, 0), powerGates-1)], 0)
}

// either gives v one sign or the other.
func either(v float64, rng *rand.Rand) float64 {
	if rng.Uint64()&1 == 0 {
		return -v
	}
	return v
}

// imagined looks at all subsets of d, or at as many random ones as still make
// an exact test (Hartigan 1969): of twenty pairs there are a million.
func imagined(d []float64, rng *rand.Rand) *Flips {
	f := &Flips{}
	if len(d) <= powerPairs {
		f.means = subsetMeans(d)
	} else {
		f.means = make([]float64, powerSubsets)
		for i := range f.means {
			f.means[i] = randomMean(d, rng)
		}
	}
	slices.Sort(f.means)
	return f
}

// randomMean is the mean of a random non-empty subset of d.
func randomMean(d []float64, rng *rand.Rand) float64 {
	for {
		sum, n := 0.0, 0
		for bits := rng.Uint64() & (1<<len(d) - 1); bits != 0; bits &= bits - 1 {
			sum += d[mathbits.TrailingZeros64(bits)]
			n++
		}
		if n > 0 {
			return sum / float64(n)
		}
	}
}
