package compare

import (
	"math"
	"testing"
)

// Two hundred comparisons of a thing with itself, whose runs spread by 20 %, raise false alarms at no more than the
// declared rate; three standard errors are allowed.
func TestFalseAlarms(t *testing.T) {
	t.Parallel()
	const n, alpha = 200, 0.05
	alarms := 0
	for i := range uint64(n) {
		sides := []Side{sideOf("base", 8, 2*i+10, 100, 0.2, streamRun), sideOf("head", 8, 2*i+11, 100, 0.2, streamRun)}
		if compared(t, sides, Options{Paired: true}).Verdict == Regression {
			alarms++
		}
	}
	if most := alpha*n + 3*math.Sqrt(alpha*(1-alpha)*n); float64(alarms) > most {
		t.Errorf("%d of %d, want at most %.0f", alarms, n, most)
	}
}

// A head that is 30 % slower is found, with runs that spread by 5 %, in nearly every comparison, and never passes.
func TestAThirdSlowerIsFound(t *testing.T) {
	t.Parallel()
	const n = 100
	found := 0
	for i := range uint64(n) {
		sides := []Side{sideOf("base", 8, 2*i+10, 100, 0.05, streamRun), sideOf("head", 8, 2*i+11, 130, 0.05, streamRun)}
		switch compared(t, sides, Options{Paired: true}).Verdict {
		case Regression:
			found++
		case Pass:
			t.Errorf("comparison %d passed", i)
		}
	}
	if found < n*95/100 {
		t.Errorf("found in %d of %d", found, n)
	}
}
