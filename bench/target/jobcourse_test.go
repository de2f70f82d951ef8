package target

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/profile"
	"github.com/aibench/aibench/bench/wire"
)

// stampAt is a server's stamp of an instant on its own clock, cut to its
// resolution.
func stampAt(epoch time.Time, at, resolution time.Duration) profile.Stamp {
	return profile.Stamp{At: epoch.Add(at).Round(0).Truncate(resolution), Resolution: resolution, Known: true}
}

// A history is what truly happened to a job, on the client's clock.
type history struct{ sent, created, accepted, started, finished time.Duration }

// watched is what a client learns of a history that asks every so often and
// whose requests are under way for a while. With a resolution the answers bear
// the stamps of a clock that is ahead.
func (h history) watched(epoch time.Time, every, trip, ahead, resolution time.Duration) course {
	c := newCourse(epoch, h.sent, wire.Stamp{User: h.accepted})
	stamp := func(at, now time.Duration) profile.Stamp {
		if resolution == 0 || at > now {
			return profile.Stamp{}
		}
		return stampAt(epoch, at+ahead, resolution)
	}
	for sent := h.accepted + every; !c.over; sent += every + 2*trip {
		now := sent + trip
		r := profile.Reading{
			State: profile.Queued, Word: "queued",
			Created: stamp(h.created, now), Started: stamp(h.started, now), Completed: stamp(h.finished, now),
		}
		switch {
		case now >= h.finished:
			r.State, r.Word = profile.Succeeded, "done"
		case now >= h.started:
			r.State, r.Word = profile.Running, "running"
		}
		c.see(sighting{Reading: r, status: 200, at: now + trip, held: now + trip, after: sent})
	}
	return c
}

// Whatever the clocks and the polling, each span that is told lies within its
// stated width of the truth.
func TestSpansAreTrueWithinTheirWidths(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 6))
	some := func(most time.Duration) time.Duration { return time.Duration(rng.Int64N(int64(most))) + 1 }
	epoch := time.Unix(1_700_000_000, 123_456_789)
	resolutions := []time.Duration{0, time.Nanosecond, time.Microsecond, ms, time.Second}
	var k [5]clock
	var ahead [5]time.Duration
	for i := range ahead {
		ahead[i] = some(10*time.Hour) - 5*time.Hour
	}
	for i := range 4000 {
		kind := i % len(resolutions)
		h := history{sent: time.Duration(i) * ms}
		h.created = h.sent + some(2*ms)
		h.accepted = h.created + some(2*ms)
		h.started = h.created + some(2*time.Second)
		h.finished = h.started + some(2*time.Second)
		c := h.watched(epoch, some(300*ms), some(5*ms), ahead[kind], resolutions[kind])
		s := bench.NewSample()
		c.mark(s, &k[kind])
		if s.Stamped != (kind > 0) {
			t.Fatalf("job %d: stamped %v with stamps of %v", i, s.Stamped, resolutions[kind])
		}
		check := func(name string, from, to bench.Mark, truth, clock time.Duration) {
			got, ok := s.Span(from, to)
			if width := s.Width(from) + s.Width(to) + clock; ok && (max(got-truth, truth-got) > width || got < 0) {
				t.Fatalf("job %d (%v): %s is told as %v ± %v, and was %v\n%+v", i, resolutions[kind], name, got, width, truth, h)
			}
		}
		check("the wait", bench.Submitted, bench.Started, h.started-h.created, 0)
		check("the run", bench.Started, bench.Finished, h.finished-h.started, 0)
		check("the turnaround", bench.Submitted, bench.Finished, h.finished-h.created, 0)
		if s.Stamped {
			check("the discovery", bench.Finished, bench.Seen, c.seen-h.finished, s.ClockWidth)
		}
	}
	for i := 1; i < len(k); i++ {
		if o, _ := k[i].offset(); o.Disagreements != 0 || o.Least > ahead[i] || o.Most < ahead[i] {
			t.Errorf("stamps of %v: offset %+v, want it to hold %v", resolutions[i], o, ahead[i])
		}
	}
}

