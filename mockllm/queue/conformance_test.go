package queue

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestConformance holds every engine to the contract of Queue.
func TestConformance(t *testing.T) {
	t.Parallel()
	checks := []struct {
		name  string
		check func(t *testing.T, s store)
	}{
		{"a job from end to end", endToEnd},
		{"first in first out", firstInFirstOut},
		{"a key is one job", oneKeyOneJob},
		{"an id is one job", oneIDOneJob},
		{"a lost lease fences", lostLeaseFences},
		{"a lease that nobody took", lapsedLease},
		{"an extended lease", extendedLease},
		{"attempts run out", attemptsRunOut},
		{"cancel a queued job", cancelQueued},
		{"cancel a running job", cancelRunning},
		{"expiry", expiry},
		{"drop", drop},
		{"events from elsewhere", eventsFromElsewhere},
		{"events resume", eventsResume},
		{"events end with their reader", eventsEnd},
		{"a claim waits", claimWaits},
		{"the end of a claim's context", claimGivenUp},
		{"many at once", manyAtOnce},
		{"sizes", sizes},
		{"bad arguments", badArguments},
		{"close", closing},
	}
	for _, e := range engines(t) {
		t.Run(e.name, func(t *testing.T) {
			for _, c := range checks {
				t.Run(strings.ReplaceAll(c.name, " ", "-"), func(t *testing.T) {
					c.check(t, e.open(t))
				})
			}
		})
	}
}

func endToEnd(t *testing.T, s store) {
	q, ctx := s.queue, within(t)
	before := time.Now()
	id, dup, err := q.Submit(ctx, NewJob{Payload: []byte(`{"ms":5}`), TTL: time.Minute})
	if err != nil || dup || id == "" {
		t.Fatalf("got id %q, dup %v, %v", id, dup, err)
	}
	wantStats(t, q, Stats{Queued: 1})
	j := get(t, q, id)
	wantJob(t, j, Job{ID: id, State: Queued, Payload: []byte(`{"ms":5}`), TTL: time.Minute})
	c := claim(t, q, "w1")
	wantJob(t, c.Job, Job{ID: id, State: Running, Attempts: 1, Payload: []byte(`{"ms":5}`), TTL: time.Minute})
	wantStats(t, q, Stats{Running: 1})
	must(t, q.Progress(ctx, c, Event{Data: []byte(`{"percent":50}`)}))
	must(t, q.Extend(ctx, c, time.Minute))
	ended, err := q.Finish(ctx, c, Result{Data: []byte(`{"text":"done"}`)})
	must(t, err)
	again, err := q.Finish(ctx, c, Result{Data: []byte(`{"text":"again"}`)}) // the first answer may have been lost
	must(t, err)
	wantErr(t, "finish otherwise", finish(ctx, q, c, Result{State: Failed}), ErrLost)
	wantErr(t, "extend what has ended", q.Extend(ctx, c, time.Minute), ErrLost)
	state, err := q.Cancel(ctx, id)
	if state != Succeeded || err != nil {
		t.Errorf("cancel what has ended: got %q, %v, want %q", state, err, Succeeded)
	}
	j = get(t, q, id)
	wantJob(t, j, Job{ID: id, State: Succeeded, Attempts: 1, Payload: []byte(`{"ms":5}`), Result: []byte(`{"text":"done"}`), TTL: time.Minute})
	if !ended.Equal(j.Finished) || !again.Equal(j.Finished) {
		t.Errorf("finished at %v and again at %v, and the job says %v", ended, again, j.Finished)
	}
	stamps := []time.Time{before, j.Created, j.Started, j.Finished, time.Now()}
	for i, at := range stamps[1:] {
		if at.Before(stamps[i].Truncate(time.Microsecond)) {
			t.Errorf("stamps out of order: %v", stamps)
		}
	}
	wantStats(t, q, Stats{})
	events := follow(t, q, id, 0)
	wantStates(t, events, Queued, Running, Running, Succeeded)
	if got := string(events[2].Data); got != `{"percent":50}` {
		t.Errorf("data of progress: got %s", got)
	}
	for i, at := range []time.Time{j.Created, j.Started, events[2].At, j.Finished} {
		if !events[i].At.Equal(at) {
			t.Errorf("event %d at %v, want %v", i+1, events[i].At, at)
		}
	}
}

