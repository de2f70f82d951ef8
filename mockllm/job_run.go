package mockllm

import (
	"context"
	"errors"
	"time"

	"github.com/aibench/aibench/mockllm/queue"
)

// jobRun is one run of a job, from its claim to its end, or to the loss of the claim.
type jobRun struct {
	w       *jobWorker
	claim   *queue.Claim
	plan    jobPlan
	lease   Timer  // the next extension
	work    Timer  // the end of the work
	watch   Timer  // when the job is watched
	unwatch func() // nil: it is not
	crash   bool   // the worker dies in the middle of the work
	sticks  bool   // the work has no end
	over    bool   // nothing more is to be said about the job
}

// begin runs the job of a claim.
func (w *jobWorker) begin(c *queue.Claim) {
	r := &jobRun{w: w, claim: c}
	plan, fault, err := w.cfg.readPayload(c.Job.Payload)
	if err != nil {
		w.noteClaim(c, Fault{})
		r.finish(queue.Result{State: queue.Failed, Error: err.Error(), Code: "bad_payload"})
		return
	}
	r.plan = plan
	f, err := w.faults.choose(fault, w.loop.Now())
	if err != nil {
		w.noteClaim(c, Fault{})
		r.finish(queue.Result{State: queue.Failed, Error: err.Error(), Code: "bad_fault"})
		return
	}
	w.noteClaim(c, f)
	if f.Kind != "" {
		row := faultRowOf(f.Kind)
		row.run(r, &f)
	}
	r.start()
}

// start works.
func (r *jobRun) start() {
	now := r.w.loop.Now()
	r.rest()
	switch {
	case r.sticks:
		r.stick()
	case r.crash:
		r.work = r.w.loop.At(now.Add(r.plan.work/2), r.w.die)
	default:
		r.work = r.w.loop.At(now.Add(r.plan.work), r.done)
	}
	if !r.sticks { // else it holds no worker up
		r.watch = r.w.loop.At(now.Add(unwatched), r.observe)
	}
}

// unwatched is how long a run must last to be watched: to follow the events of a job costs as much as to run a short one.
const unwatched = 50 * time.Millisecond

// observe has the worker leave the job as soon as somebody else ends it. Where the queue tells nothing, the next
// extension of the lease finds out.
func (r *jobRun) observe() {
	ended := false
	r.unwatch = r.w.errands.stay(func(ctx context.Context) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		_, events, err := r.w.store.events(ctx, cancel, r.claim.Job.ID, 0)
		if err != nil {
			return
		}
		for ev := range events {
			ended = ev.State.Terminal()
		}
	}, func() {
		if ended && !r.over {
			r.abandon()
		}
	})
}

// die ends the worker in the middle of its job, as a fatal error in it would.
func (w *jobWorker) die() {
	w.fate = ErrCrashed
	w.loop.die()
}

// stick leaves the job running for ever: its lease is kept, and the worker goes on to others.
func (r *jobRun) stick() {
	if r.w.stuck++; r.w.stuck > maxStuck {
		r.leave()
	}
	r.w.next()
}

// rest has the lease extended in time.
func (r *jobRun) rest() {
	r.lease = r.w.loop.At(r.w.loop.Now().Add(r.w.cfg.JobLease/3), r.extend)
}

// extend keeps the job. A queue that does not answer is asked again: the job is ours until somebody else has it.
func (r *jobRun) extend() {
	r.w.call(func(ctx context.Context, q queue.Queue) error {
		return q.Extend(ctx, r.claim, r.w.cfg.JobLease)
	}, func(err error) {
		switch {
		case r.over:
		case isLost(err):
			r.abandon()
		default:
			r.rest()
		}
	})
}

// isLost tells whether a claim is of no use any more.
func isLost(err error) bool {
	return errors.Is(err, queue.ErrLost) || errors.Is(err, queue.ErrCanceled) || errors.Is(err, queue.ErrNotFound) ||
		errors.Is(err, queue.ErrExpired)
}

// abandon leaves a job that is another worker's now, or nobody's.
func (r *jobRun) abandon() {
	r.leave()
	if r.sticks {
		r.w.stuck--
		return
	}
	r.w.next()
}

// leave ends the run's timers.
func (r *jobRun) leave() {
	r.over = true
	r.lease.Stop()
	r.work.Stop()
	r.watch.Stop()
	if r.unwatch != nil {
		r.unwatch()
	}
}

// done is the end of the work.
func (r *jobRun) done() {
	if r.plan.failure != "" {
		r.finish(queue.Result{State: queue.Failed, Error: r.plan.failure, Code: "job_failed"})
		return
	}
	r.finish(queue.Result{State: queue.Succeeded, Data: encode(jobResult{
		Input: r.plan.input, Attempt: r.claim.Job.Attempts, Worker: r.w.name,
		MS: float64(r.plan.work) / float64(time.Millisecond),
	})})
}

// finish ends the job, and the run once that is known. A queue that does not answer is asked until it does, or until a
// stop has waited for it long enough.
func (r *jobRun) finish(result queue.Result) {
	r.leave()
	var at time.Time
	r.w.call(func(ctx context.Context, q queue.Queue) (err error) {
		at, err = q.Finish(ctx, r.claim, result)
		return err
	}, func(err error) {
		switch {
		case err == nil:
			r.w.noteEnd(r.claim, result.State, at)
		case !isLost(err):
			r.w.loop.At(r.w.loop.Now().Add(firstPause), func() { r.finish(result) })
			return
		}
		r.w.next()
	})
}
