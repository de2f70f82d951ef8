package mockllm

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/aibench/aibench/mockllm/queue"
)

const (
	// firstPause and lastPause bound the pause after a queue that does not answer; it doubles each time.
	firstPause = 50 * time.Millisecond
	lastPause  = 2 * time.Second
	// maxStuck is how many stuck jobs one worker keeps; beyond that their leases run out.
	maxStuck = 10_000
)

// jobWorker runs jobs, one at a time. Everything in it happens on its own loop but the calls of the queue, so that its
// heartbeat tells whether it hangs, whatever the queue does.
type jobWorker struct {
	cfg     Config
	number  int
	name    string // in the queue: no other worker has it
	loop    *Loop
	clock   clock
	ledger  *ledger // nil: none
	store   *jobStore
	errands *errands
	helpers sync.WaitGroup
	faults  *jobFaults

	// On the loop only:
	stuck    int    // jobs that are kept for ever
	release  func() // ends the wait for a job; nil: there is none
	busy     bool   // with a job
	pause    time.Duration
	stopping bool
	fate     error // why the loop was killed
}

// newJobWorker returns a worker that takes its jobs from store.
func newJobWorker(cfg Config, number int, store *jobStore, counts *faultCounts) *jobWorker {
	w := &jobWorker{
		cfg: cfg, number: number, loop: newLoop(), clock: newClock(), store: store,
		name: fmt.Sprintf("job-worker-%d-%s", number, strings.ToLower(rand.Text()[:8])),
	}
	w.errands = newErrands(w.loop, &w.helpers)
	w.faults = newJobFaults(cfg, number, counts, w.loop.Now())
	w.loop.onKill = func() {
		if w.fate == nil {
			w.fate = ErrKilled
		}
	}
	return w
}

// serve runs jobs until stop, which makes it return nil, or until the worker dies: [ErrCrashed] or [ErrKilled]. Any
// other error means that it could not begin, or that the ledger is incomplete.
func (w *jobWorker) serve() error {
	if w.cfg.Ledger != "" {
		var err error
		if w.ledger, err = openLedger(w.cfg.Ledger, w.number); err != nil {
			return fmt.Errorf("run jobs: %w", err)
		}
	}
	w.loop.Post(w.next)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.loop.run()
	}()
	<-ended
	w.errands.halt()
	w.helpers.Wait()
	if w.ledger != nil {
		return errors.Join(w.fate, w.ledger.close())
	}
	return w.fate
}

// stop has the worker end after the job at hand, for which it has the graceful timeout. From any goroutine.
func (w *jobWorker) stop() {
	w.loop.Post(func() {
		if w.stopping {
			return
		}
		w.stopping = true
		w.loop.At(w.loop.Now().Add(w.cfg.GracefulTimeout), w.loop.Kill)
		switch {
		case w.release != nil:
			w.release() // next comes to the end
		case !w.busy:
			w.loop.stop()
		}
	})
}

// kill ends the worker at once; its jobs go to others when their leases are over. From any goroutine.
func (w *jobWorker) kill() { w.loop.Kill() }

// next waits for a job, or is the end.
func (w *jobWorker) next() {
	w.busy = false
	if w.stopping {
		w.loop.stop()
		return
	}
	var c *queue.Claim
	var err error
	w.release = w.errands.stay(func(ctx context.Context) {
		var q queue.Queue
		if q, err = w.store.open(ctx); err == nil {
			c, err = q.Claim(ctx, w.name, w.cfg.JobLease)
		}
	}, func() {
		w.release = nil
		if err != nil {
			w.later(w.next)
			return
		}
		w.pause, w.busy = 0, true
		w.begin(c)
	})
}

// later calls f when the queue may have recovered. A worker that stops does not wait for that.
func (w *jobWorker) later(f func()) {
	if w.stopping {
		f()
		return
	}
	w.pause = min(max(2*w.pause, firstPause), lastPause)
	w.loop.At(w.loop.Now().Add(w.pause), f)
}

// call calls the queue off the loop, and then done with what came of it.
func (w *jobWorker) call(f func(context.Context, queue.Queue) error, done func(error)) {
	var err error
	w.errands.run(queueTimeout, func(ctx context.Context) {
		var q queue.Queue
		if q, err = w.store.open(ctx); err == nil {
			err = f(ctx, q)
		}
	}, func() { done(err) })
}

// noteClaim and noteEnd write a ledger line on a job, at the queue's own instant of it.
func (w *jobWorker) noteClaim(c *queue.Claim, f Fault) {
	event := "claimed"
	if c.Job.Attempts > 1 {
		event = "redelivered"
	}
	w.note(inOrder(c.Job).Started, jobEntry{id: c.Job.ID, event: event, attempt: c.Job.Attempts, fault: string(f.Kind)})
}

func (w *jobWorker) noteEnd(c *queue.Claim, s queue.State, finished time.Time) {
	event := "finished"
	if s == queue.Failed {
		event = "failed"
	}
	j := c.Job
	j.Finished = finished
	w.note(inOrder(j).Finished, jobEntry{id: j.ID, event: event, attempt: j.Attempts})
}

func (w *jobWorker) note(at time.Time, e jobEntry) {
	if w.ledger != nil {
		e.at = w.clock.stampOfWall(at)
		w.ledger.job(e)
	}
}
