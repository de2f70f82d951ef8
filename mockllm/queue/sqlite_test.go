package queue

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestForeignDatabases are refused, and left as they are.
func TestForeignDatabases(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, make, want string }{
		{"of another program", "CREATE TABLE jobs (x)", "another program"},
		{"of a program that says so", "PRAGMA application_id = 1", "another program"},
		{"of a later version", fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = 2", sqliteID), "version 2"},
	} {
		file := filepath.Join(t.TempDir(), "x.db")
		db, err := sql.Open("sqlite", file)
		must(t, err)
		_, err = db.Exec(c.make)
		must(t, err)
		must(t, db.Close())
		q, err := Open(t.Context(), "sqlite:"+file)
		if err == nil {
			q.Close()
			t.Errorf("%s: no error", c.name)
		} else if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "use another file") {
			t.Errorf("%s: got %q", c.name, err)
		}
	}
}

// TestOpenTogether makes a database by many at once.
func TestOpenTogether(t *testing.T) {
	t.Parallel()
	spec := "sqlite:" + filepath.Join(t.TempDir(), "x.db")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			q, err := Open(t.Context(), spec)
			if err != nil {
				t.Error(err)
				return
			}
			submit(t, q, NewJob{})
			if err := q.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	wantStats(t, open(t, spec), Stats{Queued: 8})
}

// TestTheFileDoesNotGrowForEver: what has expired is swept away, with its events.
func TestTheFileDoesNotGrowForEver(t *testing.T) {
	t.Parallel()
	q := open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db")).(*sqliteQueue)
	const jobs = 450 // more than one sweep takes
	for range jobs {
		id := submit(t, q, NewJob{TTL: time.Nanosecond})
		_, err := q.Cancel(t.Context(), id)
		must(t, err)
	}
	count := func(table string) (n int) {
		must(t, q.readers.QueryRow("SELECT count(*) FROM "+table).Scan(&n))
		return n
	}
	must(t, q.write(t.Context(), func() error { return q.sweepAll(time.Now()) }))
	if j, e, g := count("jobs"), count("events"), count("gone"); j != 0 || e != 0 || g != jobs {
		t.Errorf("%d jobs, %d events and %d that are gone, want 0, 0 and %d", j, e, g, jobs)
	}
	for count("gone") > 0 { // 400 at a time
		must(t, q.write(t.Context(), func() error { return q.sweepAll(time.Now().Add(2 * time.Minute)) }))
	}
}

// TestAnotherHoldsTheLock: a write waits for it, for as long as its context allows.
func TestAnotherHoldsTheLock(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "x.db")
	q := open(t, "sqlite:"+file)
	db, err := sql.Open("sqlite", file+"?_txlock=immediate")
	must(t, err)
	defer db.Close()
	tx, err := db.Begin()
	must(t, err)
	done := make(chan error)
	go func() {
		_, _, err := q.Submit(within(t), NewJob{})
		done <- err
	}()
	await(t, "a write has begun", func() bool { return len(q.(*sqliteQueue).turn) == 1 })
	must(t, tx.Rollback())
	must(t, <-done)
}

// TestWithoutWatches: where the system does not tell of changes, processes still learn of what others do.
func TestWithoutWatches(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		check func(q, other Queue)
	}{
		{"a claim", func(q, other Queue) {
			claimed := make(chan *Claim)
			go func() {
				c, err := q.Claim(within(t), "w", time.Minute)
				if err != nil {
					t.Error(err)
				}
				claimed <- c
			}()
			id := submit(t, other, NewJob{})
			if c := <-claimed; c == nil || c.Job.ID != id {
				t.Errorf("claimed %+v, want %s", c, id)
			}
		}},
		{"events", func(q, other Queue) {
			id := submit(t, q, NewJob{})
			events, err := q.Events(within(t), id, 1)
			must(t, err)
			must(t, finish(within(t), other, claim(t, other, "w"), Result{}))
			wantEvent(t, events, 2, Running)
			wantEvent(t, events, 3, Succeeded)
		}},
	} {
		file := filepath.Join(t.TempDir(), "x.db")
		var both []Queue
		for range 2 {
			q, err := openSQLite(t.Context(), file, func(string) (*os.File, error) { return nil, errors.ErrUnsupported })
			must(t, err)
			both = append(both, q)
		}
		start := time.Now()
		c.check(both[0], both[1])
		if took := time.Since(start); took >= followPoll-time.Second {
			t.Errorf("%s took %v: nobody looked", c.name, took)
		}
		for _, q := range both {
			must(t, q.Close())
		}
	}
}
