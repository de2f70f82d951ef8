package compare

import (
	"strings"
	"testing"
)

func saved(base, head int, factor float64) []Side {
	return []Side{sideOf("base", base, 1, 100, 0.03, streamRun), sideOf("head", head, 2, 100*factor, 0.03, streamRun)}
}

func TestSavedRuns(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name       string
		base, head int
		factor     float64
		want, says string
	}{
		{"a third slower", 6, 8, 1.3, Regression, "ttft.p50 of head is"},
		{"the same", 8, 8, 1, Pass, "over 8 runs a side"},
		{"a third faster", 8, 7, 0.7, Pass, "better: ttft.p50"},
		{"too few", 4, 9, 1.3, Undecidable, "cannot decide: 6 metrics at α 0.05 need 5 runs a side, have 4"},
		{"one and one", 1, 1, 1.3, Undecidable, "need 5 runs a side, have 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := compared(t, saved(test.base, test.head, test.factor), Options{})
			if c.Verdict != test.want || !strings.Contains(c.Sentence, test.says) || c.Test != MannWhitney {
				t.Errorf("%s by %s: %q\nwant %s: %q", c.Verdict, c.Test, c.Sentence, test.want, test.says)
			}
			if c.Rows[0].Change < test.factor-1-0.1 || c.Rows[0].Change > test.factor-1+0.1 {
				t.Errorf("change %v, want about %v", c.Rows[0].Change, test.factor-1)
			}
		})
	}
}
