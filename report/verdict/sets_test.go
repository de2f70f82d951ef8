package verdict

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// withU gives two sets of runs, no two alike, of which u pairs have head below
// base.
func withU(n, m, u int) (base, head []float64) {
	for i := range n {
		base = append(base, float64(i))
	}
	for j := range m {
		above := min(u, n) // of base
		u -= above
		head = append(head, float64(n-above)-0.5+float64(j)/1000)
	}
	return base, head
}

// critical are the largest U that are significant by the published tables (R.
// C. Milton, "An Extended Table of Critical Values for the Mann–Whitney
// (Wilcoxon) Two-Sample Statistic", JASA 59, 1964): two-sided, at level alpha.
func critical() []struct {
	n, m, u int
	alpha   float64
} {
	return []struct {
		n, m, u int
		alpha   float64
	}{
		{4, 4, 0, 0.05}, {4, 8, 4, 0.05}, {5, 5, 2, 0.05}, {5, 8, 6, 0.05}, {6, 6, 5, 0.05}, {7, 7, 8, 0.05},
		{8, 8, 13, 0.05}, {10, 10, 23, 0.05}, {20, 20, 127, 0.05},
		{5, 5, 0, 0.01}, {7, 7, 4, 0.01}, {8, 8, 7, 0.01}, {10, 10, 16, 0.01}, {20, 20, 105, 0.01},
	}
}

func TestMannWhitneyAgreesWithTheTables(t *testing.T) {
	t.Parallel()
	for _, c := range critical() {
		at, err := MannWhitney(withU(c.n, c.m, c.u))
		if err != nil {
			t.Fatal(err)
		}
		beyond, err := MannWhitney(withU(c.n, c.m, c.u+1))
		if err != nil {
			t.Fatal(err)
		}
		if at > c.alpha || beyond <= c.alpha {
			t.Errorf("%d and %d runs at %v: p %v at U %d and %v at %d", c.n, c.m, c.alpha, at, c.u, beyond, c.u+1)
		}
		if got := rejectedAt(c.n, c.m, c.alpha/2); got != c.u {
			t.Errorf("%d and %d runs at %v: bounds leave out %d, want %d", c.n, c.m, c.alpha, got, c.u)
		}
	}
}

// Permeability of chorioamnion at term and before it, from M. Hollander and D.
// A. Wolfe, Nonparametric Statistical Methods, 1973, chapter 4: U is 35 of 50,
// the shift -0.305, and -0.76 and 0.15 bound it at 96 %.
func TestTextbookSets(t *testing.T) {
	t.Parallel()
	term := []float64{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46}
	early := []float64{1.15, 0.88, 0.90, 0.74, 1.21}
	p, err := MannWhitney(term, early)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(p-0.2544) > 5e-5 {
		t.Errorf("p %v, want 0.2544", p)
	}
	got, err := (&Paired{Base: term, Head: early, Difference: true}).unpaired(0.02)
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprintf("%.3f %.2f %.2f", got.effect, got.low, got.high); text != "-0.305 -0.76 0.15" {
		t.Errorf("shift and bounds %s", text)
	}
}

// Hamilton's depression scale before and after a tranquillizer, ibid., chapter
// 3: the shift is -0.46.
func TestTextbookPairs(t *testing.T) {
	t.Parallel()
	d := []float64{-0.952, 0.147, -1.022, -0.430, -0.620, -0.590, -0.490, 0.080, -0.010}
	if got := HodgesLehmann(d); math.Abs(got+0.46) > 1e-9 {
		t.Errorf("shift %v, want -0.46", got)
	}
}

func TestMannWhitneyOfOddSets(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		base, head []float64
		want       float64 // NaN: an error
	}{
		{[]float64{1, 1, 1}, []float64{1, 1}, 1},
		{[]float64{1, 2}, []float64{1, 2}, 1},
		{nil, []float64{1}, math.NaN()},
		{[]float64{1}, []float64{math.NaN()}, math.NaN()},
	} {
		p, err := MannWhitney(tt.base, tt.head)
		if math.IsNaN(tt.want) != (err != nil) || err == nil && p != tt.want {
			t.Errorf("%v and %v: %v, %v; want %v", tt.base, tt.head, p, err, tt.want)
		}
	}
	base := []float64{3, 1, 2}
	if _, err := MannWhitney(base, []float64{2, 1}); err != nil || !slices.Equal(base, []float64{3, 1, 2}) {
		t.Errorf("the runs were changed: %v, %v", base, err)
	}
}

