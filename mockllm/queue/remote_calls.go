package queue

import (
	"context"
	"errors"
	"net"
	"time"
)

// Submit implements Queue.
func (r *remote) Submit(ctx context.Context, j NewJob) (string, bool, error) {
	j, err := j.checked() // here too, so that what is too large is not sent
	if err != nil {
		return "", false, err
	}
	res, err := r.call(ctx, request{Method: "Submit", New: &j})
	return res.ID, res.Dup, err
}

// Claim implements Queue.
func (r *remote) Claim(ctx context.Context, worker string, lease time.Duration) (*Claim, error) {
	if err := checkLease(lease); err != nil {
		return nil, err
	}
	res, err := r.call(ctx, request{Method: "Claim", Worker: worker, Lease: lease})
	if err == nil && res.Claim == nil {
		return nil, errNoAnswer()
	}
	return res.Claim, err
}

// Extend implements Queue.
func (r *remote) Extend(ctx context.Context, c *Claim, lease time.Duration) error {
	_, err := r.call(ctx, request{Method: "Extend", Claim: c.proof(), Lease: lease})
	return err
}

// Progress implements Queue.
func (r *remote) Progress(ctx context.Context, c *Claim, ev Event) error {
	if err := checkData("event", ev.Data); err != nil {
		return err
	}
	_, err := r.call(ctx, request{Method: "Progress", Claim: c.proof(), Event: &ev})
	return err
}

// Finish implements Queue.
func (r *remote) Finish(ctx context.Context, c *Claim, result Result) (time.Time, error) {
	result, err := result.checked()
	if err != nil {
		return time.Time{}, err
	}
	res, err := r.call(ctx, request{Method: "Finish", Claim: c.proof(), Result: &result})
	return res.At, err
}

// proof is the part of a claim that proves it.
func (c *Claim) proof() *Claim {
	return &Claim{Job: Job{ID: c.Job.ID}, Worker: c.Worker, Token: c.Token}
}

// Cancel implements Queue.
func (r *remote) Cancel(ctx context.Context, id string) (State, error) {
	res, err := r.call(ctx, request{Method: "Cancel", ID: id})
	return res.State, err
}

// Get implements Queue.
func (r *remote) Get(ctx context.Context, id string) (Job, error) {
	res, err := r.call(ctx, request{Method: "Get", ID: id})
	if err == nil && res.Job == nil {
		err = errNoAnswer()
	}
	if err != nil {
		return Job{}, err
	}
	return *res.Job, nil
}

// Drop implements Queue.
func (r *remote) Drop(ctx context.Context, id string) error {
	_, err := r.call(ctx, request{Method: "Drop", ID: id})
	return err
}

// Stats implements Queue.
func (r *remote) Stats(ctx context.Context) (Stats, error) {
	res, err := r.call(ctx, request{Method: "Stats"})
	if err == nil && res.Stats == nil {
		err = errNoAnswer()
	}
	if err != nil {
		return Stats{}, err
	}
	return *res.Stats, nil
}

// Events implements Queue.
func (r *remote) Events(ctx context.Context, id string, after int64) (<-chan Event, error) {
	conn, err := r.begin(ctx, request{Method: "Events", ID: id, After: after})
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { hangUp(conn) })
	var first response
	err = readFrame(conn, &first)
	err = r.verdict(ctx, &first, err)
	end := func() {
		stop()
		r.discard(conn)
		r.life.calls.Done()
	}
	if err != nil {
		end()
		return nil, err
	}
	out := make(chan Event)
	go func() {
		defer end()
		defer close(out)
		r.forward(ctx, conn, out)
	}()
	return out, nil
}

// forward passes events on until there are no more, or nobody wants them.
func (r *remote) forward(ctx context.Context, conn *net.UnixConn, out chan<- Event) {
	for {
		var res response
		if readFrame(conn, &res) != nil || res.Event == nil {
			return
		}
		select {
		case out <- *res.Event:
		case <-ctx.Done():
			return
		case <-r.life.done:
			return
		}
	}
}

func errNoAnswer() error { return errors.New("the process that holds the queue answers with nothing") }
