package compare

import (
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"testing"

	"github.com/aibench/aibench/report"
)

// demanding is a comparison that passes and misses one of two thresholds.
func demanding(t *testing.T, factor float64) *Comparison {
	t.Helper()
	c := compared(t, pair(factor), Options{Paired: true})
	c.Thresholds = []Threshold{
		{"head", report.ThresholdResult{Expr: "ttft.p50<1ms", Value: new(30.8)}},
		{"head", report.ThresholdResult{Expr: "errors<1%", Value: new(0.0), OK: true}},
	}
	return c
}

func written(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A gate that fails by a threshold alone was headed "pass" in green.
func TestAMissedThresholdIsNeverHeadedPass(t *testing.T) {
	t.Parallel()
	c := demanding(t, 1)
	md, xml, notes := written(t, c.WriteMarkdown), written(t, c.WriteJUnit), written(t, c.Annotations)
	text := written(t, func(w io.Writer) error { return Text{Width: 80, Colour: true}.Write(w, c) })
	if !strings.HasPrefix(md, `❌ **1 of 2 thresholds missed: head: ttft.p50\<1ms: 30.8 ms. The comparison by itself: pass: over`) {
		t.Errorf("%.200s", md)
	}
	if !strings.Contains(xml, `failures="1"`) {
		t.Error(xml)
	}
	if strings.Contains(notes, "::notice") || !strings.HasPrefix(notes, "::error title=aibench gate%3A threshold missed::head: ttft.p50<1ms: 30.8 ms\n") {
		t.Error(notes)
	}
	if want := "\x1b[1mverdict     \x1b[0m\x1b[1;31m1 of 2 thresholds missed. The comparison by itself: pass: over"; !strings.Contains(text, want) {
		t.Errorf("no %q in %q", want, text)
	}
	if s := c.Shown(); len(s.Notes) == 0 || s.Notes[0] != "threshold missed: head: ttft.p50<1ms: 30.8 ms" {
		t.Errorf("notes %q", s.Notes)
	}
	rows, err := csv.NewReader(strings.NewReader(written(t, c.WriteCSV))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rows[len(rows)-2:] {
		got = append(got, row[1]+" "+row[2]+" "+row[7]+" "+row[17])
	}
	if want := "head ttft.p50<1ms 30.8 missed, head errors<1% 0 met"; strings.Join(got, ", ") != want {
		t.Errorf("CSV ends in %q, want %q", got, want)
	}
}

// What exits 98 is a regression first.
func TestARegressionIsHeadedBeforeThresholds(t *testing.T) {
	t.Parallel()
	c := demanding(t, 1.3)
	if h := c.Headline(); !strings.HasPrefix(h, "regression: ttft.p50 of head") || !strings.HasSuffix(h, "; 1 of 2 thresholds missed: head: ttft.p50<1ms: 30.8 ms.") {
		t.Error(h)
	}
}

// A job that fails for want of runs was told with a warning.
func TestUndecidableIsAnError(t *testing.T) {
	t.Parallel()
	sides := []Side{sideOf("base", 4, 1, 100, 0.03, streamRun), sideOf("head", 4, 2, 130, 0.03, streamRun)}
	if got := written(t, compared(t, sides, Options{Paired: true}).Annotations); !strings.HasPrefix(got, "::error title=aibench gate%3A undecidable::cannot decide") {
		t.Error(got)
	}
}

// The report named every breach, and then three of them again.
func TestBreachesAreNamedOnce(t *testing.T) {
	t.Parallel()
	sides := pair(1)
	for i := range 5 {
		limit(sides[1].Runs[i])
	}
	c := compared(t, sides, Options{Paired: true})
	for name, out := range map[string]string{
		"text": written(t, func(w io.Writer) error { return Text{Width: 200}.Write(w, c) }), "Markdown": written(t, c.WriteMarkdown),
	} {
		if n := strings.Count(out, "send lag"); n != 5 {
			t.Errorf("%s names a breach %d times, want 5:\n%s", name, n, out)
		}
		if !strings.Contains(out, "invalid: the client, not the server, was the limit in 5 runs.") {
			t.Errorf("%s:\n%s", name, out)
		}
	}
}
