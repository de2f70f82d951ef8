package target

import (
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

// stamped gives the job's life as the server told it; false where it did not
// tell all that has happened.
func (c *course) stamped() (life, bool) {
	if c.durations && c.over && !c.created.Known {
		const to = time.Millisecond
		return life{
			created:   instant{0, 0, true},
			started:   instant{c.queueFor, to, true},
			completed: instant{c.queueFor + c.runFor, 2 * to, true},
		}, true
	}
	l := life{c.instant(c.created), c.instant(c.begun), c.instant(c.completed)}
	return l, l.created.known && l.completed.known == c.over
}

func (c *course) instant(s profile.Stamp) instant {
	at := s.At.Sub(c.epoch)
	if !s.Known || at < -remote || at > remote {
		return instant{}
	}
	return instant{at, min(max(s.Resolution, 0), remote), true}
}

// bounds says between what server time minus client time lies, by when the
// client knows that each stamp was taken.
func (l life) bounds(c *course) bounds {
	b := bounds{-4 * remote, 4 * remote}
	for _, x := range [...]struct {
		instant
		from, to time.Duration // on the client's clock
	}{
		{l.created, c.sent, c.held},
		{l.started, c.queued.sure, c.begunBy},
		{l.completed, c.pending.sure, c.seenBy},
	} {
		if x.known {
			// It may have been rounded up, too.
			b = b.with(bounds{x.at - x.within - x.to, x.at + x.within - x.from})
		}
	}
	return b
}

// disordered tells that a job began or ended before it existed, by more than
// the stamps could hide.
func (l life) disordered() bool {
	before := func(a, b instant) bool { return a.known && b.known && a.at+a.within+b.within < b.at }
	return before(l.started, l.created) || before(l.completed, l.started) || before(l.completed, l.created)
}

// place marks the instants on the client's clock. Of the offsets that are
// possible it takes one by which the end was not seen before it was.
func (l life) place(s *bench.Sample, offset time.Duration, c *course) {
	if late := l.completed.middle() - offset - c.seen; l.completed.known && late > 0 {
		offset += late
	}
	offset = min(offset, l.created.middle()) // marks are never negative
	last := time.Duration(0)
	mark := func(m bench.Mark, i instant) {
		if !i.known {
			return
		}
		// Stamps cut to different resolutions may seem out of order.
		last = max(last, i.middle()-offset)
		s.MarkWithin(m, last, i.within)
	}
	mark(bench.Submitted, l.created)
	mark(bench.Started, l.started)
	mark(bench.Finished, l.completed)
	if l.completed.known {
		s.Mark(bench.Seen, c.seen)
	}
}
