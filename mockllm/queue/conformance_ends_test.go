package queue

import (
	"errors"
	"testing"
	"time"
)

func cancelQueued(t *testing.T, s store) {
	q := s.queue
	id, next := submit(t, q, NewJob{}), submit(t, q, NewJob{})
	if state, err := q.Cancel(within(t), id); state != Canceled || err != nil {
		t.Fatalf("got %q, %v", state, err)
	}
	wantStats(t, q, Stats{Queued: 1})
	if got := claim(t, q, "w").Job.ID; got != next {
		t.Errorf("claimed %s, want the job after the canceled one, %s", got, next)
	}
	j := get(t, q, id)
	wantJob(t, j, Job{ID: id, State: Canceled, TTL: DefaultTTL})
	if j.Finished.IsZero() || !j.Started.IsZero() {
		t.Errorf("started %v, finished %v", j.Started, j.Finished)
	}
	wantStates(t, follow(t, q, id, 0), Queued, Canceled)
	_, err := q.Cancel(within(t), "unknown")
	wantErr(t, "cancel what is not there", err, ErrNotFound)
}

func cancelRunning(t *testing.T, s store) {
	q, ctx := s.queue, within(t)
	id := submit(t, q, NewJob{})
	c := claim(t, q, "w")
	for range 2 {
		if state, err := s.again(t).Cancel(ctx, id); state != Canceled || err != nil {
			t.Fatalf("got %q, %v", state, err)
		}
	}
	wantErr(t, "extend", q.Extend(ctx, c, time.Minute), ErrCanceled)
	wantErr(t, "progress", q.Progress(ctx, c, Event{}), ErrCanceled)
	wantErr(t, "finish", finish(ctx, q, c, Result{}), ErrCanceled)
	wantJob(t, get(t, q, id), Job{ID: id, State: Canceled, Attempts: 1, TTL: DefaultTTL})
	wantStates(t, follow(t, q, id, 0), Queued, Running, Canceled)
	wantStats(t, q, Stats{})
}

func expiry(t *testing.T, s store) {
	q, ctx := s.queue, within(t)
	id := submit(t, q, NewJob{Key: "k", TTL: time.Millisecond})
	must(t, finish(ctx, q, claim(t, q, "w"), Result{}))
	await(t, "a job expires", func() bool {
		_, err := q.Get(ctx, id)
		return errors.Is(err, ErrExpired)
	})
	_, err := q.Cancel(ctx, id)
	wantErr(t, "cancel", err, ErrExpired)
	_, err = q.Events(ctx, id, 0)
	wantErr(t, "events", err, ErrExpired)
	wantErr(t, "drop", q.Drop(ctx, id), ErrExpired)
	again, dup, err := q.Submit(ctx, NewJob{Key: "k"})
	if again == id || dup || err != nil {
		t.Errorf("a key after its job: got %q, dup %v, %v", again, dup, err)
	}
	_, err = q.Get(ctx, id)
	wantErr(t, "get", err, ErrExpired)
	_, err = q.Get(ctx, "unknown")
	wantErr(t, "get what never was", err, ErrNotFound)
	submit(t, q, NewJob{ID: id})
	wantJob(t, get(t, q, id), Job{ID: id, State: Queued, TTL: DefaultTTL})
}

func drop(t *testing.T, s store) {
	q, ctx := s.queue, within(t)
	running, queued := submit(t, q, NewJob{Key: "k"}), submit(t, q, NewJob{})
	c := claim(t, q, "w")
	events, err := q.Events(ctx, running, 2)
	must(t, err)
	for _, id := range []string{running, queued} {
		must(t, q.Drop(ctx, id))
		_, err := q.Get(ctx, id)
		wantErr(t, "get", err, ErrNotFound)
		wantErr(t, "drop again", q.Drop(ctx, id), ErrNotFound)
	}
	if ev, ok := <-events; ok {
		t.Errorf("an event of a job that is gone: %+v", ev)
	}
	wantStats(t, q, Stats{})
	wantErr(t, "extend", q.Extend(ctx, c, time.Minute), ErrLost)
	wantErr(t, "finish", finish(ctx, q, c, Result{}), ErrLost)
	next := submit(t, q, NewJob{Key: "k"})
	if got := claim(t, q, "w").Job.ID; got != next {
		t.Errorf("claimed %s, want %s", got, next)
	}
}
