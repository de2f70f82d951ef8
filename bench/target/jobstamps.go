package target

import (
	"slices"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/profile"
)

// A life is a job's instants on the server's clock, as offsets from the
// client's epoch as far as clocks agree.
type life struct{ created, started, completed instant }

// An instant lies in [at, at+within]: stamps are cut to their resolution more
// often than rounded.
type instant struct {
	at, within time.Duration
	known      bool
}

func (i instant) middle() time.Duration { return i.at + i.within/2 }

// remote is how far a server's clock may be from here before sums of offsets
// could overflow.
const remote = 50 * 365 * 24 * time.Hour

// stamped gives the job's life as the server told it; false where that tells
// nothing that is not known better without it.
func (c *course) stamped() (life, bool) {
	if c.durations && c.over && !c.created.Known {
		const to = time.Millisecond
		return life{
			created:   instant{0, 0, true},
			started:   instant{c.queueFor, to, true},
			completed: instant{c.queueFor + c.runFor, 2 * to, true},
		}, true
	}
	l := life{created: c.instant(c.created), started: c.instant(c.begun)}
	if c.over {
		l.completed = c.instant(c.completed)
	}
	// A creation alone is the beginning of what is still to be stamped.
	return l, l.started.known || l.completed.known || l.created.known && !c.over
}

func (c *course) instant(s profile.Stamp) instant {
	at := s.At.Sub(c.epoch)
	if !s.Known || at < -remote || at > remote {
		return instant{}
	}
	return instant{at, min(max(s.Resolution, 0), remote), true}
}

// A stamp is an instant of a life and when, by the client's clock, it was.
type stamp struct {
	instant
	mark bench.Mark
	held bounds // by when the program held what told of it: never false
	seen bounds // by when that arrived
}

// stamps are those that the server gave, in their order.
func (l life) stamps(c *course) []stamp {
	created, started := bounds{c.sent, c.held}, bounds{c.queued, c.begunBy}
	begun := started
	if c.running && !c.twice {
		begun = c.started.bounds
	}
	all := []stamp{
		{l.created, bench.Submitted, created, created},
		{l.started, bench.Started, started, begun},
		{l.completed, bench.Finished, bounds{c.pending, c.seenBy}, c.ended.bounds},
	}
	return slices.DeleteFunc(all, func(x stamp) bool { return !x.known })
}

// bounds says between what server time minus client time lies at an instant,
// by when the client knows that each stamp was taken.
func (l life) bounds(c *course, now time.Duration) bounds {
	b := bounds{-4 * remote, 4 * remote}
	for _, x := range l.stamps(c) {
		// It may have been rounded up, too.
		then := bounds{x.at - x.within - x.held.most, x.at + x.within - x.held.least}
		b = b.with(then.aged(now - x.held.least))
	}
	return b
}

// disordered tells that a job began or ended before it existed, by more than
// the stamps could hide.
func (l life) disordered() bool {
	before := func(a, b instant) bool { return a.known && b.known && a.at+a.within+b.within < b.at }
	return before(l.started, l.created) || before(l.completed, l.started) || before(l.completed, l.created)
}

// place marks the instants on the client's clock, which lies behind the
// server's by what is within is. Of the offsets that are possible it takes one
// by which the end was not seen before it was.
func (l life) place(s *bench.Sample, is bounds, c *course) {
	offset := is.middle()
	stamps := l.stamps(c)
	for _, x := range stamps {
		if c.over { // coarse stamps may put another behind the end
			offset = max(offset, x.middle()-c.seen)
		}
	}
	for _, x := range stamps {
		offset = min(offset, x.middle()) // marks are never negative
	}
	last := time.Duration(0)
	for _, x := range stamps {
		x.here(s, is)
		// Stamps cut to different resolutions may seem out of order.
		last = max(last, x.middle()-offset)
		s.Stamp(x.mark, last, x.within)
	}
}

// here marks when a stamp was taken by the client's clock alone. What the
// client saw of it stands, but for what the stamp rules out.
func (x *stamp) here(s *bench.Sample, is bounds) {
	by := bounds{x.at - x.within - is.most, x.at + x.within - is.least}
	b := x.seen.with(by)
	if b.empty() {
		b = x.seen
	}
	if _, seen := s.At(x.mark); !seen || b != x.seen {
		markMoment(s, x.mark, somewhen(b))
	}
}