// The bounds are where the one-sided test, which counts all ways to deal the
// runs, begins to reject.
func TestBoundsOfSetsInvertTheTest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		runs := func(name string) []float64 {
			return rapid.SliceOfN(rapid.Float64Range(-10, 10), 3, 6).Draw(t, name)
		}
		base, head := runs("base"), runs("head")
		got, err := (&Paired{Base: base, Head: head, Difference: true}).unpaired(0.05)
		if err != nil {
			t.Fatal(err)
		}
		above := func(theta float64) float64 { return dealt(base, head, theta) }
		if p := above(got.low - 1e-6); !math.IsInf(got.low, 0) && p > 0.05 {
			t.Errorf("below its lower bound %v: p %v", got.low, p)
		}
		if p := above(got.low + 1e-6); !math.IsInf(got.low, 0) && p <= 0.05 {
			t.Errorf("above its lower bound %v: p %v", got.low, p)
		}
	})
}

// dealt is the share of all ways to deal the ranks that put head as far above
// base + theta as it is. Ties are what continuous runs have none of.
func dealt(base, head []float64, theta float64) float64 {
	u := 0
	for _, d := range differences(base, head) {
		if d > theta {
			u++
		}
	}
	n, all := len(base), len(base)+len(head)
	reach, ways := 0, 0
	for deal := range 1 << all {
		got, below, ones := 0, 0, 0
		for i := range all {
			if deal>>i&1 == 1 {
				ones++
				got += below
			} else {
				below++
			}
		}
		if ones != all-n {
			continue
		}
		ways++
		if got >= u {
			reach++
		}
	}
	return float64(reach) / float64(ways)
}

func TestSetsCalls(t *testing.T) {
	t.Parallel()
	ten := Margin{Relative: 0.1}
	tests := []struct {
		name string
		sets Sets
		want Call
	}{
		{"a third slower", Sets{Base: scaled(100, 5), Head: scaled(130, 8), Margin: ten}, Worse},
		{"a third faster", Sets{Base: scaled(130, 5), Head: scaled(100, 5), Margin: ten}, Better},
		{"alike", Sets{Base: scaled(100, 6), Head: scaled(101, 6), Margin: ten}, Same},
		{"surely slower, by less than matters", Sets{Base: scaled(100, 8), Head: scaled(105, 8), Margin: ten}, Same},
		{"fewer tokens a second", Sets{Base: scaled(50, 5), Head: scaled(40, 5), Higher: true, Margin: ten}, Worse},
		{"too few runs", Sets{Base: scaled(100, 4), Head: scaled(200, 30), Margin: ten}, Inconclusive},
		{"all over the place", Sets{Base: []float64{50, 200, 80, 150, 60}, Head: []float64{90, 60, 150, 80, 200}, Margin: ten}, Inconclusive},
		{"errors where there were none", Sets{Base: make([]float64, 5), Head: scaled(0.05, 5), Difference: true, Margin: Margin{Floor: 0.01}}, Worse},
		{"no errors at all", Sets{Base: make([]float64, 5), Head: make([]float64, 5), Difference: true, Margin: Margin{Floor: 0.01}}, Same},
		{"many runs", Sets{Base: scaled(100, 60), Head: scaled(130, 60), Margin: ten}, Worse},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := CompareSets([]Sets{tt.sets}, 0.05)
			if err != nil {
				t.Fatal(err)
			}
			if got[0].Call != tt.want || got[0].Pairs != 0 {
				t.Errorf("%v, want %v: %+v", got[0].Call, tt.want, got[0])
			}
		})
	}
	if _, err := CompareSets([]Sets{{Name: "x", Base: []float64{0}, Head: []float64{1}}}, 0.05); err == nil {
		t.Error("a ratio to nothing")
	}
	if _, err := CompareSets(nil, 0); err == nil {
		t.Error("a level of 0")
	}
}

// The effect of sets is a relative change, whichever direction is better.
func TestEffectOfSets(t *testing.T) {
	t.Parallel()
	for _, higher := range []bool{false, true} {
		base := []float64{80, 100, 120, 90, 110, 70}
		head := make([]float64, len(base))
		for i, v := range base {
			head[len(base)-1-i] = v * 1.1
		}
		got, err := CompareSets([]Sets{{Base: base, Head: head, Higher: higher, Margin: Margin{Relative: 0.05}}}, 0.05)
		if err != nil {
			t.Fatal(err)
		}
		if c := got[0]; math.Abs(c.Effect-0.1) > 1e-9 || c.Low >= c.Effect || c.High <= c.Effect {
			t.Errorf("higher %t: %+v, want a change of 0.1 between its bounds", higher, c)
		}
	}
}