func firstInFirstOut(t *testing.T, s store) {
	var ids []string
	for range 20 {
		ids = append(ids, submit(t, s.queue, NewJob{}))
	}
	for i, want := range ids {
		if got := claim(t, s.queue, "w").Job.ID; got != want {
			t.Fatalf("claim %d: got %s, want %s", i, got, want)
		}
	}
}

func oneKeyOneJob(t *testing.T, s store) {
	queues := []Queue{s.queue, s.again(t)}
	var mu sync.Mutex
	ids := map[string]int{}
	news := 0
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			id, dup, err := queues[i%2].Submit(within(t), NewJob{Key: "k'1"})
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			ids[id]++
			if !dup {
				news++
			}
		})
	}
	wg.Wait()
	if len(ids) != 1 || news != 1 {
		t.Fatalf("one key gave jobs %v, %d of them new", ids, news)
	}
	c := claim(t, s.queue, "w")
	must(t, finish(within(t), s.queue, c, Result{}))
	id, dup, err := s.queue.Submit(within(t), NewJob{Key: "k'1"})
	if id != c.Job.ID || !dup || err != nil {
		t.Errorf("a key after its job's end: got %q, dup %v, %v, want %q, dup", id, dup, err, c.Job.ID)
	}
	if other := submit(t, s.queue, NewJob{Key: "k'2"}); other == c.Job.ID {
		t.Errorf("another key gave the same job")
	}
}

func oneIDOneJob(t *testing.T, s store) {
	ctx := within(t)
	if id := submit(t, s.queue, NewJob{ID: "mine", Key: "k"}); id != "mine" {
		t.Fatalf("got id %q", id)
	}
	_, _, err := s.queue.Submit(ctx, NewJob{ID: "mine"})
	wantErr(t, "the same id", err, ErrExists)
	_, _, err = s.queue.Submit(ctx, NewJob{ID: "mine", Key: "other"})
	wantErr(t, "the same id with another key", err, ErrExists)
	id, dup, err := s.queue.Submit(ctx, NewJob{ID: "mine", Key: "k"})
	if id != "mine" || !dup || err != nil {
		t.Errorf("the same id and key: got %q, dup %v, %v", id, dup, err)
	}
	wantStats(t, s.queue, Stats{Queued: 1})
}

