package cmd

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/target"
	"github.com/aibench/aibench/bench/wire"
	"github.com/aibench/aibench/mockllm"
	"github.com/aibench/aibench/report"
)

// A rig is everything that a run of streams needs, ready to go.
type rig struct {
	id        string
	epoch     time.Time
	mono      int64 // CLOCK_MONOTONIC at epoch, when monoKnown; taken once, so that all files agree
	monoKnown bool
	client    *wire.Client
	target    *target.Stream
	results   *results
	secrets   secrets
	stop      func() // of the reference server; nil: it is not ours
}

// prepare makes a rig. What can be found wrong is found here, the cheapest
// first, before any load is made. The caller closes the rig.
func (a *App) prepare(ctx context.Context, o *streamOptions) (*rig, error) {
	r := &rig{}
	if err := a.fill(ctx, o, r); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (a *App) fill(ctx context.Context, o *streamOptions, r *rig) (err error) {
	t := &o.transport
	cfg := target.StreamConfig{
		TTFT: t.ttftTimeout.d, Idle: t.idleTimeout.d, Total: t.timeout.d, Redact: r.secrets.mask,
	}
	if cfg.Dialect, err = o.request.reading(); err != nil {
		return err
	}
	if cfg.Request, err = a.request(o, &r.secrets); err != nil {
		return err
	}
	if r.results, err = openResults(o.output.files.names); err != nil {
		return err
	}
	if err := o.load.checkFiles(); err != nil {
		return err
	}
	if o.endpoint == nil {
		if err := a.startServer(ctx, o, r); err != nil {
			return err
		}
	}
	o.aim(&cfg.Request, cfg.Dialect)
	r.epoch = time.Now()
	r.mono, r.monoKnown = bench.MonoNS(r.epoch)
	r.id = newID(r.epoch)
	if r.client, err = o.client(r.epoch); err != nil {
		return err
	}
	cfg.Client, cfg.Epoch = r.client, r.epoch
	if r.target, err = target.NewStream(cfg); err != nil {
		return usage("aibench stream --help", "%v", err)
	}
	a.warn(o)
	return nil
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
	if r.stop != nil {
		r.stop()
	}
}

// startServer starts the reference server as a process of its own, and makes
// it the endpoint.
func (a *App) startServer(ctx context.Context, o *streamOptions, r *rig) error {
	server, err := childServer("--seed", strconv.FormatUint(o.load.seed, 10), "--model", o.request.model)
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

// request is what is asked, again and again, wherever it is asked.
func (a *App) request(o *streamOptions, s *secrets) (req target.Request, err error) {
	var user *url.Userinfo
	if o.endpoint != nil {
		user = o.endpoint.url.User
		s.addURL(o.endpoint.url.String())
	}
	if req.Body, err = o.request.bodies(a, o.load.seed); err != nil {
		return req, err
	}
	if req.Body != nil {
		body, err := req.Body(0)
		if err != nil {
			return req, cannot(err, "", "make the first body")
		}
		s.addJSON(body)
	}
	req.Method = o.request.verb(req.Body != nil)
	req.Header, err = o.request.fields(a, user, s)
	return req, err
}

// aim directs a request at the endpoint.
func (o *streamOptions) aim(req *target.Request, d target.Dialect) {
	if d == nil || d.Path() != "" {
		o.endpoint.resolve(target.OpenAIChat{}.Path())
	}
	req.Path, req.Host = o.endpoint.url.RequestURI(), o.endpoint.url.Host
}

// client makes the HTTP client for the endpoint.
func (o *streamOptions) client(epoch time.Time) (*wire.Client, error) {
	t := &o.transport
	cfg := wire.Config{
		Epoch: epoch, Address: o.endpoint.address(), ConnectTo: t.connectTo,
		ConnectTimeout: t.connectTimeout.d, NoKeepAlive: t.noKeepAlive,
	}
	if t.unixSocket != "" {
		cfg.Network, cfg.Address = "unix", t.unixSocket
	}
	if o.endpoint.secure() {
		var err error
		if cfg.TLS, err = t.tls(o.endpoint.url.Hostname()); err != nil {
			return nil, err
		}
	}
	return wire.New(cfg), nil
}

// about is what the run file says beside the results.
func (r *rig) about(a *App, o *streamOptions) *report.About {
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
	if d, _ := r.target.Dialect(); d != nil {
		about.Target.Dialect = new(d.Name())
	}
	if len(o.output.slo.SLO) > 0 {
		about.Load.SLO = new(o.output.slo.String())
	}
	return about
}
