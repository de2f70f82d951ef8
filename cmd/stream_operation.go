package cmd

import (
	"fmt"
	"strconv"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/target"
	"github.com/aibench/aibench/report"
)

// A streamOperation is the operation of the stream verb: a stream, read to its end.
type streamOperation struct {
	*streamOptions

	cfg    target.StreamConfig
	stream *target.Stream
}

func (s *streamOperation) prepare(app *App, known *secrets) (err error) {
	w := &s.answer
	s.cfg = target.StreamConfig{
		TTFT: w.ttftTimeout.d, Idle: w.idleTimeout.d, Total: w.timeout.d, Redact: known.mask,
	}
	if s.cfg.Dialect, err = w.reading(); err != nil {
		return err
	}
	if s.cfg.Request.Body, err = s.bodies(app); err != nil {
		return err
	}
	if err := s.complete(app, &s.cfg.Request, bearer, known); err != nil {
		return err
	}
	s.cfg.Request.Method = s.request.verb(s.cfg.Request.Body != nil)
	return s.load.checkFiles(1)
}

// bodies makes the body of each request; nil where there is nothing to send:
// an endpoint of its own kind, of which nothing is asked.
func (s *streamOperation) bodies(app *App) (func(seq int64) ([]byte, error), error) {
	r := &s.request
	gets := r.method == "GET" || r.method == "" && s.answer.ownKind()
	if gets && !r.body.given && !r.asks() {
		return nil, nil
	}
	return r.bodies(app, s.load.seed, target.Body.OpenAIChat)
}

func (s *streamOperation) serverFlags() []string { return []string{"--job-workers", "0"} }

func (s *streamOperation) aim(r *rig) (bench.Target, error) {
	if d := s.cfg.Dialect; d == nil || d.Path() != "" {
		s.endpoint.resolve(target.OpenAIChat{}.Path())
	}
	s.cfg.Request.Path, s.cfg.Request.Host = s.endpoint.url.RequestURI(), s.endpoint.url.Host
	s.cfg.Client, s.cfg.Epoch = r.client, r.epoch
	var err error
	if s.stream, err = target.NewStream(s.cfg); err != nil {
		return nil, usage("aibench stream --help", "%v", err)
	}
	return s.stream, nil
}

func (s *streamOperation) cost() (things, each string) {
	if s.request.body.given {
		return "answers", "as many output tokens as --body asks for"
	}
	return "answers", fmt.Sprintf("up to %d output tokens each", s.request.outputTokens.n)
}

// tell says how the stream reads, and how it could be read better.
func (s *streamOperation) tell(app *App) (told bool) {
	d, path := s.stream.Dialect()
	switch {
	case s.answer.said():
		return true
	case d == nil:
		return false
	}
	hint := ""
	switch {
	case path != "":
		hint = ", every event a chunk; if its text is there, say --token-path '" + path + "'"
	case d.Path() == "":
		hint = ", every event a chunk"
	}
	app.note("the stream reads as %s%s", d.Name(), hint)
	return true
}

// explain says that a run has measured nothing because its --token-path led
// nowhere: answers came and ended well, and none held a token.
func (s *streamOperation) explain(app *App, t *bench.Tally) {
	if s.answer.tokenPath == "" || t.Chunks > 0 || t.Events == 0 || t.Outcomes[bench.OK] == 0 {
		return
	}
	hint := "curl -N, and look at one event"
	d, _ := s.stream.Dialect()
	if p, ok := d.(*pathDialect); ok && p.better.Load() != nil {
		hint = *p.better.Load()
	}
	app.complain(&failure{
		what: "--token-path " + s.answer.tokenPath + " led to no text in any of the " + strconv.FormatInt(t.Events, 10) + " events: no token was measured",
		hint: hint,
	})
}

func (s *streamOperation) describe(about *report.About) {
	if d, _ := s.stream.Dialect(); d != nil {
		about.Target.Dialect = new(d.Name())
	}
}
