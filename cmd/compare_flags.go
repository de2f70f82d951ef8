package cmd

import (
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report/compare"
	"github.com/aibench/aibench/report/verdict"
)

// What a comparison is when its flags do not say.
const (
	defaultPairs = 8
	defaultAlpha = 0.05
	defaultReady = time.Minute
)

// comparisonFlags say what is compared, and how.
type comparisonFlags struct {
	base, head sideWords
	serve      commands
	vary       variables
	ready      string
	readyFor   span

	pairs   count
	spare   count
	alpha   float64
	margins margins
	metrics names
	seed    uint64
	seeded  bool
	aa      bool
	force   bool
}

func (o *comparisonFlags) addSides(f *pflag.FlagSet) {
	o.readyFor = span{defaultReady}
	f.Var(&o.base, "base", "the control: a `URL`, or the files of saved runs")
	f.Var(&o.head, "head", "what is held against it, `URL` or files; may be given again")
	f.Var(&o.serve, "serve", "a `[NAME=]COMMAND` that starts a server at {addr} or {port}; may be given again, the first is the control")
	f.Var(&o.vary, "vary", "run each command with each `K=V1,V2,…` in place of its {K}; may be given again")
	f.StringVar(&o.ready, "ready", "", "a server is ready when `PATH` answers well (default: when / answers at all)")
	f.Var(&o.readyFor, "ready-timeout", "and must be so within `D`")
}

func (o *comparisonFlags) addMethod(f *pflag.FlagSet) {
	o.pairs = count{least: 1, most: verdict.MaxPairs}
	f.Var(&o.pairs, "pairs", "`K` runs of each side, in blocks of one each, in random order (default 8, or as many as many sides need)")
	o.spare = count{most: verdict.MaxPairs}
	f.Var(&o.spare, "spare", "make `N` blocks again in which the client was the limit (default a quarter of the pairs)")
	f.Var(&o.margins, "margin", "the least change that matters, `METRIC=P%`, such as ttft.p50=5%; may be given again")
	f.Var(&o.metrics, "metrics", "compare these `METRICS` instead of the usual ones: ttft.p50,e2e.p95")
	f.Float64Var(&o.alpha, "alpha", defaultAlpha, "`P`, how likely any false alarm may be, over all metrics together")
	f.BoolVar(&o.aa, "aa", false, "the first side against itself: how far it moves by itself, and what can be found")
	f.BoolVar(&o.force, "force", false, "compare runs in spite of differences in load, machine or version")
	f.Uint64Var(&o.seed, "seed", 0, "`N`: same seed, same order, schedules and prompts; drawn and printed when not given")
}

// settle refuses what contradicts itself, as far as the flags alone show it.
func (o *comparisonFlags) settle(f *pflag.FlagSet) error {
	o.seeded = f.Changed("seed")
	served := len(o.serve.list) > 0
	switch {
	case !served && (f.Changed("ready") || f.Changed("ready-timeout")):
		return usage("--serve 'COMMAND {addr}'", "--ready is asked of a server that --serve starts")
	case f.Changed("ready") && !strings.HasPrefix(o.ready, "/"):
		return usage("--ready /healthz", "--ready %s is not a path", quoted(o.ready))
	case o.readyFor.d == 0:
		return usage("--ready-timeout 60s", "--ready-timeout 0 leaves no time to start")
	case !(o.alpha > 0 && o.alpha < 0.5):
		return usage("--alpha 0.05", "--alpha %v does not lie between 0 and 0.5", o.alpha)
	}
	return nil
}

// options are the flags in the terms of the comparison.
func (o *comparisonFlags) options(paired bool) compare.Options {
	return compare.Options{
		Alpha: o.alpha, Margins: o.margins.of, Metrics: o.metrics.list, Paired: paired, Force: o.force, AA: o.aa,
	}
}

// check finds what the kind of operation makes wrong in the flags, before an
// hour of runs does.
func (o *comparisonFlags) check(kinds bench.Kinds) error {
	if err := o.options(true).Check(kinds); err != nil {
		return usage("one of "+strings.Join(compare.Family(kinds), ", "), "%v", err)
	}
	return nil
}

// tests is how many metrics of how many sides share the error level.
func (o *comparisonFlags) tests(kinds bench.Kinds, sides int) int {
	metrics := len(o.metrics.list)
	if metrics == 0 {
		metrics = len(compare.Family(kinds))
	}
	return metrics * (sides - 1)
}

// settlePairs makes the usual number of pairs large enough for many sides to be
// told apart, and that of spare ones a quarter of it. Numbers that were asked
// for stay.
func (o *comparisonFlags) settlePairs(f *pflag.FlagSet, tests int) {
	if !f.Changed("pairs") {
		o.pairs.n = max(defaultPairs, int64(min(verdict.PairsNeeded(tests, o.alpha), verdict.MaxPairs)))
	}
	if !f.Changed("spare") {
		o.spare.n = max(o.pairs.n/4, 1)
	}
}
