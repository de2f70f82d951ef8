package queue

import (
	"context"
	"errors"
	"testing"
	"time"
)

func lostLeaseFences(t *testing.T, s store) {
	q, other, ctx := s.queue, s.again(t), within(t)
	id := submit(t, q, NewJob{})
	late, err := q.Claim(ctx, "slow", 50*time.Millisecond)
	must(t, err)
	c := claim(t, other, "quick") // waits for the lease to end
	wantJob(t, c.Job, Job{ID: id, State: Running, Attempts: 2, TTL: DefaultTTL})
	if after := c.Job.Started.Sub(late.Job.Started); after < 50*time.Millisecond {
		t.Errorf("claimed again after %v", after)
	}
	submit(t, q, NewJob{})
	wantErr(t, "extend", q.Extend(ctx, late, time.Minute), ErrLost)
	wantErr(t, "progress", q.Progress(ctx, late, Event{}), ErrLost)
	wantErr(t, "finish", finish(ctx, q, late, Result{State: Failed}), ErrLost)
	must(t, finish(ctx, other, c, Result{Data: []byte("2")}))
	wantErr(t, "finish what another has finished", finish(ctx, q, late, Result{}), ErrLost)
	wantJob(t, get(t, q, id), Job{ID: id, State: Succeeded, Attempts: 2, Result: []byte("2"), TTL: DefaultTTL})
	wantStates(t, follow(t, q, id, 0), Queued, Running, Running, Succeeded)
	wantStats(t, q, Stats{Queued: 1, Redelivered: 1})
}

func lapsedLease(t *testing.T, s store) {
	q, ctx := s.queue, within(t)
	id := submit(t, q, NewJob{})
	c, err := q.Claim(ctx, "w", time.Nanosecond)
	must(t, err)
	must(t, q.Progress(ctx, c, Event{}))
	must(t, q.Extend(ctx, c, time.Nanosecond))
	must(t, finish(ctx, q, c, Result{State: Failed, Error: "no", Code: "bad"}))
	wantJob(t, get(t, q, id), Job{ID: id, State: Failed, Attempts: 1, Error: "no", Code: "bad", TTL: DefaultTTL})
}

func extendedLease(t *testing.T, s store) {
	q := s.queue
	submit(t, q, NewJob{})
	c, err := q.Claim(within(t), "w", 100*time.Millisecond)
	must(t, err)
	must(t, q.Extend(within(t), c, time.Hour))
	ctx, cancel := context.WithTimeout(t.Context(), 250*time.Millisecond)
	defer cancel()
	if c, err := q.Claim(ctx, "w", time.Hour); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("claim in vain: got %v, %v", c, err)
	}
}

func attemptsRunOut(t *testing.T, s store) {
	q, ctx := s.queue, within(t)
	id := submit(t, q, NewJob{MaxAttempts: 2})
	for range 2 {
		_, err := q.Claim(ctx, "w", time.Millisecond)
		must(t, err)
	}
	await(t, "a job is given up", func() bool {
		ctx, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		defer cancel()
		if c, err := q.Claim(ctx, "w", time.Minute); err == nil {
			t.Fatalf("claimed too often: %+v", c.Job)
		}
		return get(t, q, id).State == Failed
	})
	wantJob(t, get(t, q, id), Job{ID: id, State: Failed, Attempts: 2, MaxAttempts: 2,
		Error: "claimed 2 times, and never finished", Code: CodeAttempts, TTL: DefaultTTL})
	wantStates(t, follow(t, q, id, 0), Queued, Running, Running, Failed)
	wantStats(t, q, Stats{Redelivered: 1, Dead: 1})
}

func claimWaits(t *testing.T, s store) {
	q, other := s.queue, s.again(t)
	got := make(chan *Claim)
	for range 3 {
		go func() {
			c, err := q.Claim(within(t), "w", time.Minute)
			if err != nil {
				t.Error(err)
			}
			got <- c
		}()
	}
	want := map[string]bool{}
	for range 3 {
		want[submit(t, other, NewJob{})] = true
	}
	for range 3 {
		if c := <-got; c == nil || !want[c.Job.ID] {
			t.Errorf("claimed %+v, want one of %v", c, want)
		} else {
			delete(want, c.Job.ID)
		}
	}
}

func claimGivenUp(t *testing.T, s store) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := s.queue.Claim(ctx, "w", time.Minute)
		done <- err
	}()
	cancel()
	wantErr(t, "claim", <-done, context.Canceled)
	id := submit(t, s.queue, NewJob{})
	if _, err := s.queue.Claim(ctx, "w", time.Minute); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if c := claim(t, s.queue, "w"); c.Job.ID != id || c.Job.Attempts != 1 {
		t.Errorf("got %+v, want the first claim of %s", c.Job, id)
	}
}