func TestStampsThatCannotBeTrueAreNotBelieved(t *testing.T) {
	t.Parallel()
	epoch := time.Unix(1_700_000_000, 0)
	at := func(d time.Duration) profile.Stamp { return stampAt(epoch, d, time.Microsecond) }
	far := profile.Stamp{At: time.Unix(-1<<40, 0), Known: true}
	tests := []struct {
		name                        string
		created, started, completed profile.Stamp
		stamped                     bool
		odd                         int64
	}{
		{"true", at(ms), at(100 * ms), at(200 * ms), true, 0},
		{"no start", at(ms), profile.Stamp{}, at(200 * ms), true, 0},
		{"no end", at(ms), at(100 * ms), profile.Stamp{}, false, 0},
		{"no creation", profile.Stamp{}, at(100 * ms), at(200 * ms), false, 0},
		{"from the bronze age", far, at(100 * ms), at(200 * ms), false, 0},
		{"begun before it was made", at(200 * ms), at(100 * ms), at(400 * ms), false, 1},
		{"ended before it was seen to run", at(ms), at(50 * ms), at(60 * ms), false, 1},
		{"ended after it was seen to", at(ms), at(100 * ms), at(5 * time.Second), false, 1},
	}
	for _, tt := range tests {
		c := newCourse(epoch, 0, wire.Stamp{User: 2 * ms})
		c.see(sighting{Reading: profile.Reading{State: profile.Queued}, status: 200, at: 21 * ms, held: 21 * ms, after: 20 * ms})
		c.see(sighting{Reading: profile.Reading{State: profile.Running}, status: 200, at: 151 * ms, held: 151 * ms, after: 150 * ms})
		c.see(sighting{
			Reading: profile.Reading{State: profile.Succeeded, Created: tt.created, Started: tt.started, Completed: tt.completed},
			at:      251 * ms, held: 251 * ms, after: 250 * ms,
		})
		var k clock
		s := bench.NewSample()
		c.mark(s, &k)
		if o, _ := k.offset(); s.Stamped != tt.stamped || o.Disagreements != tt.odd {
			t.Errorf("%s: stamped %v with %d disagreements, want %v with %d", tt.name, s.Stamped, o.Disagreements, tt.stamped, tt.odd)
		}
		if !tt.stamped {
			want := "started 85.5ms ± 131ms, finished 200.5ms ± 101ms"
			started, _ := s.At(bench.Started)
			finished, _ := s.At(bench.Finished)
			if got := fmt.Sprintf("started %v ± %v, finished %v ± %v", started, s.Width(bench.Started), finished, s.Width(bench.Finished)); got != want {
				t.Errorf("%s: got %s, want %s", tt.name, got, want)
			}
		}
	}
}

// News can be under way for longer than thought: a busy service told of the
// start after the end. That must not make its stamps look false.
func TestLateNewsDoesNotContradictTheStamps(t *testing.T) {
	t.Parallel()
	epoch := time.Unix(1_700_000_000, 0)
	at := func(d time.Duration) profile.Stamp { return stampAt(epoch, d, time.Microsecond) }
	c := newCourse(epoch, 0, wire.Stamp{User: 2 * ms})
	c.see(sighting{Reading: profile.Reading{State: profile.Running}, at: 100 * ms, held: 100 * ms, after: 98 * ms, since: 98 * ms})
	c.see(sighting{
		Reading: profile.Reading{State: profile.Succeeded, Created: at(ms), Started: at(50 * ms), Completed: at(60 * ms)},
		at:      101 * ms, held: 101 * ms, after: 99 * ms, since: 99 * ms,
	})
	var k clock
	s := bench.NewSample()
	c.mark(s, &k)
	if o, _ := k.offset(); !s.Stamped || o.Disagreements != 0 {
		t.Errorf("stamped %v with %d disagreements, want stamps and none", s.Stamped, o.Disagreements)
	}
}

func TestTwoRunsAreSeen(t *testing.T) {
	t.Parallel()
	q, r, done := profile.Queued, profile.Running, profile.Succeeded
	word := func(s profile.State, w string) profile.Reading { return profile.Reading{State: s, Word: w} }
	begun := func(at int64) profile.Reading {
		return profile.Reading{State: r, Started: profile.Stamp{At: time.Unix(at, 0), Known: true}}
	}
	coarse := func(at int64) profile.Reading {
		return profile.Reading{State: r, Started: profile.Stamp{At: time.Unix(at, 0), Resolution: time.Second, Known: true}}
	}
	fine := func(at int64) profile.Reading {
		return profile.Reading{State: r, Started: profile.Stamp{At: time.UnixMilli(at), Resolution: ms, Known: true}}
	}
	tests := []struct {
		name  string
		told  []profile.Reading
		twice bool
	}{
		{"one run", []profile.Reading{word(q, "queued"), word(r, "running"), word(r, "running"), word(done, "done")}, false},
		{"never seen to run", []profile.Reading{word(q, "queued"), word(done, "done")}, false},
		{"queued again", []profile.Reading{word(q, "queued"), word(r, "running"), word(q, "queued"), word(r, "running"), word(done, "done")}, true},
		{"queued again, and not seen to run", []profile.Reading{word(q, "queued"), word(r, "running"), word(q, "queued"), word(done, "done")}, false},
		{"a step with a word of its own", []profile.Reading{word(q, "queued"), word(r, "running"), word(q, "uploading"), word(r, "running"), word(done, "done")}, false},
		{"begun at one time", []profile.Reading{begun(5), begun(5), word(done, "done")}, false},
		{"begun at another time", []profile.Reading{begun(5), begun(6), word(done, "done")}, true},
		{"begun at one time, written twice", []profile.Reading{fine(5_700), coarse(5), fine(5_700), word(done, "done")}, false},
		{"begun a second apart, by coarse stamps", []profile.Reading{coarse(5), coarse(6), word(done, "done")}, true},
		{"left its end for an unknown word", []profile.Reading{word(done, "done"), {Word: "archived", Note: "unknown"}}, false},
		{"left its end", []profile.Reading{word(done, "done"), word(r, "running")}, true},
		{"left its end for the queue", []profile.Reading{word(done, "done"), word(q, "queued")}, true},
	}
	for _, tt := range tests {
		c := newCourse(time.Unix(0, 0), 0, wire.Stamp{})
		for i, reading := range tt.told {
			c.see(sighting{Reading: reading, at: time.Duration(i), held: time.Duration(i), after: time.Duration(i)})
		}
		if c.twice != tt.twice {
			t.Errorf("%s: twice %v, want %v", tt.name, c.twice, tt.twice)
		}
	}
}
