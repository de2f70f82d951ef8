package verdict

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// normal gives differences of pairs whose runs spread by a standard deviation
// of spread.
func normal(spread float64) []float64 {
	d := make([]float64, 999)
	for i := range d {
		// The i-th of 999 quantiles, which no chance has a hand in.
		d[i] = spread * math.Sqrt2 * math.Sqrt2 * math.Erfinv(2*float64(i+1)/1000-1)
	}
	return d
}

// What the estimate says is found with a power of 80 % is found so often.
func TestSmallestEffectIsFoundAsOftenAsItSays(t *testing.T) {
	t.Parallel()
	const n, power, alpha, spread = 1000, 0.8, 0.05, 0.1
	for _, pairs := range []int{5, 8, 10} {
		effect := SmallestEffect(normal(spread), pairs, alpha, power)
		rng := rand.New(rand.NewPCG(3, uint64(pairs)))
		found := 0
		for range n {
			d := make([]float64, pairs)
			for i := range d {
				d[i] = effect + (rng.NormFloat64()-rng.NormFloat64())*spread
			}
			f, err := NewFlips(d)
			if err != nil {
				t.Fatal(err)
			}
			if f.Above(0) <= alpha {
				found++
			}
		}
		got := float64(found) / n
		t.Logf("%d pairs: a change of %.3f is found by %.3f", pairs, effect, got)
		if math.Abs(got-power) > 0.05 {
			t.Errorf("%d pairs: found by %.3f, want %v", pairs, got, power)
		}
	}
}

func TestSmallestEffectAtItsEnds(t *testing.T) {
	t.Parallel()
	some := []float64{0.02, -0.01, 0.03, -0.02}
	if got := SmallestEffect(nil, 8, 0.05, 0.8); !math.IsNaN(got) {
		t.Errorf("without differences: %v", got)
	}
	for _, pairs := range []int{0, 4} {
		if got := SmallestEffect(some, pairs, 0.05, 0.8); !math.IsInf(got, 1) {
			t.Errorf("%d pairs find nothing: %v", pairs, got)
		}
	}
	if got := SmallestEffect([]float64{0, 0}, 8, 0.05, 0.8); got != 0 {
		t.Errorf("what never differs shows any change: %v", got)
	}
	if a, b := SmallestEffect(some, 100, 0.05, 0.8), SmallestEffect(some, MaxPairs, 0.05, 0.8); a != b {
		t.Errorf("%v of 100 pairs, %v of the most", a, b)
	}
	low, high := SmallestEffect(some, 8, 0.05, 0.5), SmallestEffect(some, 8, 0.05, 0.95)
	if low >= high {
		t.Errorf("more power takes a larger change: %v, %v", low, high)
	}
}

// What gates can find, by their pairs and by how much runs of one commit
// spread: the smallest relative change that one of six metrics shows with a
// power of 80 %, at a family-wise level of 0.05.
func ExampleSmallestEffect() {
	fmt.Println("pairs     2 %     5 %    10 %    20 %    30 %")
	for _, pairs := range []int{7, 8, 10, 12, 16, 20} {
		fmt.Printf("%5d", pairs)
		one := SmallestEffect(normal(1), pairs, 0.05/6, 0.8) // it grows as the spread does
		for _, spread := range []float64{0.02, 0.05, 0.1, 0.2, 0.3} {
			fmt.Printf(" %5.0f %%", 100*math.Expm1(one*spread))
		}
		fmt.Println()
	}
	// Output:
	// pairs     2 %     5 %    10 %    20 %    30 %
	//     7     5 %    14 %    29 %    68 %   117 %
	//     8     4 %    12 %    24 %    55 %    92 %
	//    10     4 %    10 %    20 %    44 %    74 %
	//    12     3 %     8 %    17 %    38 %    62 %
	//    16     3 %     7 %    14 %    29 %    47 %
	//    20     2 %     6 %    12 %    25 %    40 %
}
