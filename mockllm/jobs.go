package mockllm

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/aibench/aibench/mockllm/queue"
)

// queueTimeout bounds a call of the queue on behalf of a request.
const queueTimeout = 10 * time.Second

// jobPath is where jobs are submitted; standing faults name it.
const jobPath = "/v1/jobs"

func (a *api) jobRoutes() []route {
	const one = jobPath + "/{id}"
	return []route{
		{method: http.MethodPost, path: jobPath, handle: a.submitJob},
		{method: http.MethodGet, path: one, handle: a.jobStatus},
		{method: http.MethodDelete, path: one, handle: a.cancelJob},
		{method: http.MethodPost, path: one + "/cancel", handle: a.cancelJob},
		{method: http.MethodGet, path: one + "/result", handle: a.jobResult},
		{method: http.MethodGet, path: one + "/events", handle: a.jobEvents},
		{method: http.MethodGet, path: one + "/ws", handle: a.jobSocket},
	}
}

// askForJobs notes that somebody wants jobs. On the loop.
func (s *Server) askForJobs() {
	if !s.jobsAsked {
		s.jobsAsked = true
		s.onJobs()
	}
}

// warm opens the queue before anybody waits for it. Whoever needs it finds out by himself when that fails.
func (s *Server) warm() {
	s.errands.run(openTimeout, func(ctx context.Context) { _, _ = s.store.open(ctx) }, func() {})
}

// askQueue has the queue asked off the loop, and then goes on with its answer, or answers its error. The exchange is
// c's for all that time, also when its client leaves: what was begun in the queue has happened.
func askQueue[T any](c *call, ask func(context.Context, queue.Queue) (T, error), goOn func(T)) {
	c.srv.askForJobs()
	c.body = nil
	var answer T
	var err error
	c.srv.errands.run(queueTimeout, func(ctx context.Context) {
		var q queue.Queue
		if q, err = c.srv.store.open(ctx); err == nil {
			answer, err = ask(ctx, q)
		}
	}, func() {
		switch {
		case c.gone():
			c.entry.finish = finishClientGone
			c.abort()
		case err != nil:
			c.refuse(c.jobRefusal(err))
		default:
			goOn(answer)
		}
	})
}

// jobRefusal is the answer to what the queue says of the job at hand.
func (c *call) jobRefusal(err error) *apiError {
	switch {
	case errors.Is(err, queue.ErrNotFound):
		return errNoJob(c.param)
	case errors.Is(err, queue.ErrExpired):
		return errJobExpired(c.param)
	}
	return errQueue(err)
}

// jobStatus answers GET /v1/jobs/{id}.
func (a *api) jobStatus(c *call) {
	askQueue(c, c.getJob, func(j queue.Job) { c.tell(j, a.manner.status(c.links(), j)) })
}

func (c *call) getJob(ctx context.Context, q queue.Queue) (queue.Job, error) {
	return q.Get(ctx, c.param)
}

// jobResult answers GET /v1/jobs/{id}/result.
func (a *api) jobResult(c *call) {
	askQueue(c, c.getJob, func(j queue.Job) {
		answer := statusLocation(c.links(), j)
		if j.State == queue.Canceled {
			answer = refusalOf(errJobCanceled(http.StatusGone))
		}
		c.tell(j, answer)
	})
}

// canceling is a job before and after it was canceled.
type canceling struct {
	job     queue.Job
	changed bool
}

// cancelJob answers POST /v1/jobs/{id}/cancel and DELETE /v1/jobs/{id}. A job that is over stays as it is.
func (a *api) cancelJob(c *call) {
	askQueue(c, func(ctx context.Context, q queue.Queue) (canceling, error) {
		before, err := q.Get(ctx, c.param)
		if err != nil {
			return canceling{}, err
		}
		state, err := q.Cancel(ctx, c.param)
		if err != nil {
			return canceling{}, err
		}
		after, err := q.Get(ctx, c.param)
		return canceling{after, state == queue.Canceled && !before.State.Terminal()}, err
	}, func(k canceling) {
		if k.changed {
			c.noteJob(inOrder(k.job).Finished, jobEntry{id: k.job.ID, event: "canceled", attempt: k.job.Attempts})
		}
		answer := a.manner.accepted(c.links(), k.job)
		answer.status = http.StatusOK
		c.tell(k.job, answer)
	})
}

// noteJob writes a ledger line on what happened to a job at an instant of the queue's.
func (c *call) noteJob(at time.Time, e jobEntry) {
	if c.srv.ledger != nil {
		e.at = c.srv.clock.stampOfWall(at)
		c.srv.ledger.job(e)
	}
}

// tell answers on a job.
func (c *call) tell(j queue.Job, answer jobAnswer) {
	h := answer.header.Clone()
	if h == nil {
		h = make(http.Header, 5)
	}
	if !j.State.Terminal() {
		c.srv.cfg.retryLater(h)
	}
	c.entry.finish = finishStop
	c.answer(answer.status, h, encode(answer.body))
}
