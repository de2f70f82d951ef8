package bench

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestWarpIsMonotone: whatever is changed, the instants of a schedule keep their
// order, and what lies behind a change is not moved by it.
func TestWarpIsMonotone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w, now := warp{{speed: 1}}, time.Duration(0)
		own := rapid.SliceOfN(rapid.Int64Range(0, int64(time.Hour)), 2, 20)
		for range rapid.IntRange(0, 20).Draw(t, "changes") {
			now += time.Duration(rapid.Int64Range(0, int64(time.Minute)).Draw(t, "after"))
			before := w
			w = append(warp(nil), w...).turn(now, rapid.SampledFrom([]float64{0, 0.01, 0.3, 1, 7.7, 100}).Draw(t, "speed"))
			for _, o := range own.Draw(t, "own") {
				o := time.Duration(o)
				was, is, next := before.at(o), w.at(o), w.at(o+time.Second)
				if is > next {
					t.Fatalf("%v lies at %v, and a second later at %v: %v", o, is, next, w)
				}
				if was < now && was != is {
					t.Fatalf("%v lay at %v, and after a change at %v at %v: %v", o, was, now, is, w)
				}
				if was >= now && is < now {
					t.Fatalf("%v lay ahead at %v, and after a change at %v behind at %v: %v", o, was, now, is, w)
				}
				if got := w.from(o).at(o); got != is {
					t.Fatalf("%v lies at %v, and without earlier legs at %v: %v", o, is, got, w)
				}
			}
		}
	})
}

func TestWarpStandsStill(t *testing.T) {
	t.Parallel()
	w := warp{{speed: 1}}.turn(10, 0).turn(15, 2).turn(20, 0).turn(30, 1)
	for _, tt := range []struct{ from, to, want time.Duration }{
		{0, 10, 0}, {0, 12, 2}, {12, 13, 1}, {0, 17, 5}, {14, 26, 7}, {0, 100, 15}, {30, 40, 0}, {16, 19, 0},
	} {
		equal(t, "stood still", w.stood(tt.from, tt.to), tt.want)
	}
	w = w.turn(40, 0)
	equal(t, "and still does", w.stood(0, 50), 25)
	equal(t, "the instant of the stop comes after it", w.at(30), never)
	equal(t, "what lies before does not", w.at(29), 39)
}
