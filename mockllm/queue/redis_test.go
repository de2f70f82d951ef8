package queue

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// TestForeignKeys: what another program keeps under the prefix is told, and left as it is.
func TestForeignKeys(t *testing.T) {
	t.Parallel()
	server := startRedis(t, t)
	plain := open(t, server.spec("plain:")).(*redisQueue)
	for _, key := range []string{"jobs", "leases", "counts"} {
		prefix := key + "-is-foreign:"
		must(t, plain.client.Set(t.Context(), prefix+key, "mine", 0).Err())
		q, err := Open(t.Context(), server.spec(prefix))
		if err == nil {
			q.Close()
			t.Errorf("%s: no error", key)
			continue
		}
		if !strings.Contains(err.Error(), "?prefix=") {
			t.Errorf("%s: got %q, want a hint", key, err)
		}
	}
	must(t, plain.client.Set(t.Context(), "plain:job:x", "mine", 0).Err())
	_, err := plain.Get(t.Context(), "x")
	if err == nil || !strings.Contains(err.Error(), "?prefix=") {
		t.Errorf("get: got %v, want a hint", err)
	}
	must(t, plain.client.HSet(t.Context(), "plain:job:y", "id", "y", "state", "queued", "attempts", "many").Err())
	if _, err = plain.Get(t.Context(), "y"); !errors.Is(err, errDamaged) {
		t.Errorf("get: got %v, want %v", err, errDamaged)
	}
}

// TestRedisIsAway: methods wait for a server that restarts, for as long as their context allows.
func TestRedisIsAway(t *testing.T) {
	t.Parallel()
	server := startRedis(t, t)
	q := open(t, server.spec("away:"))
	id := submit(t, q, NewJob{})
	c := claim(t, q, "w")
	events, err := q.Events(within(t), id, 2)
	must(t, err)
	claimed := make(chan *Claim)
	go func() {
		c, err := q.Claim(within(t), "w", time.Minute)
		if err != nil {
			t.Error(err)
		}
		claimed <- c
	}()
	server.kill()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, _, err = q.Submit(ctx, NewJob{})
	wantErr(t, "submit", err, context.DeadlineExceeded)
	submitted := make(chan string)
	go func() {
		id, _, err := q.Submit(within(t), NewJob{})
		if err != nil {
			t.Error(err)
		}
		submitted <- id
	}()
	server.start(t)
	must(t, finish(within(t), q, c, Result{}))
	wantEvent(t, events, 3, Succeeded)
	want := <-submitted
	if c := <-claimed; c == nil || c.Job.ID != want {
		t.Errorf("claimed %+v, want %s", c, want)
	}
}

// TestRedisLosesItsData: the queue goes on with what is submitted from then on.
func TestRedisLosesItsData(t *testing.T) {
	t.Parallel()
	server := startRedis(t, t)
	q := open(t, server.spec("lost:")).(*redisQueue)
	id := submit(t, q, NewJob{Key: "k"})
	c := claim(t, q, "w")
	must(t, q.client.FlushAll(t.Context()).Err())
	wantErr(t, "finish", finish(t.Context(), q, c, Result{}), ErrLost)
	_, err := q.Get(t.Context(), id)
	wantErr(t, "get", err, ErrNotFound)
	wantStats(t, q, Stats{})
	next := submit(t, q, NewJob{Key: "k"})
	if got := claim(t, q, "w").Job.ID; got != next {
		t.Errorf("claimed %s, want %s", got, next)
	}
}

// TestDeadWorkersAreTidiedAway: the group has no consumer of a worker whose job was taken over.
func TestDeadWorkersAreTidiedAway(t *testing.T) {
	t.Parallel()
	server := startRedis(t, t)
	q := open(t, server.spec("tidy:")).(*redisQueue)
	submit(t, q, NewJob{})
	for i := range 5 {
		_, err := q.Claim(within(t), fmt.Sprint("worker", i), time.Millisecond)
		must(t, err)
	}
	consumers, err := q.client.XInfoConsumers(t.Context(), "tidy:jobs", "workers").Result()
	must(t, err)
	if len(consumers) != 1 || consumers[0].Name != "worker4" || consumers[0].Pending != 1 {
		t.Errorf("got %+v, want worker4 with the job", consumers)
	}
}

// TestNothingIsLeftInRedis of jobs that have expired.
func TestNothingIsLeftInRedis(t *testing.T) {
	t.Parallel()
	server := startRedis(t, t)
	q := open(t, server.spec("left:")).(*redisQueue)
	submit(t, q, NewJob{Key: "k", TTL: time.Millisecond})
	must(t, finish(t.Context(), q, claim(t, q, "w"), Result{}))
	id := submit(t, q, NewJob{Key: "l", TTL: time.Millisecond})
	_, err := q.Cancel(t.Context(), id)
	must(t, err)
	await(t, "keys expire", func() bool {
		keys, err := q.client.Keys(t.Context(), "left:*").Result()
		must(t, err)
		return len(keys) == 3 // the stream, and that two jobs are gone
	})
	if n := q.client.XLen(t.Context(), "left:jobs").Val(); n != 0 {
		t.Errorf("%d entries are left", n)
	}
}

// TestCredentials: they open the door, and no error shows them.
func TestCredentials(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	server.RequireUserAuth("user", "hunter2")
	for _, c := range []struct{ name, user string }{
		{"wrong", "user:hunter3@"},
		{"without a user", ":hunter3@"},
		{"none", ""},
	} {
		q, err := Open(t.Context(), "redis://"+c.user+server.Addr())
		if err == nil {
			q.Close()
			t.Errorf("%s: no error", c.name)
		} else if strings.Contains(err.Error(), "hunter") {
			t.Errorf("%s: got %q", c.name, err)
		}
	}
}

// FuzzParseJob: any hash gives a job or an error that says so.
func FuzzParseJob(f *testing.F) {
	f.Add("id", "running", "1", "1712345678901234", "60000")
	f.Add("", "", "", "", "")
	f.Fuzz(func(t *testing.T, id, state, attempts, created, ttl string) {
		j, err := parseJob(map[string]string{"id": id, "state": state, "attempts": attempts, "created": created, "ttl": ttl})
		if err != nil && !errors.Is(err, errDamaged) {
			t.Errorf("got %v", err)
		}
		if j.ID != id || string(j.State) != state {
			t.Errorf("got %+v", j)
		}
	})
}

// FuzzParseEvent: an event that was read is what its text says.
func FuzzParseEvent(f *testing.F) {
	f.Add("running 1712345678901234 =data with spaces")
	f.Add("queued 1 ")
	f.Add("queued x ")
	f.Fuzz(func(t *testing.T, text string) {
		ev, err := parseEvent(text)
		if err != nil {
			if !errors.Is(err, errDamaged) {
				t.Errorf("got %v", err)
			}
			return
		}
		if !strings.HasPrefix(text, string(ev.State)+" ") || !strings.HasSuffix(text, string(ev.Data)) {
			t.Errorf("%q: got %+v", text, ev)
		}
	})
}
