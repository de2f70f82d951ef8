package verdict

import (
	"math"
	"testing"
)

func TestTooFew(t *testing.T) {
	t.Parallel()
	tests := []struct {
		got  *Undecidable
		want string // "": it can be decided
	}{
		{TooFewPairs(6, 6, 0.05), "cannot decide: 6 metrics at α 0.05 need 7 pairs, have 6"},
		{TooFewPairs(6, 7, 0.05), ""},
		{TooFewPairs(1, 4, 0.05), "cannot decide: a metric at α 0.05 needs 5 pairs, have 4"},
		{TooFewPairs(1, 5, 0.05), ""},
		{TooFewPairs(0, 5, 0.05), ""},
		{TooFewRuns(6, 3, 8, 0.05), "cannot decide: 6 metrics at α 0.05 need 5 runs a side, have 3"},
		{TooFewRuns(1, 4, 4, 0.05), "cannot decide: a metric at α 0.05 needs 5 runs a side, have 4"},
		{TooFewRuns(6, 5, 5, 0.05), ""},
		{TooFewRuns(6, 5, 5, 0.01), "cannot decide: 6 metrics at α 0.01 need 7 runs a side, have 5"},
		{TooFewRuns(6, 5, 60, 0.01), ""},
		{TooFewRuns(1, 5, 5, 2.0/252), ""},
	}
	for _, tt := range tests {
		got := ""
		if tt.got != nil {
			got = tt.got.Error()
		}
		if got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
	if got := smallestMannWhitney(5, 5); math.Abs(got-2.0/252) > 1e-9 {
		t.Errorf("of 252 ways to deal two are the furthest apart: %v", got)
	}
}

// Six metrics of which none could be called a regression with six pairs are not
// let through either, however alike they are.
func TestTooFewPairsNeverPass(t *testing.T) {
	t.Parallel()
	for pairs, want := range map[int]Call{6: Inconclusive, 7: Same} {
		family := make([]Paired, 6)
		for i := range family {
			family[i] = Paired{Base: scaled(100, pairs), Head: scaled(100, pairs), Margin: Margin{Relative: 0.1}}
		}
		out, err := Compare(family, 0.05)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range out {
			if c.Call != want {
				t.Errorf("%d pairs: %v, want %v", pairs, c.Call, want)
			}
		}
	}
}
