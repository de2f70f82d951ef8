package verdict

import (
	"math"
	"strings"
	"testing"
)

// scaled gives k values around v that differ a little, in the same way each time.
func scaled(v float64, k int) []float64 {
	out := make([]float64, k)
	for i := range out {
		out[i] = v * (1 + 0.004*float64(i%3-1))
	}
	return out
}

func TestCalls(t *testing.T) {
	t.Parallel()
	ten := Margin{Relative: 0.1}
	tests := []struct {
		name   string
		metric Paired
		want   Call
	}{
		{"a third slower", Paired{Base: scaled(100, 8), Head: scaled(130, 8), Margin: ten}, Worse},
		{"a third faster", Paired{Base: scaled(130, 8), Head: scaled(100, 8), Margin: ten}, Better},
		{"equal", Paired{Base: scaled(100, 8), Head: scaled(100, 8), Margin: ten}, Same},
		{"surely slower, by less than matters", Paired{Base: scaled(100, 8), Head: scaled(105, 8), Margin: ten}, Same},
		{"fewer tokens a second", Paired{Base: scaled(50, 8), Head: scaled(40, 8), Higher: true, Margin: ten}, Worse},
		{"more tokens a second", Paired{Base: scaled(40, 8), Head: scaled(50, 8), Higher: true, Margin: ten}, Better},
		{"too few pairs", Paired{Base: scaled(100, 4), Head: scaled(130, 4), Margin: ten}, Inconclusive},
		{"all over the place", Paired{
			Base: []float64{100, 50, 200, 80, 150, 60, 120, 90}, Head: []float64{90, 120, 60, 150, 80, 200, 50, 100}, Margin: ten,
		}, Inconclusive},
		{"faster in every pair, by very different shares", Paired{
			Base: scaled(100, 8), Head: []float64{20, 92, 97, 40, 96, 60, 90, 99}, Margin: Margin{Relative: 0.5},
		}, NotWorse},
		{"three milliseconds of a floor of five", Paired{
			Base: scaled(10, 8), Head: scaled(13, 8), Margin: Margin{Relative: 0.1, Floor: 5},
		}, Same},
		{"errors where there were none", Paired{
			Base: make([]float64, 8), Head: scaled(0.05, 8), Difference: true, Margin: Margin{Floor: 0.01},
		}, Worse},
		{"no errors at all", Paired{
			Base: make([]float64, 8), Head: make([]float64, 8), Difference: true, Margin: Margin{Floor: 0.01},
		}, Same},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := Compare([]Paired{test.metric}, 0.05)
			if err != nil {
				t.Fatal(err)
			}
			if got[0].Call != test.want {
				t.Errorf("%v, want %v: %+v", got[0].Call, test.want, got[0])
			}
		})
	}
}

// A shift that all pairs agree on is its own estimate and both its bounds.
func TestEffectIsTheShift(t *testing.T) {
	t.Parallel()
	for _, higher := range []bool{false, true} {
		got, err := Compare([]Paired{{
			Base: []float64{80, 100, 120, 90, 110, 70, 95, 105}, Head: []float64{88, 110, 132, 99, 121, 77, 104.5, 115.5},
			Higher: higher, Margin: Margin{Relative: 0.05},
		}}, 0.05)
		if err != nil {
			t.Fatal(err)
		}
		c := got[0]
		for _, v := range []float64{c.Effect, c.Low, c.High} {
			if math.Abs(v-0.1) > 1e-9 {
				t.Errorf("higher %t: %+v, want a change of 0.1", higher, c)
			}
		}
		if want := map[bool]Call{false: Worse, true: Better}[higher]; c.Call != want {
			t.Errorf("higher %t: %v, want %v", higher, c.Call, want)
		}
	}
}

func TestCompareRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		metric Paired
		alpha  float64
		want   string
	}{
		{"unpaired", Paired{Name: "ttft.p50", Base: []float64{1, 2}, Head: []float64{1}}, 0.05, "metric ttft.p50: 2 runs"},
		{"no ratio", Paired{Name: "tpot.p50", Base: []float64{0}, Head: []float64{1}}, 0.05, "not positive"},
		{"not a number", Paired{Name: "x", Base: []float64{math.NaN()}, Head: []float64{1}}, 0.05, "not positive"},
		{"alpha", Paired{Name: "x", Base: []float64{1}, Head: []float64{1}}, 1, "alpha 1"},
	} {
		if _, err := Compare([]Paired{test.metric}, test.alpha); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
}
