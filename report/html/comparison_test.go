package html

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/compare"
)

// comparisonFor writes the page of a comparison.
func comparisonFor(t *testing.T, c *compare.Comparison, sides ...compare.Side) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteComparison(&b, c, sides); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// compared reads a comparison that its own package is tested with.
func compared(t *testing.T, name string) *compare.Comparison {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, err := compare.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestComparisonsAreWellFormed(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("../compare/testdata/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no comparisons: %v", err)
	}
	for _, name := range names {
		c := compared(t, name)
		var sides []compare.Side
		for _, s := range c.Sides {
			sides = append(sides, compare.Side{Name: s.Name, Runs: []*report.Run{lasting(4)}})
		}
		for _, page := range []string{comparisonFor(t, c), comparisonFor(t, c, sides...)} {
			wellFormed(t, page)
			unsoiled(t, page)
			text := textOf(page)
			_, sentence, _ := strings.Cut(c.Sentence, " ") // of which the first word may stand above it
			_, sentence, _ = strings.Cut(sentence, " ")
			for _, want := range []string{sentence, c.Shown().Method, "Sides"} {
				if want = strings.Join(strings.Fields(want), " "); !strings.Contains(text, want) {
					t.Errorf("%s: the page does not say %q", name, want)
				}
			}
		}
	}
}

// TestComparisonShowsTheRunInTheMiddle: the best run of one side against the
// worst of the other would show a change where there is none.
func TestComparisonShowsTheRunInTheMiddle(t *testing.T) {
	t.Parallel()
	side := compare.Side{Name: "head"}
	for _, p50 := range []float64{300, 100, 200} {
		run := lasting(2)
		run.Metrics[0].Value.P50 = &p50
		side.Runs = append(side.Runs, run)
	}
	side.Runs = append(side.Runs, nil)
	got := typical(&side)
	if *got.Metrics[0].Value.P50 != 200 || *got.Label != "head" {
		t.Errorf("got the run of %v ms named %s, want that of 200 ms named head", *got.Metrics[0].Value.P50, *got.Label)
	}
	if *side.Runs[2].Label != "lasting" {
		t.Errorf("the side's own run was renamed %s", *side.Runs[2].Label)
	}
	if typical(&compare.Side{}) != nil {
		t.Error("a side without runs has a typical one")
	}
}

// TestPageSaysOneReasonOnce: the only reason was the sentence again.
func TestPageSaysOneReasonOnce(t *testing.T) {
	t.Parallel()
	for name, most := range map[string]int{"errors": 0, "regression": 5} {
		if r := contrastOf(compared(t, "../compare/testdata/"+name+".json")).Ruling; len(r.Reasons) != most {
			t.Errorf("%s: %d reasons beneath the sentence, want %d: %+v", name, len(r.Reasons), most, r)
		}
	}
}

// TestPageOfAMissedThresholdSaysNoPass: a gate that fails by a threshold was
// green on its page.
func TestPageOfAMissedThresholdSaysNoPass(t *testing.T) {
	t.Parallel()
	c := compared(t, "../compare/testdata/pass.json")
	c.Thresholds = []compare.Threshold{{Side: "head", ThresholdResult: report.ThresholdResult{Expr: "ttft.p50<1ms", Value: new(30.8)}}}
	r := contrastOf(c).Ruling
	if r.Tone != bad || r.Word != "Threshold missed" || !strings.HasPrefix(r.Sentence, "A threshold is missed: head: ttft.p50<1ms: 30.8 ms. ") {
		t.Errorf("%+v", r)
	}
	if page := textOf(comparisonFor(t, c)); !strings.Contains(page, "threshold missed: head: ttft.p50<1ms: 30.8 ms") {
		t.Error("the page does not name it")
	}
	c.Thresholds = append(c.Thresholds, compare.Threshold{Side: "head", ThresholdResult: report.ThresholdResult{Expr: "errors<1%", Value: new(0.0), OK: true}})
	for _, want := range []string{"ttft.p50<1ms head 30.8 ms missed", "errors<1% head 0 % met"} {
		if page := textOf(comparisonFor(t, c)); !strings.Contains(page, want) {
			t.Errorf("the table of thresholds does not say %q", want)
		}
	}
}
