package queue

import (
	"bytes"
	"context"
	"crypto/rand"
	"slices"
	"time"
)

// Claim implements Queue.
func (m *memory) Claim(ctx context.Context, worker string, lease time.Duration) (*Claim, error) {
	if err := checkLease(lease); err != nil {
		return nil, err
	}
	e, _ := m.bells.listen(submitted)
	defer m.bells.leave(e)
	return m.life.await(ctx, e, func() (*Claim, time.Duration, error) {
		now, err := m.enter(ctx)
		if err != nil {
			return nil, 0, err
		}
		defer m.leave()
		r, wait := m.next(now)
		if r == nil {
			return nil, wait, nil
		}
		r.job.Attempts++
		r.job.Started = now
		r.token = rand.Text()
		m.lend(r, now.Add(lease))
		m.change(r, Running, now)
		return &Claim{Job: r.copy(), Worker: worker, Token: r.token}, 0, nil
	})
}

// next takes the job to be claimed: one whose lease is over, else the first that waits. Without either it says when
// the next lease ends.
func (m *memory) next(now time.Time) (*record, time.Duration) {
	for {
		d, ok := m.leases.take(now)
		if !ok {
			break
		}
		r := d.job
		if m.jobs[r.job.ID] != r || r.job.State != Running || r.token != d.token || r.lease.After(now) {
			continue // dropped, finished, claimed again or extended since
		}
		if limit := r.job.MaxAttempts; limit > 0 && r.job.Attempts >= limit {
			m.stats.Dead++
			m.finish(r, exhausted(limit), now)
			continue
		}
		m.running--
		m.stats.Redelivered++
		return r, 0
	}
	if first := m.waiting.Front(); first != nil {
		r := m.waiting.Remove(first).(*record)
		r.place = nil
		return r, 0
	}
	if len(m.leases) > 0 {
		return nil, m.leases[0].at.Sub(now)
	}
	return nil, time.Hour
}

// lend gives a job into the hands of the claim that it has a token of.
func (m *memory) lend(r *record, until time.Time) {
	m.running++
	r.lease = until
	m.leases.add(due{at: until, job: r, token: r.token})
}

// Extend implements Queue.
func (m *memory) Extend(ctx context.Context, c *Claim, lease time.Duration) error {
	if err := checkLease(lease); err != nil {
		return err
	}
	now, err := m.enter(ctx)
	if err != nil {
		return err
	}
	defer m.leave()
	r, err := m.held(c, "")
	if err != nil {
		return err
	}
	sooner := now.Add(lease).Before(r.lease)
	m.running--
	m.lend(r, now.Add(lease))
	if sooner {
		m.bells.ring(submitted)
	}
	return nil
}

// Progress implements Queue.
func (m *memory) Progress(ctx context.Context, c *Claim, ev Event) error {
	if err := checkData("event", ev.Data); err != nil {
		return err
	}
	now, err := m.enter(ctx)
	if err != nil {
		return err
	}
	defer m.leave()
	r, err := m.held(c, "")
	if err != nil {
		return err
	}
	if len(r.events) >= MaxEvents {
		return errManyEvents()
	}
	m.tell(r, Event{State: Running, At: now, Data: append([]byte{}, ev.Data...)})
	return nil
}

// Finish implements Queue.
func (m *memory) Finish(ctx context.Context, c *Claim, res Result) (time.Time, error) {
	res, err := res.checked()
	if err != nil {
		return time.Time{}, err
	}
	now, err := m.enter(ctx)
	if err != nil {
		return time.Time{}, err
	}
	defer m.leave()
	r, err := m.held(c, res.State)
	if err != nil {
		return time.Time{}, err
	}
	if !r.job.State.Terminal() {
		m.finish(r, res, now)
	}
	return r.job.Finished, nil
}

// held returns the job that a claim holds, or says why it does not.
func (m *memory) held(c *Claim, want State) (*record, error) {
	r := m.jobs[c.Job.ID]
	if r == nil {
		return nil, ErrLost
	}
	return r, fence(r.job.State, r.token, c.Token, want)
}

// finish puts a job into a terminal state.
func (m *memory) finish(r *record, res Result, now time.Time) {
	m.release(r)
	r.job.Finished = now
	r.job.Result, r.job.Error, r.job.Code = bytes.Clone(res.Data), res.Error, res.Code
	m.change(r, res.State, now)
	m.expiring.add(due{at: now.Add(r.job.TTL), job: r})
}

// release takes a job out of the line, or out of a worker's hands.
func (m *memory) release(r *record) {
	switch {
	case r.place != nil:
		m.waiting.Remove(r.place)
		r.place = nil
	case r.job.State == Running:
		m.running--
	}
}

func (m *memory) change(r *record, s State, now time.Time) {
	r.job.State = s
	m.tell(r, Event{State: s, At: now})
}

func (m *memory) tell(r *record, ev Event) {
	ev.Seq = int64(len(r.events)) + 1
	r.events = append(r.events, ev)
	m.bells.ring(r.job.ID)
}

// Events implements Queue.
func (m *memory) Events(ctx context.Context, id string, after int64) (<-chan Event, error) {
	e, _ := m.bells.listen(id)
	return m.life.follow(ctx, &follower{
		ear: e, leave: func() { m.bells.leave(e) }, after: after, poll: time.Hour,
		read: func(ctx context.Context, after int64) (page, error) { return m.page(ctx, id, after) },
	})
}

// page returns events of a job, with data of their own.
func (m *memory) page(ctx context.Context, id string, after int64) (page, error) {
	if _, err := m.enter(ctx); err != nil {
		return page{}, err
	}
	defer m.leave()
	r, err := m.find(id)
	if err != nil {
		return page{}, err
	}
	from := min(int(after), len(r.events))
	to := min(from+batch, len(r.events))
	p := page{events: slices.Clone(r.events[from:to]), ended: r.job.State.Terminal()}
	for i := range p.events {
		p.events[i].Data = bytes.Clone(p.events[i].Data)
	}
	return p, nil
}
