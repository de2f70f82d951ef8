package mockllm

import (
	"context"
	"encoding/json"
	"time"

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
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		var q queue.Queue
		var events <-chan queue.Event
		if q, events, err = store.events(ctx, cancel, id, after); err != nil {
			return
		}
		loop.Post(f.opened)
		for ev := range events {
			news := withJob(ctx, q, id, ev)
			loop.Post(func() { f.told(news) })
		}
	}, func() { f.ended(err) })
}

// events opens the queue and the events of a job. The events go on until ctx ends; only the opening has its time, after
// which it calls cancel.
func (s *jobStore) events(
	ctx context.Context, cancel func(), id string, after int64,
) (queue.Queue, <-chan queue.Event, error) {
	late := time.AfterFunc(queueTimeout, cancel)
	defer late.Stop()
	q, err := s.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	events, err := q.Events(ctx, id, after)
	return q, events, err
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
