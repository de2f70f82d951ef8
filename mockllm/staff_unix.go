//go:build unix

package mockllm

import (
	"errors"
	"fmt"
	"os"
	"time"
)

const (
	// maxBootFailures is how many workers in a row may fail to begin before the arbiter gives up.
	maxBootFailures = 5
	// youth is how long a worker must have lived for its death to be followed by a replacement at once.
	youth = time.Second
	// firstDelay and lastDelay bound the pause before a worker is replaced that died young; it doubles with each.
	firstDelay = 100 * time.Millisecond
	lastDelay  = 5 * time.Second
	// crowd bounds the processes per wanted worker: those that retire overlap with their successors.
	crowd = 4
)

// hire starts a worker.
func (a *Arbiter) hire(c *crew, n int, post *post) {
	wc := workerConfig{Worker: n, Warm: a.jobsAtOnce, Shared: a.shared != nil, Home: a.home.dir, Config: a.cfg}
	p, err := startProcess(c.command(), wc, a.inheritance(c), a.events)
	if p == nil {
		p = &process{crew: c, number: n}
		a.succeed(post, processEvent{p: p, failure: err.Error(), err: err})
		return
	}
	p.crew = c
	event := "start"
	if post.held {
		event = "restarted"
	}
	post.p, post.held = p, true
	a.alive[p] = true
	a.note(event, p)
	a.logf("%v %s", p, map[string]string{"start": "started", "restarted": "restarted"}[event])
}

// inheritance is the files that the workers of c inherit besides their pipes. A job worker must not hold the listener:
// while it ends its job in a graceful stop, connections would be taken in and left to hang.
func (a *Arbiter) inheritance(c *crew) []*os.File {
	var files []*os.File
	if c == a.api {
		files = append(files, a.listener)
	}
	if a.shared != nil {
		files = append(files, a.shared)
	}
	return files
}

// note writes a ledger line on p.
func (a *Arbiter) note(event string, p *process) {
	if a.ledger != nil {
		a.ledger.workerEvent(event, p.crew.role, p.number, p.pid, monotonic())
	}
}

// hear takes news of a worker.
func (a *Arbiter) hear(event processEvent) {
	p := event.p
	switch {
	case event.ended:
		a.bury(event)
		return
	case event.mute:
		p.mute = true
		if !p.killed {
			p.abortAt = time.Now().Add(exitGrace)
		}
		return
	}
	p.beaten = time.Now()
	if event.jobs {
		a.jobs.wanted = a.cfg.jobWorkers()
	}
	if event.retiring {
		a.retire(p)
	}
	if !p.booted {
		a.begun(p)
	}
}

// begun notes the first sign of life of p.
func (a *Arbiter) begun(p *process) {
	p.booted = true
	a.bootFailures = 0
	if !a.ready && p.crew == a.api {
		a.ready = true
		a.opts.Ready(a.serves)
	}
	if post := p.crew.posts[p.number]; post != nil && post.p == p && post.former != nil {
		a.dismiss(post.former)
		post.former = nil
		a.renew()
	}
}

// retire vacates the post of a worker that stops by itself: it accepts no more, so its successor is hired now, not when
// the last of its requests has ended.
func (a *Arbiter) retire(p *process) {
	if p.leaving {
		return
	}
	p.leaving = true
	p.abortAt = time.Now().Add(a.cfg.GracefulTimeout + killGrace)
	a.logf("%v retires", p)
	if post := p.crew.posts[p.number]; post != nil && post.p == p {
		post.p, post.failures = nil, 0
	}
}

// renew replaces the next worker of a reload: its successor begins before it is told to go, so that somebody is there
// all the time.
func (a *Arbiter) renew() {
	for len(a.renewals) > 0 && !a.stopping {
		old := a.renewals[0]
		a.renewals = a.renewals[1:]
		post := old.crew.posts[old.number]
		if post == nil || post.p != old {
			continue // it has gone by itself meanwhile
		}
		if post.former != nil { // of a reload that this one overtakes
			a.dismiss(post.former)
		}
		post.former, post.p = old, nil
		return // fill hires the successor
	}
}

// bury books the end of a worker and decides about its post.
func (a *Arbiter) bury(event processEvent) {
	p := event.p
	p.release()
	delete(a.alive, p)
	how := "exit"
	if p.killed {
		how = "killed"
	}
	a.note(how, p)
	if !p.leaving || event.failure != "" {
		a.logf("%v ended: %v", p, endReason(event))
	}
	post := p.crew.posts[p.number]
	switch {
	case post == nil:
	case post.former == p:
		post.former = nil
	case post.p == p:
		post.p = nil
		a.succeed(post, event)
	}
}

// succeed decides when the post of a worker that has ended is filled again, and whether at all.
func (a *Arbiter) succeed(post *post, event processEvent) {
	switch {
	case !event.p.booted && post.former != nil:
		a.logf("%s %d stays as it is: its successor does not start", event.p.crew.name, event.p.number)
		post.p, post.former = post.former, nil
		a.renewals = nil
		return
	case event.err == nil, time.Since(event.p.started) > youth && event.p.booted:
		post.failures = 0
		return
	}
	post.failures++
	if !event.p.booted {
		a.bootFailures++
	}
	if a.bootFailures >= maxBootFailures && !a.stopping {
		a.failed = fmt.Errorf("start worker: %w", endReason(event))
		a.quit()
		return
	}
	post.notUntil = time.Now().Add(delay(post.failures, event.p.booted))
}

// delay is the pause before a worker is replaced that died young, as the latest of so many in a row. A first death after
// a proper beginning is an accident, and costs nothing.
func delay(failures int, booted bool) time.Duration {
	if booted {
		failures--
	}
	if failures == 0 {
		return 0
	}
	return min(lastDelay, firstDelay<<min(failures-1, 10))
}

// endReason says why a worker ended, in its own words where it has said.
func endReason(event processEvent) error {
	switch {
	case event.failure != "":
		return errors.New(event.failure)
	case event.err != nil:
		return event.err
	}
	return errors.New("it was to be replaced")
}
