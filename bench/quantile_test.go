package bench

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestNeeded(t *testing.T) {
	t.Parallel()
	tests := []struct {
		q    float64
		want int64
	}{
		{0, 1}, {0.01, 688}, {0.5, 10}, {0.75, 25}, {0.9, 66}, {0.95, 135}, {0.99, 688}, {0.999, 6905}, {1, 1},
	}
	for _, tt := range tests {
		if got := Needed(tt.q); got != tt.want {
			t.Errorf("requests needed for %v: got %d, want %d", tt.q, got, tt.want)
		}
	}
}

// tallyOf has a response time for each duration, and a running request for
// each age, in whole milliseconds.
func tallyOf(finished, running []int) *Tally {
	t := &Tally{}
	for _, v := range finished {
		t.Dists[Response].Add(int64(v)*int64(ms), 1)
	}
	for _, v := range running {
		t.censor(Response, int64(v)*int64(ms))
	}
	return t
}

func TestFoundings(t *testing.T) {
	t.Parallel()
	ten := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	tests := []struct {
		name     string
		finished []int
		running  []int
		q        float64
		want     Quantile
	}{
		{"nothing measured", nil, nil, 0.5, Quantile{Founding: Missing, Need: 10}},
		{"too few", ten[:9], nil, 0.5, Quantile{Founding: Withheld, Have: 9, Need: 10}},
		{"just enough", ten, nil, 0.5, Quantile{Founding: Known, Value: 5, Have: 10, Need: 10}},
		{"enough for the median alone", ten, nil, 0.99, Quantile{Founding: Withheld, Have: 10, Need: 688}},
		{"the extremes are what was seen", ten[:1], nil, 1, Quantile{Founding: Known, Value: 1, Have: 1, Need: 1}},
		{"those running count as well", ten[:6], []int{20, 30, 40, 50}, 0.5, Quantile{Founding: Known, Value: 5, Have: 10, Need: 10}},
		{"and rank above all, young ones too", ten[5:], []int{1, 2, 3, 4, 5}, 0.5, Quantile{Founding: Known, Value: 10, Have: 10, Need: 10}},
		{"a quantile among them is a bound", ten[:4], []int{20, 30, 40, 50, 60, 70}, 0.5, Quantile{Founding: Above, Value: 20, Have: 10, Need: 10}},
		{"nothing finished", nil, ten, 0.5, Quantile{Founding: Above, Value: 5, Have: 10, Need: 10}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.want.Q = tt.q
			got := tallyOf(tt.finished, tt.running).Quantile(Response, tt.q)
			if !near3(got.Value, int64(tt.want.Value*ticksPerUnit)) || got.Founding == Above && got.Value > tt.want.Value {
				t.Errorf("value: got %v, want %v", got.Value, tt.want.Value)
			}
			got.Value = tt.want.Value
			equal(t, "quantile", got, tt.want)
		})
	}
}

// TestBoundHolds: a bound never exceeds the quantile that following every
// request to its end would have given.
func TestBoundHolds(t *testing.T) {
	t.Parallel()
	tally := &Tally{}
	rapid.Check(t, func(t *rapid.T) {
		tally.reset()
		truth := rapid.SliceOfN(ticks(), 10, 80).Draw(t, "truth")
		for _, v := range truth {
			if rapid.Bool().Draw(t, "followed to its end") {
				tally.Dists[Response].Add(v, 1)
				continue
			}
			tally.Censored[Response].Add(rapid.Int64Range(0, v).Draw(t, "age"), 1)
		}
		slices.Sort(truth)
		q := rapid.Float64Range(0, 1).Draw(t, "q")
		want := float64(truth[NearestRank(q, int64(len(truth)))-1]) / ticksPerUnit
		if got := tally.Quantile(Response, q); got.Founding == Above && got.Value > want {
			t.Fatalf("bound of q %v: got %v, want at most %v", q, got.Value, want)
		}
	})
}

func TestAgePastTheRangeIsABoundAtItsEnd(t *testing.T) {
	t.Parallel()
	tally := &Tally{}
	for range 10 {
		tally.censor(Response, math.MaxInt64)
	}
	got := tally.Quantile(Response, 0.5)
	equal(t, "founding", got.Founding, Above)
	equal(t, "bound", got.Value, 3_600_000.0)
	equal(t, "dropped", tally.Censored[Response].Dropped(), 0)
}

// TestGapsCountTheirRequests: one freeze hits hundreds of gaps at once, which
// makes them one observation and not hundreds.
func TestGapsCountTheirRequests(t *testing.T) {
	t.Parallel()
	tally := &Tally{GapRequests: 9}
	tally.Dists[ChunkGap].Add(int64(20*ms), 1000)
	equal(t, "from nine requests", tally.Quantile(ChunkGap, 0.5), Quantile{Q: 0.5, Founding: Withheld, Have: 9, Need: 10})
	tally.GapRequests++
	equal(t, "from ten", tally.Quantile(ChunkGap, 0.5), Quantile{Q: 0.5, Founding: Known, Value: 20, Have: 10, Need: 10})
}

func TestITLNeedsKnownTokens(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name            string
		agrees, differs int64
		want            Founding
	}{
		{"no usage figures", 0, 0, Missing},
		{"every figure agrees with the chunks", 3, 0, Known},
		{"one does not", 3, 1, Missing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tally := &Tally{GapRequests: 10, UsageAgrees: tt.agrees, UsageDiffers: tt.differs}
			tally.Dists[ITL].Add(int64(20*ms), 10)
			equal(t, "founding", tally.Quantile(ITL, 0.5).Founding, tt.want)
			equal(t, "counted", tally.Count(ITL) > 0, tt.want == Known)
		})
	}
}
