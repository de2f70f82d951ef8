package compare

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aibench/aibench/report"
)

// What a gate demanded is in everything that it writes, what is missed as a
// failure, and texts in it mean nothing there.
func TestThresholds(t *testing.T) {
	t.Parallel()
	c := compared(t, pair(1), Options{Paired: true})
	c.Thresholds = []Threshold{
		{"head", report.ThresholdResult{Expr: "ttft.p99<800ms", Value: new(812.0)}},
		{"head", report.ThresholdResult{Expr: "errors<1%", Value: new(0.0), OK: true}},
		{"head", report.ThresholdResult{Expr: "ttft.p999<2s", Why: new("in run 1: <b>withheld</b>\nso")}},
	}
	tests := []struct {
		name  string
		write func(io.Writer) error
		want  []string
	}{
		{"text", func(w io.Writer) error { return Text{}.Write(w, c) },
			[]string{"thresholds  ✗ head: ttft.p99<800ms: 812 ms\n", "✓ head: errors<1%: 0 %\n"}},
		{"markdown", c.WriteMarkdown,
			[]string{`| ttft.p99\<800ms | head | 812 ms | ❌ |`, `| errors\<1% | head | 0 % | ✅ |`, `\<b\>withheld`}},
		{"summary", c.Summary, []string{`| ttft.p99\<800ms | head | 812 ms | ❌ |`}},
		{"JUnit", c.WriteJUnit,
			[]string{`name="ttft.p99&lt;800ms"`, `<failure message="head: ttft.p99&lt;800ms: 812 ms" type="threshold">`, `failures="2"`}},
		{"annotations", c.Annotations, []string{
			"::error title=aibench gate%3A threshold missed::head: ttft.p99<800ms: 812 ms\n", "withheld</b>",
		}},
		{"JSON", c.Write, []string{`"side": "head"`, `"expr": "ttft.p99<800ms"`, `"value": 812`}},
	}
	for _, tt := range tests {
		var b bytes.Buffer
		if err := tt.write(&b); err != nil {
			t.Fatal(err)
		}
		for _, want := range tt.want {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s has no %q:\n%s", tt.name, want, b.String())
			}
		}
		if strings.Contains(b.String(), "<b>") && tt.name != "text" && tt.name != "JSON" && tt.name != "annotations" {
			t.Errorf("%s: markup passes:\n%s", tt.name, b.String())
		}
		if tt.name == "annotations" && strings.Count(b.String(), "\n") != 2 {
			t.Errorf("%d lines, want 2:\n%s", strings.Count(b.String(), "\n"), b.String())
		}
		if tt.name == "JSON" {
			again, err := Read(&b)
			if err != nil || cmp.Diff(again, c) != "" {
				t.Errorf("read back: %v\n%s", err, cmp.Diff(again, c))
			}
		}
	}
	if got := c.Missed(); len(got) != 2 || got[0] != "head: ttft.p99<800ms: 812 ms" {
		t.Errorf("missed: %q", got)
	}
}
