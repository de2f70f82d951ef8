package cmd

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/compare"
	"github.com/aibench/aibench/report/verdict"
)

// thresholdTexts collects --threshold of gate as it is typed: what the runs are
// of is known only when the rest of the command line is read.
type thresholdTexts struct{ list []string }

func (t *thresholdTexts) Type() string   { return "EXPR" }
func (t *thresholdTexts) String() string { return "" }

func (t *thresholdTexts) Set(s string) error {
	t.list = append(t.list, s)
	return nil
}

// parse reads the thresholds. A nil gate has none.
func (g *gateFlags) parse(kinds bench.Kinds) error {
	if g == nil {
		return nil
	}
	parsed := thresholds{of: kinds}
	for _, text := range g.texts.list {
		err := parsed.Set(text)
		if bad, ok := errors.AsType[*valueError](err); ok {
			return usage(bad.hint, "--threshold: %s", bad.what)
		}
		if err != nil {
			return err
		}
	}
	g.thresholds = parsed.list
	return nil
}

// A demand is a threshold and what became of it on one side.
type demand struct {
	side string
	report.ThresholdResult

	words string // what it was held against
}

// judge holds every side but the control against the thresholds, each by the
// median over its runs: what one run of many came to is chance.
func (g *gateFlags) judge(sides []compare.Side) []demand {
	if g == nil {
		return nil
	}
	var list []demand
	for _, s := range sides[1:] {
		source := middle(s.Runs)
		for _, t := range g.thresholds {
			j := t.Judge(source)
			d := demand{side: s.Name, ThresholdResult: report.ThresholdResult{Expr: t.String(), OK: j.OK}}
			if !math.IsNaN(j.Value) {
				d.Value = &j.Value
			}
			if j.Why != "" {
				d.Why = &j.Why
			}
			d.words = s.Runs[0].ValueOf(&d.ThresholdResult)
			list = append(list, d)
		}
	}
	return list
}

// middle answers with the median over runs. What is not known in one of them
// is not known.
type middle []*report.Run

// Value implements [verdict.Source].
func (m middle) Value(about verdict.Subject) (v float64, why string) {
	values := make([]float64, len(m))
	for i, run := range m {
		if v, why = run.Source().Value(about); why != "" {
			return math.NaN(), fmt.Sprintf("in run %d: %s", i+1, why)
		}
		values[i] = v
	}
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2, ""
}

// missed is the failure of thresholds that are not kept, nil when all are.
// silent: no report has said which.
func (g *gateFlags) missed(demands []demand, silent bool) error {
	failed := &failure{code: exitThreshold}
	for _, d := range demands {
		if d.OK {
			continue
		}
		if silent {
			if failed.what != "" {
				failed.what += "\naibench: "
			}
			failed.what += "threshold missed: " + d.side + ": " + d.Expr + ": " + d.words
		}
	}
	if slices.ContainsFunc(demands, func(d demand) bool { return !d.OK }) {
		return failed
	}
	return nil
}

// writeDemands shows what became of the thresholds.
func writeDemands(w io.Writer, demands []demand) error {
	if len(demands) == 0 {
		return nil
	}
	text := "\nthresholds, by the median over the runs\n"
	for _, d := range demands {
		mark := "✗"
		if d.OK {
			mark = "✓"
		}
		text += fmt.Sprintf("  %s %s: %s: %s\n", mark, d.side, d.Expr, d.words)
	}
	_, err := io.WriteString(w, text)
	return err
}
