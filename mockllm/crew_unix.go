//go:build unix

package mockllm

import (
	"os/exec"
	"time"
)

// crew is the workers of one kind. Numbers count within a crew.
type crew struct {
	role    string // in the ledger; "": they serve the API
	name    string // in the log
	command func() *exec.Cmd
	wanted  int
	posts   map[int]*post // by worker number
}

// post is one worker number, which its successive holders share.
type post struct {
	p        *process  // the holder; nil: vacant
	former   *process  // keeps serving until p has begun, in a reload
	held     bool      // somebody has held it
	failures int       // deaths in a row that came too early
	notUntil time.Time // when it may be filled
}

// post returns the post with number n.
func (c *crew) post(n int) *post {
	if c.posts[n] == nil {
		c.posts[n] = &post{}
	}
	return c.posts[n]
}

// crews are the workers of both kinds.
func (a *Arbiter) crews() []*crew { return []*crew{a.api, a.jobs} }

// muster makes the crews. Job workers wait until jobs are asked for, unless the configuration speaks of them.
func (a *Arbiter) muster() {
	a.api = &crew{name: "worker", command: a.opts.Command, wanted: a.cfg.Workers, posts: make(map[int]*post)}
	a.jobs = &crew{role: roleJob, name: "job worker", command: a.opts.JobCommand, posts: make(map[int]*post)}
	if a.opts.JobCommand == nil {
		a.cfg.JobWorkers = -1
	}
	if a.jobsAtOnce {
		a.jobs.wanted = a.cfg.jobWorkers()
	}
}

// size is how many processes of c are alive.
func (a *Arbiter) size(c *crew) int {
	n := 0
	for p := range a.alive {
		if p.crew == c {
			n++
		}
	}
	return n
}

// fill starts a worker for each vacant post whose time has come.
func (a *Arbiter) fill(now time.Time) {
	for _, c := range a.crews() {
		for n := 1; n <= c.wanted && !a.stopping; n++ {
			if post := c.post(n); post.p == nil && !now.Before(post.notUntil) && a.size(c) < crowd*c.wanted {
				a.hire(c, n, post)
			}
		}
	}
}
