package compare

import (
	"math"
	"strings"
	"testing"
)

func TestNoiseFloor(t *testing.T) {
	t.Parallel()
	const spread = 0.1
	sides := []Side{sideOf("base", 9, 1, 1000, spread, streamRun), sideOf("again", 9, 2, 1000, spread, streamRun)}
	aa := compared(t, sides, Options{Paired: true, AA: true}).AA
	if aa == nil || aa.Declared != 0.05 || aa.Tests != 6 || len(aa.Metrics) != 6 {
		t.Fatalf("%+v", aa)
	}
	// Two runs that spread by 10 % each differ by 14 %.
	n := aa.Metrics[0]
	if want := spread * math.Sqrt2; n.Deviation == nil || *n.Deviation < want/2 || *n.Deviation > want*2 || n.Widest < *n.Deviation {
		t.Errorf("%+v, want about %v", n, want)
	}
	if n.Detectable == nil || *n.Detectable < *n.Deviation/4 || *n.Detectable > 2**n.Deviation {
		t.Errorf("%+v", n)
	}
	// Errors of which there were none would seem to be found from 0 on.
	if errs := aa.Metrics[5]; !errs.Absolute || *errs.Deviation != 0 || errs.Detectable != nil || errs.cells()[2] != "–" {
		t.Errorf("%+v", errs)
	}
	words := strings.Join(aa.words(), "\n")
	if !strings.Contains(words, "0 of 6 metrics were called worse; declared: any, in at most 5 % of such comparisons.") {
		t.Error(words)
	}
}

// Few pairs find nothing, and say so.
func TestNoiseOfTooFewPairs(t *testing.T) {
	t.Parallel()
	sides := []Side{sideOf("base", 4, 1, 100, 0.1, streamRun), sideOf("again", 4, 2, 100, 0.1, streamRun)}
	c := compared(t, sides, Options{Paired: true, AA: true})
	if n := c.AA.Metrics[0]; n.Detectable != nil || n.cells()[2] != "–" {
		t.Errorf("%+v", n)
	}
}

// One pair has no deviation, and 0 would say that nothing ever moves.
func TestNoiseOfOnePairHasNoDeviation(t *testing.T) {
	t.Parallel()
	sides := []Side{sideOf("base", 1, 1, 100, 0.1, streamRun), sideOf("again", 1, 2, 100, 0.1, streamRun)}
	c := compared(t, sides, Options{Paired: true, AA: true})
	if n := c.AA.Metrics[0]; n.Deviation != nil || n.Widest == 0 || n.cells()[0] != "–" {
		t.Errorf("%+v", n)
	}
}
