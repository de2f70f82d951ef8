package cmd

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/compare"
)

func TestDecide(t *testing.T) {
	t.Parallel()
	missed := []compare.Threshold{{Side: "head", ThresholdResult: report.ThresholdResult{Expr: "errors<1%", Value: new(0.05)}}}
	tests := []struct {
		name    string
		verdict string
		strict  bool
		demands []compare.Threshold
		silent  bool
		code    int
		said    string
	}{
		{"pass", compare.Pass, true, nil, false, 0, ""},
		{"regression", compare.Regression, false, nil, false, 98, ""},
		{"regression, without a report", compare.Regression, false, nil, true, 98, "aibench: so it is\n"},
		{"invalid", compare.Invalid, false, nil, false, 97, ""},
		{"too few", compare.Undecidable, false, nil, false, 1, "aibench: so it is\n"},
		{"inconclusive", compare.Inconclusive, false, nil, false, 0, ""},
		{"inconclusive, strictly", compare.Inconclusive, true, nil, false, 96, ""},
		{"a threshold", compare.Pass, false, missed, false, 99, ""},
		{"a threshold, without a report", compare.Pass, false, missed, true, 99, "aibench: threshold missed: head: errors<1%: 5.0 %\n"},
		{"a threshold and inconclusive", compare.Inconclusive, true, missed, false, 99, ""},
		{"a threshold and a regression", compare.Regression, false, missed, false, 98, ""},
		{"a threshold and invalid", compare.Invalid, false, missed, false, 97, ""},
	}
	for _, tt := range tests {
		app, _, errs := testApp(nil)
		g := &gateFlags{strict: tt.strict}
		code := app.finish(g.decide(&compare.Comparison{Verdict: tt.verdict, Sentence: "so it is", Thresholds: tt.demands}, tt.silent))
		if code != tt.code || errs.String() != tt.said {
			t.Errorf("%s: exit %d, said %q; want %d, %q", tt.name, code, errs, tt.code, tt.said)
		}
		if err := (*gateFlags)(nil).decide(&compare.Comparison{Verdict: tt.verdict, Thresholds: tt.demands}, tt.silent); err != nil {
			t.Errorf("%s: comparing decides: %v", tt.name, err)
		}
	}
}

// failing is a run of 100 requests, of which some failed.
func failing(n int64) *report.Run {
	counts := report.Counts{Requests: 100, OK: 100 - n}
	counts.Outcomes.Add("ok", 100-n)
	counts.Outcomes.Add("truncated", n)
	return &report.Run{Counts: counts}
}

// A threshold holds for a side when the median of its runs keeps it, and not
// when a run cannot tell.
func TestJudgeByTheMedian(t *testing.T) {
	t.Parallel()
	g := &gateFlags{texts: thresholdTexts{[]string{"errors<4%", "goodput>1/s"}}}
	if err := g.parse(bench.Streams); err != nil {
		t.Fatal(err)
	}
	control := compare.Side{Name: "base", Runs: []*report.Run{failing(99)}}
	tests := []struct {
		name  string
		runs  []*report.Run
		ok    bool
		value float64
	}{
		{"one is wild", []*report.Run{failing(1), failing(50), failing(2)}, true, 0.02},
		{"most are", []*report.Run{failing(1), failing(50), failing(6)}, false, 0.06},
		{"even", []*report.Run{failing(1), failing(7), failing(6), failing(1)}, true, 0.035},
	}
	for _, tt := range tests {
		got := g.judge([]compare.Side{control, {Name: "head", Runs: tt.runs}})
		if len(got) != 2 || got[0].OK != tt.ok || math.Abs(*got[0].Value-tt.value) > 1e-12 || got[0].Side != "head" {
			t.Errorf("%s: got %+v, want %v at %v", tt.name, got, tt.ok, tt.value)
		}
		if got[1].OK || got[1].Value != nil || *got[1].Why != "in run 1: no SLO was given" {
			t.Errorf("%s: what is not known is met: %+v", tt.name, got[1])
		}
	}
}

// The summary is appended to what other steps wrote, and one that cannot be
// written is no reason to fail; annotations keep to a line each.
func TestTellCI(t *testing.T) {
	t.Parallel()
	summary := filepath.Join(t.TempDir(), "summary.md")
	if err := os.WriteFile(summary, []byte("before\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := &compare.Comparison{Verdict: compare.Pass, Sentence: "pass: all is well.", Sides: make([]compare.Summary, 2)}
	c.Thresholds = []compare.Threshold{{Side: "a|b", ThresholdResult: report.ThresholdResult{Expr: "errors<1%", Value: new(0.05)}}}
	app, out, errs := testApp(map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": summary})
	if err := app.tellCI(c, false); err != nil {
		t.Fatal(err)
	}
	if want := "::error title=aibench gate%3A threshold missed::a|b: errors<1%25: 5.0 %25\n"; !strings.HasPrefix(out.String(), want) || errs.Len() > 0 {
		t.Errorf("annotations %q and %q, want %q", out, errs, want)
	}
	text, err := os.ReadFile(summary)
	if err != nil || !strings.HasPrefix(string(text), "before\n") || !strings.Contains(string(text), `| errors\<1% | a\|b | 5.0 % | ❌ |`) {
		t.Errorf("summary %q, %v", text, err)
	}

	app, out, errs = testApp(map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": t.TempDir()})
	if err := app.tellCI(c, true); err != nil || out.Len() > 0 {
		t.Errorf("stdout is a document, and has %q; %v", out, err)
	}
	if !strings.Contains(errs.String(), "summary could not be written") {
		t.Errorf("said %q", errs)
	}
	app, out, errs = testApp(nil)
	if err := app.tellCI(c, false); err != nil || out.Len()+errs.Len() > 0 {
		t.Errorf("outside of CI: %q, %q, %v", out, errs, err)
	}
}
