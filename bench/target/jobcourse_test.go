package target

import (
	"fmt"
	"math/rand/v2"
	"strings"
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

// A history is what truly happened to a job, on the client's clock, and which
// of it the server stamps.
type history struct {
	sent, created, accepted, started, finished time.Duration
	stamps                                     [3]bool
}

// watched is what a client learns of a history that asks every so often and
// whose requests are under way for a while. The stamps are of a clock that is
// ahead, and cut to a resolution.
func (h history) watched(epoch time.Time, every, trip, ahead, resolution time.Duration) course {
	c := newCourse(epoch, h.sent, wire.Stamp{User: h.accepted})
	stamp := func(i int, at, now time.Duration) profile.Stamp {
		if !h.stamps[i] || at > now {
			return profile.Stamp{}
		}
		return stampAt(epoch, at+ahead, resolution)
	}
	for sent := h.accepted + every; !c.over; sent += every + 2*trip {
		now := sent + trip
		r := profile.Reading{
			State: profile.Queued, Word: "queued",
			Created: stamp(0, h.created, now), Started: stamp(1, h.started, now), Completed: stamp(2, h.finished, now),
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

// Whatever the clocks, the polling, and whatever of it is stamped: each span
// that is told lies within its stated width of the truth.
func TestSpansAreTrueWithinTheirWidths(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 6))
	some := func(most time.Duration) time.Duration { return time.Duration(rng.Int64N(int64(most))) + 1 }
	epoch := time.Unix(1_700_000_000, 123_456_789)
	resolutions := []time.Duration{time.Nanosecond, time.Microsecond, ms, time.Second}
	var k [4]clock
	var ahead [4]time.Duration
	for i := range ahead {
		ahead[i] = some(10*time.Hour) - 5*time.Hour
	}
	for i := range 8000 {
		kind := i % len(resolutions)
		h := history{sent: time.Duration(i) * ms}
		h.created = h.sent + some(2*ms)
		h.accepted = h.created + some(2*ms)
		h.started = h.created + some(2*time.Second)
		h.finished = h.started + some(2*time.Second)
		for j := range h.stamps {
			h.stamps[j] = rng.IntN(3) > 0
		}
		c := h.watched(epoch, some(300*ms), some(5*ms), ahead[kind], resolutions[kind])
		s := bench.NewSample()
		c.mark(s, &k[kind], true)
		truth := [...]time.Duration{h.created, h.started, h.finished, c.seen}
		for from := bench.Submitted; from < bench.Seen; from++ {
			for to := from + 1; to <= bench.Seen; to++ {
				got, width, ok := span(s, from, to)
				if off := got - (truth[to-bench.Submitted] - truth[from-bench.Submitted]); ok && off.Abs() > width {
					t.Fatalf("job %d (%v): %v to %v is told as %v ± %v, which is %v off\n%+v", i, resolutions[kind], from, to, got, width, off, h)
				}
			}
		}
		if both := h.stamps[0] && h.stamps[2]; both != (s.Stamped(bench.Submitted) && s.Stamped(bench.Finished)) {
			t.Fatalf("job %d (%v): both ends stamped %v\n%+v", i, resolutions[kind], both, h)
		}
	}
	for i := range k {
		if o, _ := k[i].offset(); o.Disagreements != 0 || o.Least > ahead[i] || o.Most < ahead[i] {
			t.Errorf("stamps of %v: offset %+v, want it to hold %v", resolutions[i], o, ahead[i])
		}
	}
}

// span is what is known of the time between two marks, as metrics take it.
func span(s *bench.Sample, from, to bench.Mark) (d, width time.Duration, ok bool) {
	d, ok = s.Span(from, to)
	if s.Stamped(from) && s.Stamped(to) {
		return d, s.Width(from) + s.Width(to), ok
	}
	a, wide := s.Here(from)
	b, wider := s.Here(to)
	if to == bench.Seen {
		wider = 0
	}
	return b - a, wide + wider, ok
}

// lived tells which of a job's marks are stamped and where each is.
func lived(s *bench.Sample) string {
	var told []string
	for _, m := range []bench.Mark{bench.Submitted, bench.Started, bench.Finished} {
		if at, ok := s.At(m); ok && s.Stamped(m) {
			told = append(told, fmt.Sprintf("stamped %v", at.Round(ms)))
		} else {
			told = append(told, fmt.Sprintf("%v ± %v", at, s.Width(m)))
		}
	}
	return strings.Join(told, ", ")
}

// What a service stamps is believed, and what it does not stamp is bound by
// what was seen; stamps that cannot be true are none.
func TestWhatIsStampedIsBelievedIfItCanBeTrue(t *testing.T) {
	t.Parallel()
	epoch := time.Unix(1_700_000_000, 0)
	at := func(d time.Duration) profile.Stamp { return stampAt(epoch, d, time.Microsecond) }
	none, far := profile.Stamp{}, profile.Stamp{At: time.Unix(-1<<40, 0), Known: true}
	const polled = "1ms ± 2ms, 85.5ms ± 131ms, 200.5ms ± 101ms"
	tests := []struct {
		name                        string
		created, started, completed profile.Stamp
		want                        string
		odd                         int64
	}{
		{"true", at(ms), at(100 * ms), at(200 * ms), "stamped 1ms, stamped 100ms, stamped 200ms", 0},
		{"nothing", none, none, none, polled, 0},
		{"no start", at(ms), none, at(200 * ms), "stamped 1ms, 85.5ms ± 131ms, stamped 200ms", 0},
		{"no end", at(ms), at(100 * ms), none, "stamped 1ms, stamped 100ms, 200.5ms ± 101ms", 0},
		{"no creation", none, at(100 * ms), at(200 * ms), "1ms ± 2ms, stamped 101ms, stamped 201ms", 0},
		{"a creation alone tells nothing", at(200 * ms), none, none, polled, 0},
		{"from the bronze age", far, far, far, polled, 0},
		{"begun before it was made", at(200 * ms), at(100 * ms), at(400 * ms), polled, 1},
		{"ended before it was seen to run", at(ms), at(50 * ms), at(60 * ms), polled, 1},
		{"ended after it was seen to", at(ms), at(100 * ms), at(5 * time.Second), polled, 1},
	}
	for _, tt := range tests {
		c := newCourse(epoch, 0, wire.Stamp{User: 2 * ms})
		c.see(sighting{Reading: profile.Reading{State: profile.Queued}, status: 200, at: 21 * ms, held: 21 * ms, after: 20 * ms})
		c.see(sighting{Reading: profile.Reading{State: profile.Running}, status: 200, at: 151 * ms, held: 151 * ms, after: 150 * ms})
		c.see(sighting{
			Reading: profile.Reading{State: profile.Succeeded, Created: tt.created, Started: tt.started, Completed: tt.completed},
			status:  200, at: 251 * ms, held: 251 * ms, after: 150 * ms,
		})
		var k clock
		s := bench.NewSample()
		c.mark(s, &k, false)
		if o, _ := k.offset(); lived(s) != tt.want || o.Disagreements != tt.odd {
			t.Errorf("%s: got %s with %d disagreements, want %s with %d", tt.name, lived(s), o.Disagreements, tt.want, tt.odd)
		}
	}
}

// What is known of a job's end is of one run. The start of another, told after
// it, once made a run that began after it ended; that one is left out, and is
// one of the short ones.
func TestARunAfterTheEndDoesNotMoveTheStart(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]profile.Reading{
		"runs":              {State: profile.Running},
		"waits":             {State: profile.Queued},
		"is not at its end": {},
	} {
		c := newCourse(time.Unix(0, 0), 0, wire.Stamp{})
		for i, r := range []profile.Reading{{State: profile.Queued}, {State: profile.Succeeded}, after, {State: profile.Running}} {
			at := time.Duration(i+1) * 10 * ms
			c.see(sighting{Reading: r, status: 200, at: at, held: at, after: at - ms})
		}
		s := bench.NewSample()
		c.mark(s, &clock{}, true)
		// It was queued at 9 ms, and over at 20 ms.
		if got, want := lived(s), "0s ± 0s, 11.75ms ± 11ms, 14.5ms ± 11ms"; got != want || !c.twice {
			t.Errorf("then it %s: %s, seen twice %v; want %s and two runs", name, got, c.twice, want)
		}
	}
}

// Stamps cut to whole seconds may put the end before the creation. The later of
// the two was then placed after the end had been seen.
func TestACoarseCreationPutsNoEndAfterItWasSeen(t *testing.T) {
	t.Parallel()
	epoch := time.Unix(1_700_000_000, 0)
	c := newCourse(epoch, 3*time.Second, wire.Stamp{User: 3*time.Second + ms})
	c.see(sighting{
		Reading: profile.Reading{
			State: profile.Succeeded, Created: stampAt(epoch, 5*time.Second, time.Second), Completed: stampAt(epoch, 3*time.Second, time.Second),
		},
		status: 200, at: 3*time.Second + 20*ms, held: 3*time.Second + 20*ms, after: 3*time.Second + 10*ms,
	})
	s := bench.NewSample()
	c.mark(s, &clock{}, false)
	if at, _ := s.At(bench.Finished); !s.Stamped(bench.Finished) || at > c.seen {
		t.Errorf("finished at %v (stamped %v), seen at %v", at, s.Stamped(bench.Finished), c.seen)
	}
}

// Two good clocks come apart by 30 ms in ten minutes, which is more than a fast
// submission and a pushed end leave open. The stamps were then thrown away.
func TestALongJobIsNotTakenForADisagreementOfClocks(t *testing.T) {
	t.Parallel()
	epoch := time.Unix(1_700_000_000, 0)
	const end = 10 * time.Minute
	for name, ahead := range map[string]time.Duration{"fast": 30 * ms, "slow": -30 * ms} {
		c := newCourse(epoch, 0, wire.Stamp{User: 2 * ms})
		c.see(sighting{
			Reading: profile.Reading{
				State: profile.Succeeded, Created: stampAt(epoch, ms, time.Microsecond), Completed: stampAt(epoch, end+ahead, time.Microsecond),
			},
			status: 200, at: end + ms, held: end + ms, after: end - ms,
		})
		c.pending = end - ms
		var k clock
		s := bench.NewSample()
		c.mark(s, &k, false)
		if o, _ := k.offset(); o.Disagreements != 0 || !s.Stamped(bench.Finished) || o.Least > ahead || o.Most < ahead {
			t.Errorf("a %s clock: offset %+v, stamped %v; want %v to be possible", name, o, s.Stamped(bench.Finished), ahead)
		}
	}
}

// A service may tell how a job came to its end after it has told the end.
func TestHistoryToldAfterTheEndIsNoSecondRun(t *testing.T) {
	t.Parallel()
	c := newCourse(time.Unix(0, 0), 0, wire.Stamp{})
	for _, state := range []profile.State{profile.Succeeded, profile.Queued, profile.Running, profile.Unsaid} {
		c.see(sighting{Reading: profile.Reading{State: state, Word: "w"}, at: ms, held: ms, retold: true})
	}
	if c.twice || c.running {
		t.Errorf("seen twice %v, to run %v; want neither", c.twice, c.running)
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
			c.see(sighting{Reading: reading, status: 200, at: time.Duration(i), held: time.Duration(i), after: time.Duration(i)})
		}
		if c.twice != tt.twice {
			t.Errorf("%s: twice %v, want %v", tt.name, c.twice, tt.twice)
		}
	}
}
