package bench

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// ticks draws durations of every magnitude from nothing to the hour.
func ticks() *rapid.Generator[int64] {
	return rapid.Custom(func(t *rapid.T) int64 {
		most := math.Pow(10, rapid.Float64Range(0, math.Log10(highest*ticksPerThousandth)).Draw(t, "magnitude"))
		return rapid.Int64Range(0, int64(most)).Draw(t, "ticks")
	})
}

func distOf(values []int64) *Dist { return (&Dist{}).refill(values) }

// refill uses a Dist and its memory once more.
func (d *Dist) refill(values []int64) *Dist {
	d.Reset()
	for _, v := range values {
		d.Add(v, 1)
	}
	return d
}

// near3 says whether a value in the metric's unit is that of ticks, to three
// digits and to the thousandth, which is the finest that a histogram knows.
func near3(got float64, ticks int64) bool {
	want := float64(ticks) / ticksPerUnit
	return math.Abs(got-want) <= want/1000+0.001
}

// TestDistAgainstSortedSlice: every rank is that of the sorted values, to three
// digits, and never outside their exact extremes.
func TestDistAgainstSortedSlice(t *testing.T) {
	t.Parallel()
	d := &Dist{}
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(ticks(), 1, 60).Draw(t, "values")
		d.refill(values)
		slices.Sort(values)
		least, _ := d.Min()
		most, _ := d.Max()
		if n := len(values); least != float64(values[0])/ticksPerUnit || most != float64(values[n-1])/ticksPerUnit {
			t.Fatalf("extremes: got %v to %v, want exactly %v to %v", least, most, values[0], values[n-1])
		}
		for i, want := range values {
			got, ok := d.Rank(int64(i + 1))
			if !ok || !near3(got, want) || got < least || got > most {
				t.Fatalf("rank %d: got %v %v, want %v ticks", i+1, got, ok, want)
			}
			below, ok := d.atLeast(int64(i + 1))
			if !ok || !near3(below, want) || below > float64(want)/ticksPerUnit {
				t.Fatalf("lower bound of rank %d: got %v %v, want at most %v ticks", i+1, below, ok, want)
			}
		}
	})
}

// TestRankIsNeverOffByOne: with as many distinct values as there are ranks,
// each rank has its own.
func TestRankIsNeverOffByOne(t *testing.T) {
	t.Parallel()
	d := &Dist{}
	for n := int64(1); n <= 300; n++ {
		d.Add(n*ticksPerThousandth, 1)
		for k := int64(1); k <= n; k++ {
			if v, _ := d.Rank(k); v != float64(k)/1000 {
				t.Fatalf("rank %d of %d: got %v, want %v", k, n, v, float64(k)/1000)
			}
		}
	}
	for _, k := range []int64{-1, 0, 301} {
		if v, ok := d.Rank(k); ok {
			t.Errorf("rank %d of 300: got %v, want none", k, v)
		}
	}
}

func TestNearestRank(t *testing.T) {
	t.Parallel()
	tests := []struct {
		q    float64
		n    int64
		want int64
	}{
		{0.5, 1, 1}, {0.5, 2, 1}, {0.5, 3, 2}, {0.5, 4, 2},
		{0.99, 100, 99}, {0.99, 101, 100}, {0.999, 1000, 999},
		{0.07, 100, 7}, {0.55, 100, 55}, {0.99, 1_000_000_000, 990_000_000}, {0.999, 7_000_000_000, 6_993_000_000},
		{0, 10, 1}, {1, 10, 10}, {0.01, 10, 1}, {0.5, 0, 0},
	}
	for _, tt := range tests {
		if got := NearestRank(tt.q, tt.n); got != tt.want {
			t.Errorf("rank of %v in %d: got %d, want %d", tt.q, tt.n, got, tt.want)
		}
	}
}

