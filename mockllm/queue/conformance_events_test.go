package queue

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
)

func eventsFromElsewhere(t *testing.T, s store) {
	q, other, ctx := s.queue, s.again(t), within(t)
	id := submit(t, q, NewJob{})
	events, err := q.Events(ctx, id, 0)
	must(t, err)
	wantEvent(t, events, 1, Queued)
	c := claim(t, other, "w")
	wantEvent(t, events, 2, Running)
	must(t, other.Progress(ctx, c, Event{Data: []byte{0, 255}}))
	if ev := wantEvent(t, events, 3, Running); !bytes.Equal(ev.Data, []byte{0, 255}) {
		t.Errorf("data %v", ev.Data)
	}
	must(t, finish(ctx, other, c, Result{}))
	wantEvent(t, events, 4, Succeeded)
	if ev, ok := <-events; ok {
		t.Errorf("an event after the terminal one: %+v", ev)
	}
}

func eventsResume(t *testing.T, s store) {
	q, ctx := s.queue, within(t)
	id := submit(t, q, NewJob{})
	c := claim(t, q, "w")
	const n = batch + 44 // more than one page
	for i := range n {
		must(t, q.Progress(ctx, c, Event{Data: fmt.Append(nil, i)}))
	}
	must(t, finish(ctx, q, c, Result{}))
	const last = n + 3
	for _, after := range []int64{-1, 0, 1, batch - 1, batch, last - 1, last, last + 5, math.MaxInt64} {
		want := max(last-max(after, 0), 0)
		got := follow(t, q, id, after)
		if int64(len(got)) != want {
			t.Fatalf("after %d: got %d events, want %d", after, len(got), want)
		}
		for i, ev := range got {
			if ev.Seq != max(after, 0)+int64(i)+1 {
				t.Fatalf("after %d: event %d has seq %d", after, i, ev.Seq)
			}
			if ev.Seq > 2 && ev.Seq < last && string(ev.Data) != fmt.Sprint(ev.Seq-3) {
				t.Fatalf("event %d has data %q", ev.Seq, ev.Data)
			}
		}
	}
	_, err := q.Events(ctx, "unknown", 0)
	wantErr(t, "events of what is not there", err, ErrNotFound)
}

func eventsEnd(t *testing.T, s store) {
	id := submit(t, s.queue, NewJob{})
	ctx, cancel := context.WithCancel(t.Context())
	unread, err := s.queue.Events(ctx, id, 0)
	must(t, err)
	waiting, err := s.queue.Events(ctx, id, 1)
	must(t, err)
	cancel()
	for range unread { // it may have held an event already
	}
	if ev, ok := <-waiting; ok {
		t.Errorf("got %+v", ev)
	}
	if _, err := s.queue.Events(ctx, id, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
