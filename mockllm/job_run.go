package mockllm

import (
	"context"
	"errors"
	"time"

	"github.com/aibench/aibench/mockllm/queue"
)

// jobRun is one run of a job, from its claim to its end, or to the loss of the claim.
type jobRun struct {
	w      *jobWorker
	claim  *queue.Claim
	plan   jobPlan
	lease  Timer // the next extension
	work   Timer // the end of the work
	crash  bool  // the worker dies in the middle of the work
	sticks bool  // the work has no end
	over   bool  // nothing more is to be said about the job
}

// begin runs the job of a claim.
func (w *jobWorker) begin(c *queue.Claim) {
	r := &jobRun{w: w, claim: c}
	plan, fault, err := w.cfg.readPayload(c.Job.Payload)
	if err != nil {
		w.note(c, claimedAs(c), "")
		r.finish(queue.Result{State: queue.Failed, Error: err.Error(), Code: "bad_payload"})
		return
	}
	r.plan = plan
	f, err := w.faults.choose(fault, w.loop.Now())
	if err != nil {
		w.note(c, claimedAs(c), "")
		r.finish(queue.Result{State: queue.Failed, Error: err.Error(), Code: "bad_fault"})
		return
	}
	w.note(c, claimedAs(c), string(f.Kind))
	if f.Kind != "" {
		row := faultRowOf(f.Kind)
		row.run(r, &f)
	}
	r.start()
}

// claimedAs is the ledger's word for a claim: a job's first run, or one of those that follow.
func claimedAs(c *queue.Claim) string {
	if c.Job.Attempts > 1 {
		return "redelivered"
	}
	return "claimed"
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

// cancelNews is after how long a worker knows at the latest that the job it works on was canceled, if its queue is there.
const cancelNews = 250 * time.Millisecond

// rest has the lease extended in time. That is how a worker learns that its job was canceled, so one that works does it
// more often than its lease needs.
func (r *jobRun) rest() {
	pause := r.w.cfg.JobLease / 3
	if !r.sticks {
		pause = min(pause, cancelNews)
	}
	r.lease = r.w.loop.At(r.w.loop.Now().Add(pause), r.extend)
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
	r.w.call(func(ctx context.Context, q queue.Queue) error {
		return q.Finish(ctx, r.claim, result)
	}, func(err error) {
		switch {
		case err == nil:
			r.w.note(r.claim, finishedAs(result.State), "")
		case !isLost(err):
			r.w.loop.At(r.w.loop.Now().Add(firstPause), func() { r.finish(result) })
			return
		}
		r.w.next()
	})
}

// finishedAs is the ledger's word for a job's end.
func finishedAs(s queue.State) string {
	if s == queue.Failed {
		return "failed"
	}
	return "finished"
}
