package queue

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// bubble gives a queue in memory, in virtual time.
func bubble(t *testing.T, f func(t *testing.T, m *memory)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		f(t, m)
		must(t, m.Close())
	})
}

func TestALeaseEndsOnTime(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, m *memory) {
		ctx, start := t.Context(), time.Now()
		submit(t, m, NewJob{})
		_, err := m.Claim(ctx, "a", 5*time.Second)
		must(t, err)
		c, err := m.Claim(ctx, "b", time.Second)
		must(t, err)
		if at := time.Since(start); at != 5*time.Second || c.Job.Attempts != 2 {
			t.Errorf("claimed again after %v, attempt %d", at, c.Job.Attempts)
		}
	})
}

func TestAnExtendedLeaseEndsLater(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, m *memory) {
		ctx, start := t.Context(), time.Now()
		submit(t, m, NewJob{})
		c, err := m.Claim(ctx, "a", 5*time.Second)
		must(t, err)
		go func() {
			for range 3 {
				time.Sleep(2 * time.Second)
				must(t, m.Extend(ctx, c, 5*time.Second))
			}
		}()
		_, err = m.Claim(ctx, "b", time.Second)
		must(t, err)
		if at := time.Since(start); at != 11*time.Second {
			t.Errorf("claimed again after %v, want 5 s after the last extension, at 6 s", at)
		}
	})
}

// TestAShorterLeaseIsNoticed: whoever waits for the end of a lease must learn that it comes sooner.
func TestAShorterLeaseIsNoticed(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, m *memory) {
		ctx, start := t.Context(), time.Now()
		submit(t, m, NewJob{})
		c, err := m.Claim(ctx, "a", time.Hour)
		must(t, err)
		go func() {
			time.Sleep(time.Second)
			must(t, m.Extend(ctx, c, time.Millisecond))
		}()
		_, err = m.Claim(ctx, "b", time.Second)
		must(t, err)
		if at := time.Since(start); at != time.Second+time.Millisecond {
			t.Errorf("claimed again after %v", at)
		}
	})
}

func TestTheLifeOfAFinishedJob(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ttl, known time.Duration // kept that long, and known to be gone until then
	}{
		{time.Second, time.Second + time.Minute},
		{5 * time.Minute, 10 * time.Minute},
		{0, 2 * DefaultTTL},
		{48 * time.Hour, 49 * time.Hour},
	} {
		bubble(t, func(t *testing.T, m *memory) {
			id := submit(t, m, NewJob{Key: "k", TTL: c.ttl})
			time.Sleep(100 * time.Hour) // a job that waits does not expire
			must(t, finish(t.Context(), m, claim(t, m, "w"), Result{}))
			end := time.Now()
			at := func(age time.Duration, want error) {
				t.Helper()
				time.Sleep(age - time.Since(end))
				_, err := m.Get(t.Context(), id)
				wantErr(t, age.String(), err, want)
			}
			ttl := c.ttl
			if ttl == 0 {
				ttl = DefaultTTL
			}
			at(ttl-1, nil)
			at(ttl, ErrExpired)
			at(c.known-1, ErrExpired)
			at(c.known, ErrNotFound)
			if n := len(m.jobs) + len(m.keys) + len(m.gone) + len(m.expiring) + m.waiting.Len(); n != 0 {
				t.Errorf("%d things are left of a job that is forgotten", n)
			}
		})
	}
}

// TestAJobSubmittedAnewIsNotForgotten: the end of what is known of an expired job must not touch its successor.
func TestAJobSubmittedAnewIsNotForgotten(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, m *memory) {
		for range 3 {
			submit(t, m, NewJob{ID: "same", TTL: time.Second})
			must(t, finish(t.Context(), m, claim(t, m, "w"), Result{}))
			time.Sleep(30 * time.Second)
			_, err := m.Get(t.Context(), "same")
			wantErr(t, "expired", err, ErrExpired)
		}
		submit(t, m, NewJob{ID: "same"})
		time.Sleep(time.Hour)
		get(t, m, "same")
		if len(m.gone)+len(m.expiring) != 0 {
			t.Errorf("left: %v, %v", m.gone, m.expiring)
		}
	})
}

func TestTheAgeOfWhatWaits(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, m *memory) {
		first := submit(t, m, NewJob{})
		time.Sleep(3 * time.Second)
		submit(t, m, NewJob{})
		time.Sleep(4 * time.Second)
		for _, want := range []time.Duration{7 * time.Second, 4 * time.Second} {
			if s, err := m.Stats(t.Context()); s.Oldest != want || err != nil {
				t.Errorf("got %v, %v, want %v", s.Oldest, err, want)
			}
			_, err := m.Cancel(t.Context(), first)
			must(t, err)
		}
	})
}

// TestWaitingCostsNothing: a claim without an end in sight is no reason to wake up.
func TestWaitingCostsNothing(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, m *memory) {
		ctx, cancel := context.WithTimeout(t.Context(), 1000*time.Hour)
		defer cancel()
		_, err := m.Claim(ctx, "w", time.Second)
		wantErr(t, "claim", err, context.DeadlineExceeded)
	})
}
