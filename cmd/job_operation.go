package cmd

import (
	"cmp"
	"fmt"
	"net/url"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/profile"
	"github.com/aibench/aibench/bench/target"
	"github.com/aibench/aibench/bench/wire"
	"github.com/aibench/aibench/report"
)

// A jobOperation is the operation of the job verb: a job, from its submission
// to its result.
type jobOperation struct {
	*jobOptions

	profile *profile.Profile
	cfg     target.JobConfig
	jobs    *target.Job
}

func (j *jobOperation) prepare(app *App, known *secrets) (err error) {
	if j.profile, err = readProfile(j.job.profile); err != nil {
		return err
	}
	j.cfg = target.JobConfig{
		Profile: j.profile, Wait: j.job.wait.how, Interval: j.job.interval.Interval,
		MaxWait: j.job.maxWait.d, Timeout: j.job.timeout.d, Retries: int(j.job.retries.n), MaxBody: int(j.job.maxBody.n),
		Seed: j.load.seed, Redact: known.mask,
	}
	req := &j.cfg.Request
	req.Method = j.request.method // "": the profile's
	if req.Body, err = j.bodies(app); err != nil {
		return err
	}
	for name, value := range j.profile.Submit.Headers {
		known.addHeader(name, value)
	}
	if err := j.complete(app, req, cmp.Or(j.profile.Submit.AuthScheme, bearer), known); err != nil {
		return err
	}
	return j.load.checkFiles(j.connections())
}

// bodies makes the body of each submission: --body, the profile's own, or one
// that an OpenAI-like API takes.
func (j *jobOperation) bodies(app *App) (func(seq int64) ([]byte, error), error) {
	own := j.profile.Submit.Body
	switch {
	case j.request.body.given || own == nil:
		return j.request.bodies(app, j.load.seed, jobBody)
	case j.request.shaped != "":
		return nil, usage("--extra-body to add to it, or --body instead of it",
			"--%s shapes the generated body, and the profile %s has one of its own", j.request.shaped, j.profile.Name)
	}
	b, err := profileBody(own, j.request.extraBody)
	if err != nil {
		return nil, usage(`--extra-body '{"input": {"prompt": "hi"}}'`, "--extra-body: %v", err)
	}
	return func(int64) ([]byte, error) { return b, nil }, nil
}

// connections is how many one job may hold: one that listens submits on
// another.
func (j *jobOperation) connections() int64 {
	if j.job.wait.how == target.Poll {
		return 1
	}
	return 2
}

func (j *jobOperation) serverFlags() []string { return nil }

func (j *jobOperation) aim(r *rig) (bench.Target, error) {
	j.endpoint.resolve(j.profile.Submit.Path)
	j.cfg.URL, j.cfg.Client, j.cfg.Epoch = j.endpoint.url, r.client, r.epoch
	j.cfg.Dial = j.transport.dial(j.endpoint)
	j.cfg.Elsewhere = func(origin *url.URL) (*wire.Client, error) { return r.elsewhere(&j.transport, origin) }
	if j.endpoint.secure() {
		var err error
		if j.cfg.TLS, err = j.transport.tls(j.endpoint.url.Hostname()); err != nil {
			return nil, err
		}
	}
	var err error
	if j.jobs, err = target.NewJob(j.cfg); err != nil {
		return nil, usage("aibench job --help", "%v", err)
	}
	return j.jobs, nil
}

func (j *jobOperation) cost() (things, each string) {
	switch {
	case j.request.body.given:
		each = "whatever --body asks for"
	case j.profile.Submit.Body != nil:
		each = "whatever the profile's body asks for"
	default:
		each = fmt.Sprintf("up to %d output tokens each", j.request.outputTokens.n)
	}
	if n := j.job.retries.n; n > 0 {
		each += fmt.Sprintf(", each submitted up to %d times under one idempotency key", n+1)
	}
	return "jobs", each
}

// tell says what kind of service the first answers are recognised as.
func (j *jobOperation) tell(app *App) (told bool) {
	name, how := j.jobs.Recognised()
	switch {
	case !j.profile.Auto:
		return true // the user has said it
	case name == "":
		return false
	}
	if name == autoProfile {
		name = "no known service's"
	}
	app.note("the jobs read as %s: %s", name, how)
	return true
}

// explain has nothing to add to the report.
func (j *jobOperation) explain(*App, *bench.Tally) {}

func (j *jobOperation) describe(about *report.About) {
	about.Target.Profile = new(j.profile.Name)
	if name, _ := j.jobs.Recognised(); name != "" {
		about.Target.Profile = new(name)
	}
	about.Load.Wait = new(j.job.wait.String())
	about.Load.PollInterval = new(j.job.interval.effective(j.profile))
	about.Load.MaxWaitS = new(j.job.maxWait.d.Seconds())
}
