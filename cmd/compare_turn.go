package cmd

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/aibench/aibench/bench/launch"
	"github.com/aibench/aibench/report"
)

// turn makes one run.
func (x *course) turn(ctx context.Context, t turn) (*report.Run, error) {
	// What the last run left behind must not be cleaned up during this one.
	runtime.GC()
	debug.FreeOSMemory()
	s := x.sides[t.side]
	var run *report.Run
	var err error
	if x.kind == servers {
		run, err = x.serve(ctx, s, t)
	} else {
		run, err = x.measure(ctx, s, s.url, t)
	}
	if err != nil {
		return nil, err
	}
	x.attribute(t, run)
	return run, nil
}

// serve makes a run against a server that is started for it, and stopped.
func (x *course) serve(ctx context.Context, s side, t turn) (_ *report.Run, err error) {
	server, err := launch.Start(ctx, launch.Command{
		Line: s.line, Vars: values(s.vars), Ready: x.ready, Timeout: x.readyFor.d, Hurry: x.hurry,
	})
	if err != nil {
		return nil, x.neverReady(s, err)
	}
	defer func() { err = errors.Join(err, x.stop(s, server)) }()

	alive, lost := context.WithCancel(ctx)
	defer lost()
	var watch sync.WaitGroup
	watch.Go(func() {
		select {
		case <-server.Died():
		case <-alive.Done():
		}
		lost()
	})
	run, err := x.against(alive, s, server, t)
	lost()
	watch.Wait()
	if died := server.Err(); died != nil {
		return nil, x.broken(s, server.Log(), died.Error())
	}
	if failed, ok := errors.AsType[*failure](err); ok && ctx.Err() == nil {
		return nil, &failure{code: failed.code, what: failed.what + x.lastLines(server.Log()), hint: failed.hint, cause: err}
	}
	return run, err
}

// against warms a server up and measures it, and what it uses meanwhile.
func (x *course) against(ctx context.Context, s side, server *launch.Server, t turn) (*report.Run, error) {
	if x.load.warmed() {
		if err := x.warmUp(ctx, s, server.URL(), t.warm); err != nil {
			return nil, err
		}
	}
	before, unknown := server.Usage()
	run, err := x.measure(ctx, s, server.URL(), t)
	if err != nil {
		return nil, err
	}
	after, err := server.Usage()
	if err == nil && unknown == nil {
		used := launch.Between(before, after)
		run.Server = report.Server{CPUS: new(used.CPU.Seconds()), RSSBytes: new(used.PeakRSS)}
	}
	return run, nil
}

// stop ends a server. That one had to be killed is worth a word, and no reason
// to throw its runs away; that one is left would falsify those to come.
func (x *course) stop(s side, server *launch.Server) error {
	err := server.Stop()
	stubborn, ok := errors.AsType[*launch.StopError](err)
	switch {
	case err == nil:
		return nil
	case ok && len(stubborn.Alive) == 0:
		x.app.note("%s: %v", s.name, err)
		return nil
	}
	return cannot(err, "", "%s", s.name)
}

// measure makes the run itself.
func (x *course) measure(ctx context.Context, s side, url string, t turn) (*report.Run, error) {
	o, op, err := x.asked(s, url, t.seed)
	if err != nil {
		return nil, err
	}
	o.header = func() string { return x.header(t) }
	if x.told {
		op = told{op}
	}
	run, err := x.once(ctx, o, op)
	if err != nil {
		x.salvage(t, run)
		return nil, err
	}
	if !run.Measured() && !starved(run) {
		x.salvage(t, run)
		return nil, x.fruitless(s, run)
	}
	x.told = true
	return run, nil
}

// fruitless is the failure of a side of which nothing could be measured.
func (x *course) fruitless(s side, run *report.Run) error {
	what, try := run.Cause()
	if x.load.path == "" && regexp.MustCompile(`\b40[45]\b`).MatchString(what) {
		try = "the path of the endpoint behind the --: -- " + x.load.verb() + " /PATH"
	}
	return &failure{code: exitFailed, what: s.name + ": not one request could be measured: " + what, hint: try}
}

// starved reports whether a run came to nothing for the client's sake alone:
// an invalid run like others, and no failure of the server.
func starved(run *report.Run) bool {
	return run.Verdict == report.Invalid && run.Counts.Requests == 0
}

// warmUp makes a short run of the same kind, of which nothing is kept. It may
// measure nothing, as when jobs take longer than it follows them.
func (x *course) warmUp(ctx context.Context, s side, url string, seed uint64) error {
	o, op, err := x.asked(s, url, seed)
	if err != nil {
		return err
	}
	warmup(&o.load)
	o.output.quiet = true
	_, err = x.once(ctx, o, told{op})
	return err
}

// asked is the load as one run of a side is asked for.
func (x *course) asked(s side, url string, seed uint64) (*runOptions, operation, error) {
	var at *endpoint
	var err error
	if url != "" {
		if at, err = x.load.at(url); err != nil {
			return nil, nil, err
		}
	}
	o, op := x.load.with(func(o *runOptions) {
		o.endpoint, o.load.seed, o.request.arm = at, seed, x.arm(s)
		o.output.label = strings.TrimSpace(x.output.label + " " + s.name)
		o.output.quiet, o.output.noTUI = x.output.quiet, x.output.noTUI
	})
	return o, op, nil
}

// arm numbers the sides of one URL. Servers that are asked the same are
// compared more closely; but one server that is asked twice may know the answer
// by its prefix cache the second time, so there each side has prompts of its
// own. Those of a cache that is to be warm are the same on purpose.
func (x *course) arm(s side) uint64 {
	if s.url == "" || x.load.options.request.prefixCache == "warm" {
		return 0
	}
	var arm uint64
	for _, other := range x.sides {
		if other.name == s.name {
			break
		}
		if other.url == s.url {
			arm++
		}
	}
	return arm << 32 // seeds of runs are below, so no arm asks what another run does
}

// once performs one run to its end. One that was cut is none of a comparison's:
// it is given along with the error.
func (x *course) once(ctx context.Context, o *runOptions, op operation) (*report.Run, error) {
	x.load.rewind(x.app)
	r, err := x.app.prepare(ctx, o, op)
	if err != nil {
		return nil, err
	}
	defer r.close()
	run, err := x.app.take(ctx, ctx, o, op, r)
	if err == nil {
		err = ctx.Err()
	}
	return run, err
}

// told is an operation that has told what it knows.
type told struct{ operation }

func (told) tell(*App) bool { return true }

// neverReady words why a server did not start.
func (x *course) neverReady(s side, err error) error {
	unready, ok := errors.AsType[*launch.NotReadyError](err)
	if !ok {
		return cannot(err, "", "%s", s.name)
	}
	return x.broken(s, unready.Log, "the server was never ready: "+unready.Why)
}

// broken is the failure of a server, with its last words.
func (x *course) broken(s side, log []string, why string) error {
	return &failure{
		code: exitFailed, what: fmt.Sprintf("%s: %s%s", s.name, x.secrets.mask(why), x.lastLines(log)),
		hint: "the command by itself: " + x.secrets.mask(s.line),
	}
}

// mostLines is how much of a server's log is shown.
const mostLines = 20

// lastLines shows the end of a server's log, as lines below a message.
func (x *course) lastLines(log []string) string {
	if len(log) == 0 {
		return "; it wrote nothing"
	}
	var b strings.Builder
	b.WriteString("; its last lines:")
	for _, line := range log[max(len(log)-mostLines, 0):] {
		b.WriteString("\n    " + report.Printable(x.secrets.mask(line)))
	}
	return b.String()
}
