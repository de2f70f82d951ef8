package verdict

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// A sim imagines gates over six metrics of one server. A run's values spread
// about the truth by a standard deviation of spread, in logarithms; half of
// that variance is the run's mood, which all its metrics share.
type sim struct {
	gates  int
	runs   int     // pairs, or runs a side
	spread float64 // 0.05: two runs of one commit differ by 7 %, as a rule
	shift  float64 // of head, as a factor
}

const simAlpha = 0.05

// run gives six values of one run.
func (s sim) run(rng *rand.Rand, truth float64) (values [6]float64) {
	sd := s.spread / math.Sqrt2
	mood := rng.NormFloat64() * sd
	for m := range values {
		values[m] = truth * math.Exp(mood+rng.NormFloat64()*sd)
	}
	return values
}

// count performs the gates: how many found a regression in any metric, in how
// many a given metric was one, and how many passed.
func (s sim) count(t *testing.T, compare func([]Paired) ([]Comparison, error)) (failed, first, passed int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(7, uint64(s.runs)))
	for range s.gates {
		family := make([]Paired, 6)
		for range s.runs {
			base, head := s.run(rng, 100), s.run(rng, 100*s.shift)
			for m := range family {
				family[m].Base, family[m].Head = append(family[m].Base, base[m]), append(family[m].Head, head[m])
			}
		}
		for m := range family {
			family[m].Name, family[m].Margin = fmt.Sprint(m), Margin{Relative: 0.1}
		}
		out, err := compare(family)
		if err != nil {
			t.Fatal(err)
		}
		worse, open := 0, 0
		for _, c := range out {
			switch c.Call {
			case Worse:
				worse++
			case Inconclusive:
				open++
			case NotWorse, Same, Better:
			}
		}
		if worse > 0 {
			failed++
		} else if open == 0 {
			passed++
		}
		if out[0].Call == Worse {
			first++
		}
	}
	return failed, first, passed
}

func pairedGate(family []Paired) ([]Comparison, error) { return Compare(family, simAlpha) }

func setsGate(family []Paired) ([]Comparison, error) {
	sets := make([]Sets, len(family))
	for i := range family {
		sets[i] = Sets(family[i])
	}
	return CompareSets(sets, simAlpha)
}

// Two thousand gates over six metrics without any change raise false alarms at
// no more than the declared rate, however much the runs spread; three standard
// errors are allowed.
func TestNoChangeRarelyFailsAGate(t *testing.T) {
	t.Parallel()
	const n = 2000
	most := simAlpha*n + 3*math.Sqrt(simAlpha*(1-simAlpha)*n)
	for _, tt := range []struct {
		name string
		gate func([]Paired) ([]Comparison, error)
		sim  sim
	}{
		{"8 pairs, 5 %", pairedGate, sim{n, 8, 0.05, 1}},
		{"8 pairs, 30 %", pairedGate, sim{n, 8, 0.30, 1}},
		{"5 runs a side, 30 %", setsGate, sim{n, 5, 0.30, 1}},
		{"8 runs a side, 30 %", setsGate, sim{n, 8, 0.30, 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			failed, _, passed := tt.sim.count(t, tt.gate)
			t.Logf("%d of %d gates without a change failed (%.1f %%, declared %v %%), %.1f %% passed",
				failed, n, 100*float64(failed)/n, 100*simAlpha, 100*float64(passed)/n)
			if float64(failed) > most {
				t.Errorf("%d of %d gates failed, want at most %.0f", failed, n, most)
			}
		})
	}
}

// A change of 20 % is found with the stated power by gates of eight pairs, and
// passes none.
func TestATrueShiftIsFound(t *testing.T) {
	t.Parallel()
	const n = 500
	for _, tt := range []struct {
		name  string
		gate  func([]Paired) ([]Comparison, error)
		sim   sim
		power float64 // that a gate fails, at least
	}{
		{"8 pairs, 5 %", pairedGate, sim{n, 8, 0.05, 1.2}, 0.99},
		{"8 pairs, 10 %", pairedGate, sim{n, 8, 0.10, 1.2}, 0.90},
		{"8 pairs, 15 %", pairedGate, sim{n, 8, 0.15, 1.2}, 0.55},
		{"8 runs a side, 5 %", setsGate, sim{n, 8, 0.05, 1.2}, 0.99},
		{"8 runs a side, 10 %", setsGate, sim{n, 8, 0.10, 1.2}, 0.80},
		{"5 runs a side, 5 %", setsGate, sim{n, 5, 0.05, 1.2}, 0.99},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			failed, first, passed := tt.sim.count(t, tt.gate)
			found := float64(failed) / n
			t.Logf("a shift of 20 %% in all six was found by %.1f %% of %d gates (stated: %.0f %%), in a given one by %.1f %%; %d passed",
				100*found, n, 100*tt.power, 100*float64(first)/n, passed)
			if found < tt.power || float64(passed) > (1-tt.power)*n {
				t.Errorf("found by %.3f, want %v; %d passed", found, tt.power, passed)
			}
		})
	}
}
