package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aibench/aibench/report/compare"
	"github.com/aibench/aibench/report/verdict"
)

// gateFlags say what decides beside the comparison.
type gateFlags struct {
	texts  thresholdTexts
	strict bool

	thresholds []verdict.Threshold // what the texts say
}

func (g *gateFlags) add(f *pflag.FlagSet) {
	f.Var(&g.texts, "threshold", "every side but the control must keep `EXPR`, such as 'ttft.p99<800ms', in the median of its runs; may be given again")
	f.BoolVar(&g.strict, "strict", false, "an inconclusive comparison exits 96 instead of 0")
}

func newGateCmd(app *App) *cobra.Command { return gateCmd(app, app.contrast) }

// gateCmd parses and validates, and hands what is sound to run.
func gateCmd(app *App, run func(context.Context, *comparisonOptions) error) *cobra.Command {
	o := &comparisonOptions{gate: &gateFlags{}}
	c := &cobra.Command{
		Use:   "gate [flags] [-- stream|job [/PATH] …]",
		Short: "Decide whether a change made a server slower, with exit codes for a CI job",
		Long: `Compares as "aibench compare" does, and decides: a regression exits 98, a missed
threshold 99, runs that the client spoiled 97, too few runs to tell 1. In GitHub
Actions it annotates the commit and writes the job's summary.

` + sidesOfComparison,
		Example: `  aibench gate --serve base='./old/server --listen {addr}' --serve head='./new/server --listen {addr}' \
      --threshold 'ttft.p99<800ms' -o gate.xml -- stream -c 200 -d 10s
  aibench gate --base http://localhost:8000 --head http://localhost:9000 -- stream -c 50
  aibench gate --base base/*.json --head head/*.json --margin ttft.p50=5%`,
		RunE: func(c *cobra.Command, args []string) error { return o.start(c, app, args, run) },
	}
	addGroups(c, []flagGroup{
		{"Sides", o.addSides},
		{"Method", o.addMethod},
		{"Decision", o.gate.add},
		{"Output", o.output.add},
	})
	c.SetFlagErrorFunc(misplaced)
	return c
}

// settle parses the thresholds, and refuses runs of which no outcome could
// decide anything. A nil gate has nothing to refuse.
func (g *gateFlags) settle(o *comparisonOptions) error {
	if g == nil || o.load == nil {
		return nil // what saved runs are of is known when they are read
	}
	if err := g.parse(o.load.kinds); err != nil {
		return err
	}
	demanded := outputFlags{slo: o.load.options.output.slo, thresholds: thresholds{list: g.thresholds}}
	if err := demanded.settle(nil); err != nil {
		return err
	}
	few := verdict.TooFewPairs(o.tests(o.load.kinds, len(o.sides)), int(o.pairs.n), o.alpha)
	if few == nil {
		return nil
	}
	hint := fmt.Sprintf("--pairs %d, or fewer --metrics or sides", few.Need)
	if few.Need > verdict.MaxPairs {
		hint = fmt.Sprintf("a larger --alpha, or fewer --metrics or sides: %d pairs are the most there can be", verdict.MaxPairs)
	}
	return cannot(few, hint, "no runs were made")
}

// decide gives the failure that a comparison stands for, nil when it passes. It
// is silent about what the report has said.
func (g *gateFlags) decide(c *compare.Comparison, silent bool) error {
	if g == nil {
		return nil
	}
	failed := missedBy(c, silent)
	code := map[string]exitCode{
		compare.Regression: exitRegression, compare.Invalid: exitInvalid, compare.Undecidable: exitFailed,
	}[c.Verdict]
	if c.Verdict == compare.Inconclusive && g.strict {
		code = exitInconclusive
	}
	if code == exitFine {
		return failed
	}
	f := &failure{code: code}
	if silent || code == exitFailed {
		f.what = c.Sentence
	}
	return errors.Join(f, failed)
}
