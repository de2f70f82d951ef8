package bench

import (
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

func TestHeatRowsGrowByHalfOctaves(t *testing.T) {
	t.Parallel()
	for row, want := range map[int]float64{0: 0, 1: 0.1, 3: 0.2, 5: 0.4, 27: 819.2} {
		equal(t, "edge", HeatEdge(row), want)
	}
	for row := 2; row < HeatRows; row++ {
		if step := HeatEdge(row) / HeatEdge(row-1); math.Abs(step-math.Sqrt2) > 1e-12 {
			t.Errorf("row %d: got a step of %v, want half an octave", row, step)
		}
	}
	const hour = 3_600_000
	if last := HeatEdge(HeatRows - 1); last <= hour || last > 1.5*hour {
		t.Errorf("last row: got %v, want one that begins past the hour", last)
	}
}

func TestHeatMetrics(t *testing.T) {
	t.Parallel()
	for kinds, want := range map[Kinds][]MetricID{Streams: {TTFT, ChunkGap, E2E}, Jobs: {QueueWait, Run, Completion}} {
		if got := HeatMetrics(kinds); !slices.Equal(got, want) || len(got) > shownMetrics {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

// TestHeatCountsByRows: every value is counted once, in its row, to the three
// digits of a histogram.
func TestHeatCountsByRows(t *testing.T) {
	t.Parallel()
	d := &Dist{}
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(ticks(), 0, 20).Draw(t, "values")
		counts := make([]uint32, HeatRows)
		d.refill(values).heat(counts)
		slices.Sort(values)
		for row, n := range counts {
			for ; n > 0; n-- {
				v := float64(values[0]) / ticksPerUnit
				if v < HeatEdge(row)*0.999-0.001 || row+1 < HeatRows && v > HeatEdge(row+1)*1.001+0.001 {
					t.Fatalf("%v ms in row %d: want %v to %v", v, row, HeatEdge(row), HeatEdge(row+1))
				}
				values = values[1:]
			}
		}
		if len(values) != 0 {
			t.Fatalf("%v is not counted", values)
		}
	})
}

func TestSecondsHaveHeat(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		res := perform(t, Scenario{
			Target: &script{epoch: epoch, first: 50 * ms, gap: 100 * ms, chunks: 4},
			Load:   Closed{Users: 3}, Duration: 3 * time.Second, Drain: time.Minute, Epoch: epoch,
		})
		sums := map[MetricID]int64{}
		for i := range res.Series {
			for _, id := range HeatMetrics(Streams) {
				counts := res.Series[i].HeatOf(id)
				equal(t, "rows", len(counts), HeatRows)
				for row, n := range counts {
					sums[id] += int64(n)
					at := map[MetricID]float64{TTFT: 50, ChunkGap: 100, E2E: 350}[id]
					if n > 0 && (HeatEdge(row) > at || HeatEdge(row+1) <= at) {
						t.Errorf("%v: got %d in row %d from %v ms, want %v", id, n, row, HeatEdge(row), at)
					}
				}
			}
		}
		for id, sum := range sums {
			equal(t, "values", sum, res.Tally.Dists[id].Count())
		}
		if got := res.Series[0].HeatOf(QueueWait); got != nil {
			t.Errorf("heat of another kind: got %v, want none", got)
		}
	})
}
