package queue

import (
	"bytes"
	"container/list"
	"context"
	"sync"
	"time"
)

// memory keeps jobs for as long as its process lives.
type memory struct {
	life  *life
	bells bells

	mu       sync.Mutex // guards what follows
	jobs     map[string]*record
	keys     map[string]*record
	gone     map[string]time.Time // when an expired job is forgotten altogether
	waiting  *list.List           // queued records in order of submission
	running  int
	leases   agenda
	expiring agenda
	stats    Stats // Redelivered and Dead
}

// record is a job in memory.
type record struct {
	job    Job
	key    string
	place  *list.Element // in waiting; nil: not queued
	token  string
	lease  time.Time // its end
	events []Event
}

func newMemory() *memory {
	return &memory{
		life:    newLife(),
		jobs:    map[string]*record{},
		keys:    map[string]*record{},
		gone:    map[string]time.Time{},
		waiting: list.New(),
	}
}

// enter begins a call that looks at the jobs as they are now. Its end is m.leave.
func (m *memory) enter(ctx context.Context) (now time.Time, err error) {
	if err := ctx.Err(); err != nil {
		return now, err
	}
	if err := m.life.enter(); err != nil {
		return now, err
	}
	m.mu.Lock()
	now = time.Now()
	m.expire(now)
	return now, nil
}

func (m *memory) leave() {
	m.mu.Unlock()
	m.life.calls.Done()
}

// Submit implements Queue.
func (m *memory) Submit(ctx context.Context, j NewJob) (string, bool, error) {
	j, err := j.checked()
	if err != nil {
		return "", false, err
	}
	now, err := m.enter(ctx)
	if err != nil {
		return "", false, err
	}
	defer m.leave()
	if first := m.keys[j.Key]; first != nil {
		return first.job.ID, true, nil
	}
	if m.jobs[j.ID] != nil {
		return "", false, ErrExists
	}
	r := &record{key: j.Key, job: Job{
		ID: j.ID, Created: now, Payload: bytes.Clone(j.Payload), TTL: j.TTL, MaxAttempts: j.MaxAttempts,
	}}
	m.jobs[j.ID] = r
	if j.Key != "" {
		m.keys[j.Key] = r
	}
	r.place = m.waiting.PushBack(r)
	m.change(r, Queued, now)
	m.bells.ring(submitted)
	return j.ID, false, nil
}

// Cancel implements Queue.
func (m *memory) Cancel(ctx context.Context, id string) (State, error) {
	now, err := m.enter(ctx)
	if err != nil {
		return "", err
	}
	defer m.leave()
	r, err := m.find(id)
	if err != nil {
		return "", err
	}
	if !r.job.State.Terminal() {
		m.finish(r, Result{State: Canceled}, now)
	}
	return r.job.State, nil
}

// Get implements Queue.
func (m *memory) Get(ctx context.Context, id string) (Job, error) {
	if _, err := m.enter(ctx); err != nil {
		return Job{}, err
	}
	defer m.leave()
	r, err := m.find(id)
	if err != nil {
		return Job{}, err
	}
	return r.copy(), nil
}

// Drop implements Queue.
func (m *memory) Drop(ctx context.Context, id string) error {
	if _, err := m.enter(ctx); err != nil {
		return err
	}
	defer m.leave()
	r, err := m.find(id)
	if err != nil {
		return err
	}
	m.release(r)
	m.remove(r)
	return nil
}

// Stats implements Queue.
func (m *memory) Stats(ctx context.Context) (Stats, error) {
	now, err := m.enter(ctx)
	if err != nil {
		return Stats{}, err
	}
	defer m.leave()
	s := m.stats
	s.Queued, s.Running = m.waiting.Len(), m.running
	if first := m.waiting.Front(); first != nil {
		s.Oldest = now.Sub(first.Value.(*record).job.Created)
	}
	return s, nil
}

// Close implements Queue.
func (m *memory) Close() error {
	m.life.end()
	m.life.calls.Wait()
	return nil
}

func (m *memory) find(id string) (*record, error) {
	if r := m.jobs[id]; r != nil {
		return r, nil
	}
	if _, was := m.gone[id]; was {
		return nil, ErrExpired
	}
	return nil, ErrNotFound
}

// expire takes away what is past its time: finished jobs, and the memory of those.
func (m *memory) expire(now time.Time) {
	for {
		d, ok := m.expiring.take(now)
		if !ok {
			return
		}
		id := d.job.job.ID
		until, buried := m.gone[id]
		switch {
		case m.jobs[id] == d.job:
			m.remove(d.job)
			until := d.at.Add(tombstone(d.job.job.TTL))
			m.gone[id] = until
			m.expiring.add(due{at: until, job: d.job})
		case buried && !until.After(now):
			delete(m.gone, id)
		}
	}
}

func (m *memory) remove(r *record) {
	delete(m.jobs, r.job.ID)
	if m.keys[r.key] == r {
		delete(m.keys, r.key)
	}
	m.bells.ring(r.job.ID)
}

// copy returns the job with memory of its own.
func (r *record) copy() Job {
	j := r.job
	j.Payload, j.Result = bytes.Clone(j.Payload), bytes.Clone(j.Result)
	return j
}
