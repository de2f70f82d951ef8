package html

import (
	"io"
	"slices"

	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/compare"
)

// A contrast is a comparison on the page.
type contrast struct {
	compare.Shown
	Ruling ruling
	Calls  []string // the tone of each row of metrics
}

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
	out := &contrast{Shown: c.Shown(), Ruling: ruling{Tone: warning, Word: c.Verdict, Sentence: report.Printable(c.Sentence)}}
	switch c.Verdict {
	case compare.Pass:
		out.Ruling.Tone = good
	case compare.Regression, compare.Invalid:
		out.Ruling.Tone = bad
	}
	out.Ruling.Word = capital(out.Ruling.Word)
	for _, why := range c.Reasons {
		out.Ruling.Reasons = append(out.Ruling.Reasons, reason{What: report.Printable(why)})
	}
	for i := range c.Rows {
		tone := ""
		switch c.Rows[i].Call {
		case "worse":
			tone = bad
		case "better":
			tone = good
		}
		out.Calls = append(out.Calls, tone)
	}
	return out
}
