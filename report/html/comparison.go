package html

import (
	"io"
	"slices"
	"strings"

	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/compare"
)

// A contrast is a comparison on the page.
type contrast struct {
	compare.Shown
	Ruling ruling
	Head   []string
	Rows   []contrastRow
	Asked  []demand
}

// A contrastRow is a metric of a side against the control.
type contrastRow struct {
	Metric, Call, Tone string
	Cells              []contrastCell
}

// A contrastCell is a value, and beneath it the interval that it lies in.
type contrastCell struct{ Text, Interval string }

// WriteComparison writes the page of a comparison: its verdict and tables, then
// one run of each side overlaid, the one in the middle of its side. Sides
// without runs, and those beyond the first [MostRuns], are in the tables alone.
func WriteComparison(w io.Writer, c *compare.Comparison, sides []compare.Side) error {
	var runs []*report.Run
	for i := range sides {
		if run := typical(&sides[i]); run != nil && len(runs) < MostRuns {
			runs = append(runs, run)
		}
	}
	p, err := pageOf(runs)
	if err != nil {
		return err
	}
	p.Contrast = contrastOf(c)
	p.Title = clip(p.Contrast.Subject, 80) + " · aibench"
	return p.write(w)
}

// typical picks the run of a side whose users waited neither longest nor
// shortest, under the side's name; nil where there is none.
func typical(side *compare.Side) *report.Run {
	var runs []*report.Run
	for _, run := range side.Runs {
		if run != nil {
			runs = append(runs, run)
		}
	}
	if runs == nil {
		return nil
	}
	slices.SortStableFunc(runs, func(a, b *report.Run) int {
		switch x, y := waited(a), waited(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	run := *runs[(len(runs)-1)/2]
	run.Label = &side.Name
	return &run
}

// waited is the median of what a run's users waited for; 0 where it is not
// known.
func waited(run *report.Run) float64 {
	name := "ttft"
	if run.Jobs() {
		name = "completion"
	}
	if m, ok := run.Metrics.Get(name); ok && m.P50 != nil {
		return *m.P50
	}
	return 0
}

func contrastOf(c *compare.Comparison) *contrast {
	sentence, _ := strings.CutPrefix(report.Printable(c.Sentence), c.Verdict+": ")
	if first, _, _ := strings.Cut(sentence, " "); !strings.ContainsAny(first, "._") { // else it is a metric's name
		sentence = capital(sentence)
	}
	out := &contrast{Shown: c.Shown(), Ruling: ruling{Tone: warning, Word: capital(c.Verdict), Sentence: sentence}}
	switch c.Verdict {
	case compare.Pass:
		out.Ruling.Tone = good
	case compare.Regression, compare.Invalid:
		out.Ruling.Tone = bad
	}
	if len(c.Missed()) > 0 { // a gate fails by them, whatever the comparison by itself came to
		out.Ruling = ruling{Tone: bad, Word: out.Ruling.Word, Sentence: capital(report.Printable(c.Headline()))}
		if c.Verdict == compare.Pass || c.Verdict == compare.Inconclusive {
			out.Ruling.Word = "Threshold missed"
		}
	}
	for _, why := range c.Reasons {
		if len(c.Reasons) > 1 || !strings.Contains(c.Sentence, why) { // one alone is the sentence itself
			out.Ruling.Reasons = append(out.Ruling.Reasons, reason{What: report.Printable(why)})
		}
	}
	for _, d := range out.Demands {
		out.Asked = append(out.Asked, demandOf(whose{Name: d.Side}, d.Expr, d.Value, d.OK))
	}
	last := len(out.Metrics.Head) - 1
	out.Head = out.Metrics.Head[1:last]
	for _, cells := range out.Metrics.Rows {
		row := contrastRow{Metric: cells[0], Call: cells[last], Tone: toneOf(cells[last])}
		for _, cell := range cells[1:last] {
			text, interval, ok := strings.Cut(cell, " [")
			if ok {
				interval = "[" + interval
			}
			row.Cells = append(row.Cells, contrastCell{text, interval})
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// toneOf gives a call its tone; none where it is no news.
func toneOf(call string) string {
	switch call {
	case "worse":
		return bad
	case "better":
		return good
	}
	return ""
}
