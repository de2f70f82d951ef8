package bench

import (
	"iter"
	"math"
	"slices"
	"testing"
	"time"
)

// first lists the first n starts of a schedule.
func first(p Pacer, n int) []time.Duration {
	var at []time.Duration
	for d := range p {
		at = append(at, d)
		if len(at) == n {
			break
		}
	}
	return at
}

func TestPacers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		pacer Pacer
		want  []time.Duration
	}{
		{"constant", Constant(4), []time.Duration{0, 250 * ms, 500 * ms, 750 * ms, 1000 * ms}},
		{"constant, in thirds", Constant(3), []time.Duration{0, 333333333, 666666667, 1000000000, 1333333333}},
		{"slower than one a second", Constant(0.5), []time.Duration{0, 2000 * ms, 4000 * ms, 6000 * ms, 8000 * ms}},
		{"ramp", Constant(10).Ramp(time.Second), []time.Duration{
			0, 447213595, 632455532, 774596669, 894427191, // √(2·u) for u = 0.1 s …
			1000 * ms, 1100 * ms, 1200 * ms, // … and from then on at full speed
		}},
		{"no ramp", Constant(2).Ramp(0), []time.Duration{0, 500 * ms, 1000 * ms}},
		{"for", Constant(4).For(600 * ms), []time.Duration{0, 250 * ms, 500 * ms}},
		{"for, up to a start", Constant(4).For(500 * ms), []time.Duration{0, 250 * ms}},
		{"then", Constant(2).For(time.Second).Then(time.Second, Constant(4).For(600*ms)), []time.Duration{
			0, 500 * ms, 1000 * ms, 1250 * ms, 1500 * ms,
		}},
		{"then, after a pause", list(0).Then(time.Minute, list(0, ms)), []time.Duration{0, time.Minute, time.Minute + ms}},
		{"ramp of a stage", Constant(10).Ramp(400*ms).For(500*ms).Then(500*ms, Constant(1).For(time.Second)), []time.Duration{
			0, 282842712, 400 * ms, 500 * ms,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			equalTimes(t, "starts", first(tt.pacer, len(tt.want)), tt.want)
		})
	}
}

func TestFiniteSchedulesEnd(t *testing.T) {
	t.Parallel()
	p := Constant(4).For(time.Second).Then(time.Second, Constant(2).Ramp(time.Second).For(time.Second))
	equal(t, "starts", len(slices.Collect(iter.Seq[time.Duration](p))), 5)
}

func TestConstantDoesNotDrift(t *testing.T) {
	t.Parallel()
	n, last := 0, time.Duration(-1)
	for at := range Constant(3) {
		if at <= last {
			t.Fatalf("start %d: got %v after %v", n, at, last)
		}
		if last = at; n == 1e6 {
			break
		}
		n++
	}
	equal(t, "start a million", last, 333333333333333*time.Nanosecond)
}

func random() map[string]func(seed uint64) Pacer {
	return map[string]func(seed uint64) Pacer{
		"poisson":    func(seed uint64) Pacer { return Poisson(50, seed) },
		"gamma 0.25": func(seed uint64) Pacer { return Gamma(50, 0.25, seed) },
		"gamma 1":    func(seed uint64) Pacer { return Gamma(50, 1, seed) },
		"gamma 4":    func(seed uint64) Pacer { return Gamma(50, 4, seed) },
	}
}

// TestSameSeedSameSchedule: also when one schedule is ranged over twice, as
// happens when an open loop counts the starts that found no room.
func TestSameSeedSameSchedule(t *testing.T) {
	t.Parallel()
	for name, pacer := range random() {
		p := pacer(7)
		want := first(p, 100)
		equalTimes(t, name+" again", first(p, 100), want)
		equalTimes(t, name+" of the same seed", first(pacer(7), 100), want)
		if slices.Equal(first(pacer(8), 100), want) {
			t.Errorf("%s: two seeds give one schedule", name)
		}
	}
}

// TestRandomGapsHaveTheirMoments: mean 1/rate, and a coefficient of variation
// of 1/√shape.
func TestRandomGapsHaveTheirMoments(t *testing.T) {
	t.Parallel()
	want := map[string]float64{"poisson": 1, "gamma 0.25": 2, "gamma 1": 1, "gamma 4": 0.5}
	for name, pacer := range random() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			starts := first(pacer(1), 100_000)
			if !slices.IsSorted(starts) {
				t.Error("starts are not in order")
			}
			sum, squares, last := 0.0, 0.0, time.Duration(0)
			for _, at := range starts {
				gap := (at - last).Seconds()
				sum, squares, last = sum+gap, squares+gap*gap, at
			}
			n := float64(len(starts))
			mean := sum / n
			cv := math.Sqrt(squares/n-mean*mean) / mean
			if math.Abs(mean*50-1) > 0.02 || math.Abs(cv/want[name]-1) > 0.02 {
				t.Errorf("got mean %.5f and variation %.4f, want 0.02 and %v", mean, cv, want[name])
			}
		})
	}
}

// TestRampHalvesTheStarts: half as many requests start while the rate grows.
func TestRampHalvesTheStarts(t *testing.T) {
	t.Parallel()
	equal(t, "starts in the ramp", len(slices.Collect(iter.Seq[time.Duration](Constant(1000).Ramp(2*time.Second).For(2*time.Second)))), 1000)
	starts := first(Poisson(500, 3).Ramp(2*time.Second), 2000)
	if !slices.IsSorted(starts) {
		t.Error("starts are not in order")
	}
}
