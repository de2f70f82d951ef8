package cmd

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

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

// judge holds every side but the control against the thresholds, each by the
// median over its runs: what one run of many came to is chance.
func (g *gateFlags) judge(sides []compare.Side) []compare.Threshold {
	list := []compare.Threshold{}
	if g == nil {
		return list
	}
	for _, s := range sides[1:] {
		source := middle(s.Runs)
		for _, t := range g.thresholds {
			j := t.Judge(source)
			d := compare.Threshold{Side: s.Name, ThresholdResult: report.ThresholdResult{Expr: t.String(), OK: j.OK}}
			if !math.IsNaN(j.Value) {
				d.Value = &j.Value
			}
			if j.Why != "" {
				d.Why = &j.Why
			}
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

// missedBy is the failure of thresholds that are not kept, nil when all are.
// silent: no report has said which.
func missedBy(c *compare.Comparison, silent bool) error {
	missed := c.Missed()
	switch {
	case len(missed) == 0:
		return nil
	case !silent:
		return &failure{code: exitThreshold}
	}
	return &failure{code: exitThreshold, what: "threshold missed: " + strings.Join(missed, "\naibench: threshold missed: ")}
}
