package cmd

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
)

// giveUpAfter is how many requests may fail in a way that only a wrong
// address, key or request explains before the run ends: enough to be sure,
// few enough to be quick.
const giveUpAfter = 20

// measure performs a run and reports it.
func (a *App) measure(ctx context.Context, o *runOptions, op operation) (err error) {
	soft, hard, end := a.interruptible(ctx, o.output.quiet)
	defer func() { err = errors.Join(end(), err) }()

	r, err := a.prepare(soft, o, op)
	switch {
	case err != nil && soft.Err() != nil:
		return nil // the signal that ended it says enough
	case err != nil:
		return err
	}
	defer r.close()
	a.warn(o, op)
	run, err := a.take(soft, hard, o, op, r)
	if err != nil {
		return err
	}
	return a.deliver(o, r, run)
}

// take performs the run and gathers what came of it. It prints progress and
// notes, and no report.
func (a *App) take(soft, hard context.Context, o *runOptions, op operation, r *rig) (*report.Run, error) {
	result, err := a.perform(soft, hard, o, op, r)
	if err != nil {
		return nil, err
	}
	op.explain(a, &result.Tally)
	run, err := report.FromResult(result, r.about(a, o, op))
	if err != nil {
		return nil, cannot(err, "", "gather the results")
	}
	if run.Aborted = r.aborted; run.Aborted != nil {
		run.Ending = "aborted" // by whom it was stopped, not how far the runner had to go
	}
	run.Judge(o.output.thresholds.list)
	return run, nil
}

// deliver writes every file and the report, and says what the run came to.
func (a *App) deliver(o *runOptions, r *rig, run *report.Run) error {
	var err error
	if run.Sent() > 0 {
		err = r.results.commit(run)
	}
	// A table of nothing would only hide the one line that matters.
	if run.Measured() || o.output.json {
		err = errors.Join(err, a.print(run, o.output.json, o.output.noColor))
	}
	return errors.Join(err, outcome(run, !o.output.json))
}

// outcome is the failure that a run's result stands for, nil when it is fine.
// told: the report has said already what is wrong with it.
func outcome(run *report.Run, told bool) error {
	if !run.Measured() {
		what, try := run.Cause()
		return &failure{code: exitFailed, what: "not one request could be measured: " + what, hint: try}
	}
	return errors.Join(invalidity(run, told), missed(run, told))
}

// invalidity is the failure of a run that the client limited.
func invalidity(run *report.Run, told bool) error {
	switch {
	case run.Verdict != report.Invalid:
		return nil
	case told:
		return &failure{code: exitInvalid}
	}
	breach := run.Client.Breaches[0]
	return &failure{
		code: exitInvalid, what: "invalid run: the client, not the server, was the limit: " + breach.String(),
		hint: run.Advice(breach),
	}
}

// perform runs the load until it is over.
func (a *App) perform(soft, hard context.Context, o *runOptions, op operation, r *rig) (*bench.Result, error) {
	sc := bench.Scenario{
		Target: shielded{r.target, a}, Kinds: o.output.of, Load: o.load.load(), Epoch: r.epoch, Precise: true, GiveUpAfter: giveUpAfter,
		Duration: o.load.duration.d, Requests: o.load.requests.n,
		Warmup: o.load.warmup.d, Drain: o.load.drain.d, SLO: o.output.slo.Bounds(),
	}
	if s := r.results.samples; s != nil {
		s.Start(r.id, r.epoch, r.mono, r.monoKnown)
		sc.Observer = s
	}
	runner, err := bench.NewRunner(sc)
	if err != nil {
		return nil, cannot(err, "", "prepare the run")
	}
	defer context.AfterFunc(soft, runner.Stop)()
	defer a.show(o, op, r, runner)()
	running, finish := o.abortWatch().watch(hard, runner, func(why report.Aborted) {
		if !o.output.quiet {
			a.note("stopping at %.1f s: %s has come true", why.AtS, why.Expr)
		}
	})
	result, err := runner.Run(running)
	r.aborted = finish()
	if err != nil {
		return nil, cannot(err, "", "run")
	}
	return result, nil
}

// warn says what a run can cost before it goes to a machine that may bill it,
// to those who want no hints as well.
func (a *App) warn(o *runOptions, op operation) {
	if o.endpoint.loopback(&o.transport) {
		return
	}
	where := o.endpoint.url.Host
	if o.transport.connectTo != "" {
		where = o.transport.connectTo + " (as " + where + ")"
	}
	things, each := op.cost()
	if n, known := o.load.most(); known {
		a.note("this asks %s for at most %d %s of %s", where, n, things, each)
		return
	}
	a.note("this asks %s for %s of %s, %d at once for %v, as many as it can give (-n N sets a bound)",
		where, things, each, o.load.concurrency.n, o.load.duration.d)
}

// newID names a run: sortable by time, and unlike any other.
func newID(at time.Time) string {
	var b [4]byte
	// crypto/rand never fails: it ends the process instead.
	_, _ = rand.Read(b[:])
	return at.UTC().Format("20060102-150405-") + hex.EncodeToString(b[:])
}
