package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/verdict"
)

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
	ctx, hurry, end := a.untilStopped(ctx, o.output.quiet)
	x.hurry = hurry
	defer func() { err = errors.Join(end(), err) }()
	x.announce()
	x.caution()
	failed := x.run(ctx)
	if ctx.Err() != nil {
		failed = nil // the signal that ended it says enough
	}
	finished := x.finished()
	if finished == int(x.pairs.n) {
		return a.conclude(o, x.asSides(finished), true, out)
	}
	if finished == 0 {
		return errors.Join(x.concludeNothing(failed, out), failed)
	}
	return errors.Join(a.concludeEarly(o, x.asSides(finished), x.early(finished, failed), out), failed)
}

// announce says how long the runs are going to take, and whether they can come
// to a verdict at all.
func (x *course) announce() {
	if x.output.quiet {
		return
	}
	x.app.note("%s; seed %d", x.expected(), x.seed)
	if few := verdict.TooFewPairs(x.tests(x.load.kinds, len(x.sides)), int(x.pairs.n), x.alpha); few != nil {
		x.app.note("there will be figures and no verdict: %s", x.lacking(few))
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
// then is not finished, but cut. The second closes hurry.
func (a *App) untilStopped(ctx context.Context, quiet bool) (until context.Context, hurry <-chan struct{}, end func() error) {
	soft, hard, finish := a.interruptible(ctx, true)
	said := make(chan struct{}) // closed, so that nobody writes any more when end returns
	unsaid := context.AfterFunc(soft, func() {
		defer close(said)
		if !quiet {
			a.note("stopping: this run is cut, and what was started for it is stopped; once more to kill it")
		}
	})
	return soft, hard.Done(), func() error {
		if !unsaid() {
			<-said
		}
		return finish()
	}
}

// header says which run of how many this is, for a live display.
func (x *course) header(t turn) string {
	text := x.place(t)
	if left := x.left(); left > 0 {
		text += " · about " + roughly(left) + " left"
	}
	return text
}

// place says which run this is.
func (x *course) place(t turn) string {
	again := ""
	if t.again {
		again = " again"
	}
	return fmt.Sprintf("%s %d of %d%s · %s", x.unit(1), t.block+1, x.pairs.n, again, x.sides[t.side].name)
}

// tell says what came of one run, how long the others are going to take, and
// of one that is invalid what that means.
func (x *course) tell(t turn, run *report.Run, repeat bool) {
	if x.output.quiet {
		return
	}
	text := x.place(t) + ": " + x.figure(run)
	if left := x.left(); left > 0 {
		text += " · about " + roughly(left) + " left"
	}
	x.app.note("%s", text)
	if run.Verdict == report.Invalid && (repeat || !x.warned) {
		x.warned = x.warned || !repeat
		x.deplore(t, run, repeat)
	}
}

// deplore says why a run is invalid, and what becomes of it.
func (x *course) deplore(t turn, run *report.Run, repeat bool) {
	then := "the comparison will be invalid too"
	if repeat {
		then = fmt.Sprintf("the %s is run again (%d more to spare)", x.unit(1), len(x.spare)/len(x.sides))
	}
	breach := run.Client.Breaches[0]
	x.app.note("%s: invalid run: the client, not the server, was the limit: %s; %s", x.sides[t.side].name, breach.String(), then)
	if advice := run.Advice(breach); advice != "" && !repeat {
		x.app.note("  try: %s", advice)
	}
}

// figure is the number to watch in a run.
func (x *course) figure(run *report.Run) string {
	name := "ttft"
	if x.load.kinds.Has(bench.Jobs) {
		name = "completion"
	}
	text := report.Grouped(run.Counts.OK) + " ok"
	if failed := run.Counts.Requests - run.Counts.OK - run.Counts.InFlightAtEnd; failed > 0 {
		text += ", " + report.Grouped(failed) + " not"
	}
	if m, ok := run.Metrics.Get(name); ok && m.P50 != nil {
		text = fmt.Sprintf("%s p50 %s, ", name, report.InUnit(*m.P50, m.Unit)) + text
	}
	return text
}
