package compare

import (
	"strings"
	"testing"

	"github.com/aibench/aibench/report"
)

// Of pairs that were made again every output tells, and none of their discarded runs counts.
func TestDiscardedRuns(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		base, head []*report.Run
		want       string
	}{
		{"one", nil, []*report.Run{limitedIn(2, "x")}, "1 pair was run again, since the client was the limit: pair 2 (head: "},
		{"with its other side", []*report.Run{streamRun("y", 2, 100)}, []*report.Run{limitedIn(2, "x")}, "1 pair was run again, "},
		{"two", []*report.Run{limitedIn(7, "y")}, []*report.Run{limitedIn(2, "x")}, "2 pairs were run again, since the client was the limit: pair 2 (head: "},
		{"one, twice", []*report.Run{limitedIn(2, "y")}, []*report.Run{limitedIn(2, "x")}, "pairs were run again 2 times, "},
	}
	plain := compared(t, pair(1.2), Options{Paired: true})
	for _, tt := range tests {
		sides := pair(1.2)
		sides[0].Discarded, sides[1].Discarded = tt.base, tt.head
		c := compared(t, sides, Options{Paired: true})
		if got := c.again(); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if c.Sentence != plain.Sentence || c.Verdict != Regression || len(c.InvalidRuns) > 0 {
			t.Errorf("%s: %s; want what the other runs say: %s", tt.name, c.Sentence, plain.Sentence)
		}
	}
}
