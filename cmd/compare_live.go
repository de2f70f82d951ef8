package cmd

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/compare"
	"github.com/aibench/aibench/report/verdict"
)

// A course is the making of all runs of a comparison.
type course struct {
	*comparisonOptions
	app     *App
	plan    []turn
	secrets secrets
	keep    *runKeeper

	runs   [][]*report.Run // of each side, in the order of the blocks
	spent  time.Duration   // on the turns that are done
	done   int
	told   bool // how the answers read
	warned bool // of an invalid run
}

// contrastLive makes the runs, and reports what they say. What ends it early,
// a signal or a failure, leaves the blocks that were finished to be reported.
func (a *App) contrastLive(ctx context.Context, o *comparisonOptions) (err error) {
	out, err := openComparison(o.output.files.names)
	if err != nil {
		return err
	}
	defer out.discard()
	x, err := a.newCourse(o)
	if err != nil {
		return err
	}
	ctx, end := a.untilStopped(ctx, o.output.quiet)
	defer func() { err = errors.Join(end(), err) }()
	x.announce()
	x.caution()
	failed := x.run(ctx)
	if ctx.Err() != nil {
		failed = nil // the signal that ended it says enough
	}
	finished := x.finished()
	if finished == len(x.plan)/len(x.sides) {
		return a.conclude(o, x.asSides(finished), true, out)
	}
	if finished == 0 {
		return failed
	}
	return errors.Join(a.concludeEarly(o, x.asSides(finished), out), failed)
}

// newCourse plans the runs, and finds what is wrong with them before the first.
func (a *App) newCourse(o *comparisonOptions) (*course, error) {
	x := &course{
		comparisonOptions: o, app: a, plan: turns(len(o.sides), int(o.pairs.n), o.seed),
		runs: make([][]*report.Run, len(o.sides)),
	}
	for _, s := range o.sides {
		run, op, err := x.asked(s, s.url, o.seed)
		if err != nil {
			return nil, err
		}
		o.load.rewind(a)
		if err := op.prepare(a, &x.secrets); err != nil {
			return nil, err
		}
		x.secrets.addCommand(s.line)
		if run.endpoint != nil {
			x.secrets.addURL(s.url)
		}
	}
	var err error
	x.keep, err = keepRuns(o.output.runs, o.sides, int(o.pairs.n))
	return x, err
}

// announce says how long the runs are going to take, and whether they can come
// to a verdict at all.
func (x *course) announce() {
	if x.output.quiet {
		return
	}
	x.app.note("%s; seed %d", x.expected(), x.seed)
	if few := verdict.TooFewPairs(x.tests(x.load.kinds, len(x.sides)), int(x.pairs.n), x.alpha); few != nil {
		x.app.note("there will be figures and no verdict: %v", few)
	}
}

// caution says what the runs can cost on machines of others.
func (x *course) caution() {
	if x.kind != services {
		return
	}
	for _, s := range x.sides {
		run, op, err := x.asked(s, s.url, x.seed)
		if err != nil || run.endpoint.loopback(&run.transport) {
			continue
		}
		x.load.rewind(x.app)
		if op.prepare(x.app, &secrets{}) != nil {
			continue // newCourse has found that it can be
		}
		x.app.warn(run, op)
		x.app.note("and that %d times, and once less of it to warm up", x.pairs.n)
	}
}

// untilStopped ends a context at the first signal: what a comparison is doing
// then is not finished, but cut.
func (a *App) untilStopped(ctx context.Context, quiet bool) (until context.Context, end func() error) {
	soft, _, finish := a.interruptible(ctx, true)
	said := make(chan struct{}) // closed, so that nobody writes any more when end returns
	unsaid := context.AfterFunc(soft, func() {
		defer close(said)
		if !quiet {
			a.note("stopping: this run is cut, and what was started for it is stopped")
		}
	})
	return soft, func() error {
		if !unsaid() {
			<-said
		}
		return finish()
	}
}

// run makes the runs in their order, up to the first that cannot be made.
func (x *course) run(ctx context.Context) error {
	if x.kind == services && x.load.warmed() {
		for _, s := range x.sides {
			if err := x.warmUp(ctx, s, s.url, x.plan[0].warm); err != nil {
				return err
			}
		}
	}
	for _, t := range x.plan {
		began := time.Now()
		run, err := x.turn(ctx, t)
		if err != nil {
			return err
		}
		x.spent += time.Since(began)
		x.done++
		x.runs[t.side] = append(x.runs[t.side], run)
		if err := x.keep.write(t, run); err != nil {
			return err
		}
		x.tell(t, run)
	}
	return nil
}

// finished is how many blocks are complete.
func (x *course) finished() int {
	n := len(x.runs[0])
	for _, runs := range x.runs {
		n = min(n, len(runs))
	}
	return n
}

// asSides gives the runs of the first blocks.
func (x *course) asSides(blocks int) []compare.Side {
	runs := make([][]*report.Run, len(x.runs))
	for i := range x.runs {
		runs[i] = x.runs[i][:blocks]
	}
	return asSides(x.sides, runs, x.secrets.mask)
}

// header says which run of how many this is, for a live display.
func (x *course) header(t turn) string {
	text := fmt.Sprintf("%s %d of %d · %s", x.unit(1), t.block+1, x.pairs.n, x.sides[t.side].name)
	if x.done == 0 {
		return text
	}
	each := x.spent / time.Duration(x.done)
	return text + " · about " + roughly(each*time.Duration(len(x.plan)-x.done)) + " left"
}

// tell says what came of one run, and of the first that is invalid what that
// means for all.
func (x *course) tell(t turn, run *report.Run) {
	if x.output.quiet {
		return
	}
	s := &x.sides[t.side]
	x.app.note("%s %d of %d · %s: %s", x.unit(1), t.block+1, x.pairs.n, s.name, x.figure(run))
	if run.Verdict != report.Invalid || x.warned {
		return
	}
	x.warned = true
	x.app.note("%s: invalid run: the client, not the server, was the limit: %s; the comparison will be invalid too",
		s.name, run.Client.Breaches[0].String())
	if advice := run.Advice(run.Client.Breaches[0]); advice != "" {
		x.app.note("  try: %s", advice)
	}
}

// figure is the number to watch in a run.
func (x *course) figure(run *report.Run) string {
	name := "ttft"
	if x.load.kinds.Has(bench.Jobs) {
		name = "completion"
	}
	text := fmt.Sprintf("%d ok", run.Counts.OK)
	if failed := run.Counts.Requests - run.Counts.OK - run.Counts.InFlightAtEnd; failed > 0 {
		text += fmt.Sprintf(", %d not", failed)
	}
	if m, ok := run.Metrics.Get(name); ok && m.P50 != nil {
		text = fmt.Sprintf("%s p50 %.4g %s, ", name, *m.P50, m.Unit) + text
	}
	return text
}
