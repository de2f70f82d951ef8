package cmd

import (
	"context"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/compare"
)

// comparisonOptions are what the command line of compare and gate says.
type comparisonOptions struct {
	comparisonFlags
	output comparisonOutput

	sides []side // the control first
	kind  sideKind
	load  *sharedLoad // nil: of saved runs
	gate  *gateFlags  // nil: nothing is decided
}

func newCompareCmd(app *App) *cobra.Command { return compareCmd(app, app.compare) }

// compareCmd parses and validates, and hands what is sound to run.
func compareCmd(app *App, run func(context.Context, *comparisonOptions) error) *cobra.Command {
	o := &comparisonOptions{}
	c := &cobra.Command{
		Use:   "compare [flags] [-- stream|job [/PATH] …]",
		Short: "Set servers, worker counts or saved runs side by side: better, worse, same",
		Long: `Runs the same load against each side, again and again in random order, and says
of each metric whether it is better, worse or the same, by a test that knows
how much runs differ anyway. "aibench gate" decides by it.

` + sidesOfComparison,
		Example: `  aibench compare --serve 'gunicorn app:app -k uvicorn.workers.UvicornWorker -w {w} -b {addr}' \
      --vary w=1,2,4 --ready /healthz -- stream -c 200 -d 10s
  aibench compare --base http://localhost:8000 --head http://localhost:9000 -- stream -c 50
  aibench compare --base base/*.json --head head/*.json
  aibench compare --aa --base http://localhost:8000 -- job -c 20 -d 30s`,
		RunE: func(c *cobra.Command, args []string) error { return o.start(c, app, args, run) },
	}
	addGroups(c, []flagGroup{
		{"Sides", o.addSides},
		{"Method", o.addMethod},
		{"Output", o.output.add},
	})
	c.SetFlagErrorFunc(misplaced)
	return c
}

// misplaced is the flag error of compare and gate: a flag that they do not know
// is mostly the load's, whose "--" was forgotten.
func misplaced(c *cobra.Command, err error) error {
	if words := c.Flags().Args(); slices.ContainsFunc(words, isLoad) {
		return refuseWords(words)
	}
	return flagError(c, err)
}

// sidesOfComparison is what the help of compare and gate says of their sides.
const sidesOfComparison = `Sides are URLs (--base, --head), commands that start a server each time anew on
a free port (--serve, --vary), or run files. What stands behind "--" is the load
of every run, as "aibench stream" and "aibench job" take it, a /PATH added to the
URL of each side; saved runs need none.`

// start settles the options and hands them to run.
func (o *comparisonOptions) start(c *cobra.Command, app *App, args []string, run func(context.Context, *comparisonOptions) error) error {
	wantsHelp, err := o.settle(c, app, args)
	if err != nil || wantsHelp {
		return err
	}
	return run(c.Context(), o)
}

// settle completes the options and refuses what cannot be meant. wantsHelp: the
// load's help was asked for, and shown.
func (o *comparisonOptions) settle(c *cobra.Command, app *App, args []string) (wantsHelp bool, err error) {
	f := c.Flags()
	if err := app.fromEnvironment(f); err != nil {
		return false, err
	}
	before, behind := args, []string(nil)
	if at := c.ArgsLenAtDash(); at >= 0 {
		before, behind = args[:at], args[at:]
	}
	if err := refuseWords(before); err != nil {
		return false, err
	}
	if err := o.comparisonFlags.settle(f); err != nil {
		return false, err
	}
	if o.sides, o.kind, err = o.comparisonFlags.sides(); err != nil {
		return false, err
	}
	if wantsHelp, err = o.settleLoad(c.Context(), f, app, behind); err != nil || wantsHelp {
		return wantsHelp, err
	}
	return false, o.gate.settle(o)
}

// refuseWords refuses words that are neither flags nor stand behind "--".
func refuseWords(words []string) error {
	if len(words) == 0 {
		return nil
	}
	word := quoted(maskArg(words[0]))
	if i := slices.IndexFunc(words, isLoad); i >= 0 {
		return usage("-- "+words[i]+" …", "the load stands behind --, and %s does not", words[i])
	}
	return usage("--base and --head in front of the sides", "%s belongs to no flag", word)
}

// settleLoad reads what stands behind "--".
func (o *comparisonOptions) settleLoad(ctx context.Context, f *pflag.FlagSet, app *App, behind []string) (wantsHelp bool, err error) {
	switch {
	case o.kind == saved && len(behind) > 0:
		return false, usage("leave out what stands behind --, or name URLs", "saved runs are compared as they are, without a load")
	case o.kind == saved:
		return false, o.settleSaved(f)
	case len(behind) == 0:
		return false, usage("-- stream -c 50 -d 10s", "there is no load: what each side is to do stands behind --")
	}
	if o.load, err = app.parseLoad(ctx, behind); err != nil || o.load == nil {
		return o.load == nil, err
	}
	switch {
	case o.load.seeded && o.seeded && o.load.seed != o.seed:
		return false, usage("one of them", "--seed is %d in front of the -- and %d behind it", o.seed, o.load.seed)
	case !o.seeded:
		o.seed = o.load.seed // drawn, when it is not given there either
	}
	out := &o.load.options.output
	o.output.quiet = o.output.quiet || out.quiet
	o.output.noColor = o.output.noColor || out.noColor
	o.output.noTUI = o.output.noTUI || out.noTUI
	o.settlePairs(f, o.tests(o.load.kinds, len(o.sides)))
	return false, o.check(o.load.kinds)
}

// settleSaved refuses flags that say how runs are to be made.
func (o *comparisonOptions) settleSaved(f *pflag.FlagSet) error {
	for _, name := range []string{"pairs", "spare", "seed", "runs", "label"} {
		if f.Changed(name) {
			return usage("leave it out", "--%s is about runs to be made, and these are saved ones", name)
		}
	}
	return nil
}

// compare compares, and reports what came of it.
func (a *App) compare(ctx context.Context, o *comparisonOptions) error {
	return a.contrast(ctx, o)
}

// contrast makes or reads the runs of every side, and reports what they say.
func (a *App) contrast(ctx context.Context, o *comparisonOptions) error {
	if o.kind == saved {
		return a.contrastSaved(o)
	}
	return a.contrastLive(ctx, o)
}

// asSides are sides with their runs, in the terms of the comparison.
func asSides(sides []side, runs [][]*report.Run, mask func(string) string) []compare.Side {
	list := make([]compare.Side, len(sides))
	for i, s := range sides {
		list[i] = compare.Side{Name: s.name, Vars: s.vars, Command: mask(s.line), Runs: runs[i]}
	}
	return list
}