func TestEmptyDistHasNoValues(t *testing.T) {
	t.Parallel()
	dropped := &Dist{}
	dropped.Add(-1, 1)
	used := distOf([]int64{5, 7})
	used.Reset()
	for name, d := range map[string]*Dist{"zero": {}, "only dropped": dropped, "reset": used} {
		for what, ask := range map[string]func() (float64, bool){
			"min": d.Min, "max": d.Max, "mean": d.Mean, "stddev": d.Stddev,
			"median": func() (float64, bool) { return d.Quantile(0.5) },
		} {
			if v, ok := ask(); ok || v != 0 {
				t.Errorf("%s of the %s dist: got %v %v, want none", what, name, v, ok)
			}
		}
		if d.Count() != 0 || len(d.Bars()) != 0 {
			t.Errorf("%s: got %d values in %v, want none", name, d.Count(), d.Bars())
		}
	}
}

func TestDistCountsWhatItCannotHold(t *testing.T) {
	t.Parallel()
	const hour = highest * ticksPerThousandth
	tests := []struct {
		name          string
		ticks         int64
		held, dropped int64
	}{
		{"before the epoch", -1, 0, 3},
		{"nothing", 0, 3, 0},
		{"less than the histogram resolves", 1, 3, 0},
		{"the hour", hour, 3, 0},
		{"past the hour", hour + 1e6, 0, 3},
		{"as large as can be", math.MaxInt64, 0, 3},
		{"as small as can be", math.MinInt64, 0, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := &Dist{}
			d.Add(tt.ticks, 3)
			equal(t, "held", d.Count(), tt.held)
			equal(t, "dropped", d.Dropped(), tt.dropped)
			sum := &Dist{}
			sum.Merge(d)
			equal(t, "held after a merge", sum.Count(), tt.held)
			equal(t, "dropped after a merge", sum.Dropped(), tt.dropped)
			sum.Reset()
			equal(t, "dropped after a reset", sum.Dropped(), 0)
		})
	}
}

// TestMergeIsAdding: a merged Dist is the one that got all values itself.
func TestMergeIsAdding(t *testing.T) {
	t.Parallel()
	var merged, other, all Dist
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOfN(ticks(), 0, 20).Draw(t, "a")
		b := rapid.SliceOfN(ticks(), 0, 20).Draw(t, "b")
		merged.refill(a)
		merged.Merge(other.refill(b))
		same(t, &merged, all.refill(slices.Concat(a, b)))
	})
}

// TestMergeSharesNoMemory: an empty Dist takes a copy instead of adding.
func TestMergeSharesNoMemory(t *testing.T) {
	t.Parallel()
	var d Dist
	from := distOf([]int64{5e6, 9e6})
	d.Merge(from)
	from.Add(1, 1)
	same(t, &d, distOf([]int64{5e6, 9e6}))
}

// same compares all that a Dist tells.
func same(t rapid.TB, got, want *Dist) {
	t.Helper()
	if got.Count() != want.Count() || !slices.Equal(got.Bars(), want.Bars()) {
		t.Fatalf("got %d values in %v, want %d in %v", got.Count(), got.Bars(), want.Count(), want.Bars())
	}
	gotMin, _ := got.Min()
	wantMin, _ := want.Min()
	gotMax, _ := got.Max()
	wantMax, _ := want.Max()
	if gotMin != wantMin || gotMax != wantMax {
		t.Fatalf("extremes: got %v to %v, want %v to %v", gotMin, gotMax, wantMin, wantMax)
	}
}

func TestMeanStaysInsideTheExtremes(t *testing.T) {
	t.Parallel()
	d := &Dist{}
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(ticks(), 1, 20).Draw(t, "values")
		d.refill(values)
		mean, _ := d.Mean()
		least, _ := d.Min()
		most, _ := d.Max()
		sum := 0.0
		for _, v := range values {
			sum += float64(v)
		}
		if mean < least || mean > most || !near3(mean, int64(sum/float64(len(values)))) {
			t.Fatalf("got %v of %v to %v, want %v ticks", mean, least, most, sum/float64(len(values)))
		}
	})
}

func TestBars(t *testing.T) {
	t.Parallel()
	d := distOf([]int64{0, 5_000, 5_000, 1_350_400_000})
	want := []Bar{{0, 1}, {0.005, 2}, {1350.655, 1}}
	if got := d.Bars(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
