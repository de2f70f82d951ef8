package verdict

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// brute flips every combination of signs.
func brute(d []float64, theta float64) float64 {
	sum, n := 0.0, 0
	for _, v := range d {
		sum += v - theta
	}
	for m := range 1 << len(d) {
		flipped := 0.0
		for i, v := range d {
			if m>>i&1 == 1 {
				flipped -= v - theta
			} else {
				flipped += v - theta
			}
		}
		if flipped >= sum {
			n++
		}
	}
	return float64(n) / float64(int(1)<<len(d))
}

func whole(n []int) []float64 {
	d := make([]float64, len(n))
	for i, v := range n {
		d[i] = float64(v)
	}
	return d
}

// Every p value is the share of sign flips whose sum is at least the observed one.
func TestFlipsAgreeWithCountingThem(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := whole(rapid.SliceOfN(rapid.IntRange(-9, 9), 1, 9).Draw(t, "d")) // ties are common, sums exact
		theta := float64(rapid.IntRange(-20, 20).Draw(t, "theta")) / 2
		f, err := NewFlips(d)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := f.Above(theta), brute(d, theta); math.Abs(got-want) > 1e-12 {
			t.Errorf("above %v: %v, want %v", theta, got, want)
		}
		minus := slices.Clone(d)
		for i := range minus {
			minus[i] = -minus[i]
		}
		if got, want := f.Below(theta), brute(minus, -theta); math.Abs(got-want) > 1e-12 {
			t.Errorf("below %v: %v, want %v", theta, got, want)
		}
	})
}

// A bound is where the test begins to reject.
func TestBoundsInvertTheTest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.SliceOfN(rapid.Float64Range(-10, 10), 5, 10).Draw(t, "d")
		f, err := NewFlips(d)
		if err != nil {
			t.Fatal(err)
		}
		const alpha = 0.05
		low, high := f.Lower(alpha), f.Upper(alpha)
		if p := f.Above(low - 1e-6); p > alpha {
			t.Errorf("below its lower bound %v: p %v", low, p)
		}
		if p := f.Above(low + 1e-6); p <= alpha {
			t.Errorf("above its lower bound %v: p %v", low, p)
		}
		if p := f.Below(high + 1e-6); p > alpha {
			t.Errorf("above its upper bound %v: p %v", high, p)
		}
		if p := f.Below(high - 1e-6); p <= alpha {
			t.Errorf("below its upper bound %v: p %v", high, p)
		}
	})
}

// Darwin's fifteen pairs of maize, in eighths of an inch, for which R. A.
// Fisher counted the flips himself (The Design of Experiments, 1935, section
// 21): 863 of 32,768 sums reach the observed one.
func TestFishersMaize(t *testing.T) {
	t.Parallel()
	f, err := NewFlips([]float64{49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := f.Above(0), 863.0/32768; math.Abs(got-want) > 1e-12 {
		t.Errorf("p %v, want %v (%v of 32768)", got, want, got*32768)
	}
}

func TestSmallestP(t *testing.T) {
	t.Parallel()
	for pairs, want := range map[int]float64{5: 0.03125, 7: 0.0078125, 8: 0.00390625} {
		d := make([]float64, pairs)
		for i := range d {
			d[i] = float64(i + 1)
		}
		f, err := NewFlips(d)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Above(0); got != want || SmallestP(pairs) != want {
			t.Errorf("%d pairs: %v and %v, want %v", pairs, got, SmallestP(pairs), want)
		}
	}
}

func TestPairsNeeded(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		metrics int
		alpha   float64
		want    int
	}{{6, 0.05, 7}, {1, 0.05, 5}, {1, 0.03125, 5}, {2, 0.0625, 5}, {0, 0.05, 5}, {1, 0.49, 2}} {
		if got := PairsNeeded(test.metrics, test.alpha); got != test.want {
			t.Errorf("%d metrics at %v: %d, want %d", test.metrics, test.alpha, got, test.want)
		}
	}
}

func TestTooFewPairsBoundNothing(t *testing.T) {
	t.Parallel()
	f, err := NewFlips([]float64{1, 2, 3, 4})
	if err != nil {
		t.Fatal(err)
	}
	if low, high := f.Lower(0.05), f.Upper(0.05); !math.IsInf(low, -1) || !math.IsInf(high, 1) {
		t.Errorf("four pairs at 0.05 are bounded by %v and %v", low, high)
	}
}

func TestNoPairsIsAnError(t *testing.T) {
	t.Parallel()
	for _, d := range [][]float64{nil, make([]float64, MaxPairs+1), {1, math.NaN()}, {math.Inf(1)}} {
		if _, err := NewFlips(d); err == nil {
			t.Errorf("%v: no error", d)
		}
	}
}

func TestHodgesLehmann(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		d    []float64
		want float64
	}{
		{[]float64{3}, 3},
		{[]float64{1, 2}, 1.5},
		{[]float64{1, 2, 100}, 26.25}, // 1 1.5 2 50.5 51 100
		{[]float64{-1, 0, 1}, 0},
	} {
		if got := HodgesLehmann(test.d); got != test.want {
			t.Errorf("%v: %v, want %v", test.d, got, test.want)
		}
	}
	if !math.IsNaN(HodgesLehmann(nil)) {
		t.Error("nothing has a centre")
	}
}

// The example of Holm's procedure with four hypotheses that textbooks compute:
// 0.01, 0.04, 0.03, 0.005.
func TestHolm(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ p, want []float64 }{
		{[]float64{0.01, 0.04, 0.03, 0.005}, []float64{0.03, 0.06, 0.06, 0.02}},
		{[]float64{0.5, 0.9}, []float64{1, 1}},
		{nil, []float64{}},
	} {
		got := Holm(test.p)
		for i := range got {
			got[i] = math.Round(got[i]*1e9) / 1e9
		}
		if fmt.Sprint(got) != fmt.Sprint(test.want) {
			t.Errorf("%v: %v, want %v", test.p, got, test.want)
		}
	}
}
