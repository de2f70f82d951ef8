package cmd

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/wire"
	"github.com/aibench/aibench/mockllm"
	"github.com/aibench/aibench/report"
)

// A rig is everything that a run needs, ready to go.
type rig struct {
	id        string
	epoch     time.Time
	mono      int64 // CLOCK_MONOTONIC at epoch, when monoKnown; taken once, so that all files agree
	monoKnown bool
	client    *wire.Client
	others    []*wire.Client // of other origins, to which jobs lead
	target    bench.Target
	results   *results
	secrets   secrets
	stop      func() // of the reference server; nil: it is not ours

	aborted *report.Aborted // set when the run is over
}

// prepare makes a rig. What can be found wrong is found here, the cheapest
// first, before any load is made. The caller closes the rig.
func (a *App) prepare(ctx context.Context, o *runOptions, op operation) (*rig, error) {
	r := &rig{}
	if err := a.fill(ctx, o, op, r); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (a *App) fill(ctx context.Context, o *runOptions, op operation, r *rig) (err error) {
	if err := op.prepare(a, &r.secrets); err != nil {
		return err
	}
	if r.results, err = openResults(o.output.files.names); err != nil {
		return err
	}
	if o.endpoint == nil {
		if err := a.startServer(ctx, o, op, r); err != nil {
			return err
		}
	}
	r.epoch = time.Now()
	r.mono, r.monoKnown = bench.MonoNS(r.epoch)
	r.id = newID(r.epoch)
	if r.client, err = o.transport.client(o.endpoint, r.epoch); err != nil {
		return err
	}
	r.target, err = op.aim(r)
	return err
}

// close gives back what the rig holds. Results that were not committed leave
// nothing behind.
func (r *rig) close() {
	if r.results != nil {
		r.results.discard()
	}
	if r.client != nil {
		_ = r.client.Close() // idle connections have nothing to say
	}
	for _, c := range r.others {
		_ = c.Close() // as above
	}
	if r.stop != nil {
		r.stop()
	}
}

// elsewhere makes the client for another origin. It must not be called by two
// goroutines at once.
func (r *rig) elsewhere(t *transportFlags, origin *url.URL) (*wire.Client, error) {
	there := *t
	there.connectTo, there.unixSocket = "", "" // they are meant for the endpoint
	c, err := there.client(&endpoint{url: origin}, r.epoch)
	if err != nil {
		return nil, err
	}
	r.others = append(r.others, c)
	return c, nil
}

// startServer starts the reference server as a process of its own, and makes
// it the endpoint.
func (a *App) startServer(ctx context.Context, o *runOptions, op operation, r *rig) error {
	flags := []string{"--seed", strconv.FormatUint(o.load.seed, 10), "--model", o.request.model}
	server, err := childServer(append(flags, op.serverFlags()...)...)
	if err != nil {
		return err
	}
	at, stop, err := mockllm.StartChild(ctx, server)
	if err != nil {
		return cannot(err, "a URL of a server of yours", "start the reference server")
	}
	r.stop = stop
	if !o.output.quiet {
		a.note("no URL given: measuring the reference server, started at %s and stopped at the end", at)
	}
	o.endpoint, err = parseEndpoint(at)
	return err
}

// about is what the run file says beside the results.
func (r *rig) about(a *App, o *runOptions, op operation) *report.About {
	about := &report.About{
		ID: r.id, Label: r.secrets.mask(o.output.label), Started: r.epoch, Seed: o.load.seed,
		Command:     r.secrets.maskCommand(append([]string{"aibench"}, a.args...)),
		Target:      report.Target{URL: r.secrets.mask(o.endpoint.shown()), Protocol: "HTTP/1.1", TLS: o.endpoint.secure()},
		Environment: a.environment(),
		Load:        o.load.describe(),
		Mask:        r.secrets.mask,
	}
	if r.monoKnown {
		about.EpochMonoNS = new(r.mono)
	}
	if len(o.output.slo.SLO) > 0 {
		about.Load.SLO = new(o.output.slo.String())
	}
	op.describe(about)
	return about
}