func manyAtOnce(t *testing.T, s store) {
	const submitters, each, workers = 4, 25, 4
	queues := []Queue{s.queue, s.again(t)}
	var wg sync.WaitGroup
	for i := range submitters {
		wg.Go(func() {
			for range each {
				submit(t, queues[i%2], NewJob{})
			}
		})
	}
	var mu sync.Mutex
	var ran []string
	ctx, stop := context.WithCancel(within(t))
	defer stop()
	for i := range workers {
		wg.Go(func() {
			for {
				c, err := queues[i%2].Claim(ctx, fmt.Sprint("w", i), time.Minute)
				if err != nil {
					return
				}
				if err := finish(ctx, queues[(i+1)%2], c, Result{}); err != nil { // a claim is good wherever it is shown
					t.Error(err)
				}
				mu.Lock()
				if ran = append(ran, c.Job.ID); len(ran) == submitters*each {
					stop()
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.Sort(ran)
	if distinct := len(slices.Compact(slices.Clone(ran))); len(ran) != submitters*each || distinct != len(ran) {
		t.Errorf("%d runs of %d jobs, want %d of each", len(ran), distinct, submitters*each)
	}
	wantStats(t, s.queue, Stats{})
}

func sizes(t *testing.T, s store) {
	q, ctx := s.queue, within(t)
	big := bytes.Repeat([]byte{0, 'x', 255, '"'}, MaxData/4)
	id := submit(t, q, NewJob{Payload: big})
	c := claim(t, q, "w")
	must(t, q.Progress(ctx, c, Event{Data: big}))
	must(t, finish(ctx, q, c, Result{Data: big, Error: strings.Repeat("é", maxText), State: Failed}))
	j := get(t, q, id)
	if !bytes.Equal(c.Job.Payload, big) || !bytes.Equal(j.Payload, big) || !bytes.Equal(j.Result, big) {
		t.Error("a payload or a result is not what it was")
	}
	if j.Error != strings.Repeat("é", maxText/2) {
		t.Errorf("an error of %d bytes is kept as one of %d", 2*maxText, len(j.Error))
	}
	_, _, err := q.Submit(ctx, NewJob{Payload: append(big, 0)})
	wantErr(t, "a larger payload", err, ErrTooLarge)
	submit(t, q, NewJob{})
	c = claim(t, q, "w")
	wantErr(t, "a larger event", q.Progress(ctx, c, Event{Data: append(big, 0)}), ErrTooLarge)
	wantErr(t, "a larger result", finish(ctx, q, c, Result{Data: append(big, 0)}), ErrTooLarge)
}

func badArguments(t *testing.T, s store) {
	q, ctx := s.queue, within(t)
	for _, j := range []NewJob{
		{ID: strings.Repeat("x", maxName+1)}, {Key: strings.Repeat("x", maxName+1)}, {ID: "a\nb"}, {Key: "\xff"},
		{TTL: -1}, {TTL: maxSpan + 1}, {MaxAttempts: -1},
	} {
		if id, _, err := q.Submit(ctx, j); err == nil {
			t.Errorf("submit %+v: got %q and no error", j, id)
		}
	}
	for _, lease := range []time.Duration{0, -1, maxSpan + 1} {
		if _, err := q.Claim(ctx, "w", lease); err == nil {
			t.Errorf("a lease of %v is no error", lease)
		}
		if err := q.Extend(ctx, &Claim{}, lease); err == nil || errors.Is(err, ErrLost) {
			t.Errorf("to extend by %v: got %v", lease, err)
		}
	}
	if err := finish(ctx, q, &Claim{}, Result{State: Running}); err == nil || errors.Is(err, ErrLost) {
		t.Errorf("to finish as running: got %v", err)
	}
	wantErr(t, "finish nothing", finish(ctx, q, &Claim{}, Result{}), ErrLost)
	wantStats(t, q, Stats{})
}

func closing(t *testing.T, s store) {
	q, ctx := s.queue, within(t)
	id := submit(t, q, NewJob{})
	events, err := q.Events(ctx, id, 1)
	must(t, err)
	c := claim(t, q, "w")
	wantEvent(t, events, 2, Running)
	done := make(chan error)
	go func() {
		_, err := q.Claim(ctx, "w", time.Minute)
		done <- err
	}()
	must(t, q.Close())
	must(t, q.Close())
	wantErr(t, "claim", <-done, ErrClosed)
	if ev, ok := <-events; ok {
		t.Errorf("got %+v", ev)
	}
	_, _, err = q.Submit(ctx, NewJob{})
	wantErr(t, "submit", err, ErrClosed)
	_, err = q.Claim(ctx, "w", time.Minute)
	wantErr(t, "claim", err, ErrClosed)
	wantErr(t, "extend", q.Extend(ctx, c, time.Minute), ErrClosed)
	wantErr(t, "progress", q.Progress(ctx, c, Event{}), ErrClosed)
	wantErr(t, "finish", finish(ctx, q, c, Result{}), ErrClosed)
	_, err = q.Cancel(ctx, id)
	wantErr(t, "cancel", err, ErrClosed)
	_, err = q.Get(ctx, id)
	wantErr(t, "get", err, ErrClosed)
	_, err = q.Events(ctx, id, 0)
	wantErr(t, "events", err, ErrClosed)
	wantErr(t, "drop", q.Drop(ctx, id), ErrClosed)
	_, err = q.Stats(ctx)
	wantErr(t, "stats", err, ErrClosed)
	if s.spec != "memory" {
		must(t, finish(ctx, s.again(t), c, Result{}))
	}
}
