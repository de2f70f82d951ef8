package cmd

import (
	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
)

// An operation is what the run of one verb has of its own: what is asked again
// and again, and how the answer is read. Everything else is the same road for
// all verbs.
type operation interface {
	// prepare reads what flags name (bodies, keys, files) and makes what can
	// be made before there is a server. It learns the secrets it meets.
	prepare(app *App, s *secrets) error
	// serverFlags start the reference server that this needs.
	serverFlags() []string
	// aim makes the target, now that endpoint and client are known.
	aim(r *rig) (bench.Target, error)
	// cost words what a run asks for: many of what, and the most of each.
	cost() (things, each string)
	// tell notes what has been found out about the server, and is true when
	// there is no more to come. It is asked again and again during the run.
	tell(app *App) (told bool)
	// explain notes what a result makes plain.
	explain(app *App, t *bench.Tally)
	// describe adds to what the run file says.
	describe(about *report.About)
}
