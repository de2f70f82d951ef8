package compare

import (
	"io"
	"strings"
	"testing"

	"github.com/aibench/aibench/report"
)

// tokensPerUser gives every run a metric whose name and values are long.
func tokensPerUser(sides []Side) []Side {
	for _, s := range sides {
		each(s, func(run *report.Run) {
			m := metricOf(200, 210, 220)
			m.Unit = "tokens/s"
			run.Metrics.Add("tokens_per_s_per_user", m)
		})
	}
	return sides
}

// columnsOf splits a line of a table: what is parted by one blank only is one cell.
func columnsOf(line string) []string {
	var out []string
	for cell := range strings.SplitSeq(line, "  ") {
		if cell = strings.TrimSpace(cell); cell != "" {
			out = append(out, cell)
		}
	}
	return out
}

// find gives the line after a number of others from the first that begins so.
func find(t *testing.T, text, prefix string, after int) string {
	t.Helper()
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, prefix) && i+after < len(lines) {
			return lines[i+after]
		}
	}
	t.Fatalf("no line begins with %q:\n%s", prefix, text)
	return ""
}

// Cells that touched were read as one figure: p50 and 200 as p50200, p and margin as 0.025.00.
func TestColumnsNeverRunTogether(t *testing.T) {
	t.Parallel()
	long := compared(t, tokensPerUser(pair(1)), Options{Paired: true, Metrics: []string{"tokens_per_s_per_user.p50", "ttft.p50"}})
	errors := pair(1)
	each(errors[1], func(run *report.Run) { fail(run, 300) })
	zero := pair(1)
	each(zero[0], func(run *report.Run) { run.Metrics[0].Value.P50 = new(0.0) })
	each(zero[1], func(run *report.Run) { run.Metrics[0].Value.P50 = new(7.0) })
	tests := []struct {
		name   string
		c      *Comparison
		metric string
		want   string
	}{
		{"a long name and unit", long, "tokens_per_s_per_user.p50", "200 tokens/s ±0%|200 tokens/s|0.0 %|0.0…0.0|1|10 %|same"},
		{"errors", compared(t, errors, Options{Paired: true}), "errors", "0 %|30 %|+30.0 pp|+30.0…+30.0|0.023|1 pp|worse"},
		{"nothing before", compared(t, zero, Options{Paired: true}), "ttft.p50", "0 ms|7.00 ms|+7.00 ms|+7.00…+7.00|0.023|5.00 ms|worse"},
	}
	for _, test := range tests {
		for _, width := range []int{40, 80, 120} {
			text := written(t, func(w io.Writer) error { return Text{Width: width}.Write(w, test.c) })
			line := find(t, text, test.metric, 0)
			if !strings.HasSuffix(line, "same") && !strings.HasSuffix(line, "worse") {
				line += "  " + find(t, text, test.metric, 1)
			}
			got := strings.Join(columnsOf(strings.TrimPrefix(line, test.metric)), "|")
			if width >= wide {
				got = got[strings.Index(got, "|"):] // intervals are written out
				if i := strings.Index(got, "]|"); i > 0 {
					got = got[i+1:]
				}
				if !strings.HasSuffix(test.want, got) {
					t.Errorf("%s, %d columns: %q", test.name, width, got)
				}
				continue
			}
			// In a tight table one blank parts two columns as well.
			blanks := strings.NewReplacer("|", " ")
			if blanks.Replace(got) != blanks.Replace(test.want) || width < 80 && got != test.want {
				t.Errorf("%s, %d columns: %q, want %q\n%s", test.name, width, got, test.want, text)
			}
		}
	}
}

// A table that is too wide for the page takes two lines a row, and no line is wider than the page.
func TestAWideTableIsBroken(t *testing.T) {
	t.Parallel()
	c := compared(t, tokensPerUser(pair(1)), Options{Paired: true, Metrics: []string{"tokens_per_s_per_user.p50"}})
	text := written(t, func(w io.Writer) error { return Text{Width: 80}.Write(w, c) })
	if got := strings.Join(columnsOf(find(t, text, "tokens_per_s_per_user.p50", 1)), "|"); got != "0.0 %|0.0…0.0|1|10 %|same" {
		t.Errorf("%q\n%s", got, text)
	}
	for line := range strings.Lines(text) {
		if n := len([]rune(line)) - 1; n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

// The column of a side was headed "head" whatever the side's name was.
func TestColumnsAreNamedAfterTheSides(t *testing.T) {
	t.Parallel()
	sides := pair(1)
	sides[0].Name, sides[1].Name = "main", "b"
	text := written(t, func(w io.Writer) error { return Text{}.Write(w, compared(t, sides, Options{Paired: true})) })
	if got := columnsOf(find(t, text, "ttft.p50", -1)); got[0] != "main" || got[1] != "b" {
		t.Errorf("%q\n%s", got, text)
	}
	many := written(t, func(w io.Writer) error { return Text{}.Write(w, compared(t, workers(), ranked())) })
	if got := columnsOf(find(t, many, "w=4 against w=1", 1)); got[0] != "w=1" || got[1] != "w=4" {
		t.Errorf("%q\n%s", got, many)
	}
}
