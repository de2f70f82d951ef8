package mockllm

import (
	"context"
	"errors"
	"time"

	"github.com/aibench/aibench/mockllm/queue"
)

// submission is a job that was taken in.
type submission struct {
	job queue.Job
	dup bool // by an earlier request with the same key
}

// submitJob answers POST /v1/jobs.
func (a *api) submitJob(c *call) {
	if _, refusal := a.cfg.readJob(c.body); refusal != nil {
		c.refuse(refusal)
		return
	}
	key := c.req.Header.Get("Idempotency-Key")
	if len(key) > maxJobKey {
		c.refuse(invalid("Idempotency-Key", "an idempotency key has %d bytes at most", maxJobKey))
		return
	}
	f := c.jobFault()
	j := queue.NewJob{Key: key, TTL: a.cfg.JobTTL, MaxAttempts: maxJobAttempts}
	j.Payload = encode(jobPayload{Request: c.body, Fault: f.travels()})
	askQueue(c, func(ctx context.Context, q queue.Queue) (submission, error) {
		return submit(ctx, q, j, f.Kind == FaultLostJob && f.Delay == 0)
	}, func(s submission) { a.submitted(c, s, f) })
}

// jobFault is the fault that concerns the job rather than the request that submits it; the zero Fault for none.
func (c *call) jobFault() Fault {
	if c.fault == nil {
		return Fault{}
	}
	f := *c.fault
	c.fault = nil
	if row := faultRowOf(f.Kind); !row.jobs && row.run == nil {
		return Fault{}
	}
	c.entry.fault = string(f.Kind)
	return f
}

// travels spells the fault that goes with the job; "" for none.
func (f *Fault) travels() string {
	if f.Kind == "" || f.Kind == FaultLostJob {
		return ""
	}
	return f.String()
}

// submit gives a job to the queue, and looks at it there: it may run already.
func submit(ctx context.Context, q queue.Queue, j queue.NewJob, lose bool) (submission, error) {
	id, dup, err := q.Submit(ctx, j)
	s := submission{dup: dup}
	if err != nil {
		return s, err
	}
	if s.job, err = q.Get(ctx, id); err != nil {
		return s, err
	}
	if lose {
		return s, forget(ctx, q, id)
	}
	return s, nil
}

// forget drops a job; one that has gone already is no error.
func forget(ctx context.Context, q queue.Queue, id string) error {
	if err := q.Drop(ctx, id); err != nil && !errors.Is(err, queue.ErrNotFound) && !errors.Is(err, queue.ErrExpired) {
		return err
	}
	return nil
}

// submitted acknowledges a job.
func (a *api) submitted(c *call, s submission, f Fault) {
	if !s.dup {
		a.srv.metrics.submitted()
		c.noteJob(s.job.Created, jobEntry{id: s.job.ID, event: "submitted", fault: string(f.Kind)})
	}
	if f.Kind == FaultLostJob && f.Delay > 0 {
		a.loseLater(s.job.ID, f.Delay)
	}
	c.tell(s.job, a.manner.accepted(c.links(), s.job))
}

// loseLater drops a job after a while, as far as this worker lives that long.
func (a *api) loseLater(id string, after time.Duration) {
	a.srv.loop.At(a.srv.loop.Now().Add(after), func() {
		a.srv.errands.run(queueTimeout, func(ctx context.Context) {
			if q, err := a.srv.store.open(ctx); err == nil {
				_ = forget(ctx, q, id) // nobody is left to be told
			}
		}, func() {})
	})
}
