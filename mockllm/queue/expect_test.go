package queue

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func submit(t testing.TB, q Queue, j NewJob) string {
	t.Helper()
	id, dup, err := q.Submit(within(t), j)
	if err != nil || dup {
		t.Fatalf("submit: got dup %v, %v", dup, err)
	}
	return id
}

func claim(t testing.TB, q Queue, worker string) *Claim {
	t.Helper()
	c, err := q.Claim(within(t), worker, time.Minute)
	must(t, err)
	return c
}

// finish is Queue.Finish for those who do not ask when that was.
func finish(ctx context.Context, q Queue, c *Claim, r Result) error {
	_, err := q.Finish(ctx, c, r)
	return err
}

func get(t testing.TB, q Queue, id string) Job {
	t.Helper()
	j, err := q.Get(within(t), id)
	must(t, err)
	return j
}

// follow returns the events of a job that has ended.
func follow(t testing.TB, q Queue, id string, after int64) []Event {
	t.Helper()
	events, err := q.Events(within(t), id, after)
	must(t, err)
	var all []Event
	for ev := range events {
		all = append(all, ev)
	}
	return all
}

func wantErr(t testing.TB, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// wantJob compares all but the stamps.
func wantJob(t testing.TB, got, want Job) {
	t.Helper()
	stamps := cmpopts.IgnoreFields(Job{}, "Created", "Started", "Finished")
	if diff := cmp.Diff(want, got, stamps, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("job (-want +got):\n%s", diff)
	}
	if got.Created.IsZero() || got.Started.IsZero() != (got.Attempts == 0) || got.Finished.IsZero() == got.State.Terminal() {
		t.Errorf("stamps of a job that is %s after %d attempts: %v, %v, %v", got.State, got.Attempts, got.Created, got.Started, got.Finished)
	}
}

func wantStates(t testing.TB, events []Event, want ...State) {
	t.Helper()
	var got []State
	for i, ev := range events {
		got = append(got, ev.State)
		if ev.Seq != int64(i)+1 || ev.At.IsZero() {
			t.Errorf("event %d: %+v", i+1, ev)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("events: got %v, want %v", got, want)
	}
}

func wantEvent(t testing.TB, events <-chan Event, seq int64, state State) Event {
	t.Helper()
	ev, ok := <-events
	if !ok || ev.Seq != seq || ev.State != state {
		t.Fatalf("got %+v (%v), want event %d, %s", ev, ok, seq, state)
	}
	return ev
}

// wantStats compares all but the age, which is there exactly when something waits.
func wantStats(t testing.TB, q Queue, want Stats) {
	t.Helper()
	got, err := q.Stats(within(t))
	must(t, err)
	if (got.Oldest > 0) != (got.Queued > 0) {
		t.Errorf("%d jobs wait, the oldest for %v", got.Queued, got.Oldest)
	}
	got.Oldest = 0
	if got != want {
		t.Errorf("stats: got %+v, want %+v", got, want)
	}
}
