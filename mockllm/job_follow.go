package mockllm

import (
	"context"
	"encoding/json"

	"github.com/aibench/aibench/mockllm/queue"
)

// jobFollower is told of a job as it goes on, on the loop: opened once, if the job is known; told for each event; and at
// last ended, with the error that kept it from being opened.
type jobFollower struct {
	opened func()
	told   func(jobNews)
	ended  func(err error)
}

// jobNews is an event of a job, and the job itself once it is over.
type jobNews struct {
	queue.Event
	job *queue.Job
}

// follow tells f of the call's job from the event after the given one, until the job is over or cancel is called.
func (c *call) follow(after int64, f jobFollower) (cancel func()) {
	c.srv.askForJobs()
	store, loop, id := c.srv.store, c.loop, c.param
	var err error
	return c.srv.errands.stay(func(ctx context.Context) {
		var q queue.Queue
		if q, err = store.open(ctx); err != nil {
			return
		}
		var events <-chan queue.Event
		if events, err = q.Events(ctx, id, after); err != nil {
			return
		}
		loop.Post(f.opened)
		for ev := range events {
			news := withJob(ctx, q, id, ev)
			loop.Post(func() { f.told(news) })
		}
	}, func() { f.ended(err) })
}

// withJob adds the job to its last event, unless it has gone already.
func withJob(ctx context.Context, q queue.Queue, id string, ev queue.Event) jobNews {
	news := jobNews{Event: ev}
	if ev.Data == nil && ev.State.Terminal() {
		if j, err := q.Get(ctx, id); err == nil {
			news.job = &j
		}
	}
	return news
}

// jobStep is what an event says before the job is over.
type jobStep struct {
	Status   queue.State     `json:"status"`
	Progress json.RawMessage `json:"progress,omitempty"`
}

// kind is the event's name.
func (n jobNews) kind() string {
	if n.Data != nil {
		return "progress"
	}
	return "status"
}

// step is what there is to say while the job is not known to be over. Progress is what its worker says, which need not
// be JSON.
func (n jobNews) step() jobStep {
	s := jobStep{Status: n.State}
	if json.Valid(n.Data) {
		s.Progress = n.Data
	}
	return s
}
