package target

import (
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/profile"
	"github.com/aibench/aibench/bench/wire"
)

// A sighting is one answer, or one message, that told of a job's state.
type sighting struct {
	profile.Reading
	status int           // of the HTTP answer; 0: a message told it
	at     time.Duration // when it arrived
	held   time.Duration // when the program held it: never too early, whatever the stamps are worth
	// The state held at some instant not before this: an answer is never
	// older than its request.
	after time.Duration
	// A message that was pushed tells of a change no older than this; 0 where
	// nothing is known of that.
	since  time.Duration
	retold bool // a message that may be history, told to whoever comes
}

// A course is what the answers about one job told of it, and when. All
// instants are offsets from the epoch on the client's clock, the profile's
// stamps apart.
type course struct {
	epoch          time.Time
	sent           time.Duration // the submission's first byte, at its first try
	accepted, held time.Duration // when it was accepted, and when the program held all that was said then

	queued  latest // it was still queued
	pending latest // it was not at its end
	running bool
	started bounds
	over    bool
	ended   bounds
	seen    time.Duration
	seenBy  time.Duration // as held

	created, begun, completed profile.Stamp
	begunBy                   time.Duration // when a start was first told of, as held
	durations                 bool
	queueFor, runFor          time.Duration

	word     string // the last, as the server spells it
	note     string // what is odd about it
	waiting  string // the word for a job that has not begun
	back     bool   // it ran, and waits again
	twice    bool   // two runs were seen
	attempts int
}

// latest is the latest instant of which it is known that something was so at it
// or later.
type latest struct {
	by   time.Duration // as far as can be told
	sure time.Duration // by answers alone: news may have been under way for longer than thought
}

func (l *latest) see(x sighting) {
	l.by = max(l.by, x.after)
	if x.status != 0 {
		l.sure = max(l.sure, x.after)
	}
}

func newCourse(epoch time.Time, sent time.Duration, acceptance wire.Stamp) course {
	return course{
		epoch: epoch, sent: sent, accepted: acceptance.At(), held: acceptance.User,
		queued: latest{sent, sent}, pending: latest{sent, sent},
	}
}

// see takes one more sighting in.
func (c *course) see(x sighting) {
	if x.Word != "" {
		c.word, c.note = x.Word, x.Note
	}
	c.attempts = max(c.attempts, x.Attempts)
	c.stamps(x)
	if c.over && x.retold {
		return // how it came to its end, told after it
	}
	switch x.State {
	case profile.Queued:
		c.wait(x)
	case profile.Running:
		c.run(x)
	case profile.Succeeded, profile.Failed, profile.Canceled:
		if !c.over {
			c.over, c.seen, c.seenBy = true, x.at, x.held
			c.ended = bounds{max(c.pending.by, x.since), x.at}
		}
	case profile.Unsaid:
		c.unsaid(x)
	default:
		// The others are of an answer, not of the job.
	}
}

// unsaid takes in that the job is not at its end. A message without a word of
// the state does not even tell that, nor does a word that nobody knows once the
// job has ended.
func (c *course) unsaid(x sighting) {
	if x.Word == "" && x.status == 0 {
		return
	}
	c.pending.see(x)
	c.twice = c.twice || c.over && x.Note == ""
}

func (c *course) wait(x sighting) {
	c.pending.see(x)
	switch {
	case c.over:
		c.twice = true
	case !c.running:
		c.waiting = x.Word
	case x.Word == c.waiting && !x.retold:
		c.back = true
	default:
		return // another word of waiting may be a step of the run, and history is no news
	}
	c.queued.see(x)
}

func (c *course) run(x sighting) {
	c.pending.see(x)
	if c.back || c.over {
		c.twice = true
	}
	if !c.running || c.back {
		c.running, c.back = true, false
		c.started = bounds{max(c.queued.by, x.since), x.at}
	}
}

func (c *course) stamps(x sighting) {
	if x.Created.Known {
		c.created = x.Created
	}
	if x.Started.Known {
		if !c.begun.Known {
			c.begunBy = x.held
		} else if differ(x.Started, c.begun) {
			c.twice, c.begunBy = true, x.held
		}
		c.begun = x.Started
	}
	if x.Completed.Known {
		c.completed = x.Completed
	}
	if x.HasDurations {
		c.durations, c.queueFor, c.runFor, c.begunBy = true, x.QueueFor, x.RunFor, x.held
	}
}

// differ tells whether two stamps are of two instants, and not of one that was
// written twice, once more coarsely.
func differ(a, b profile.Stamp) bool {
	apart := a.At.Sub(b.At).Abs()
	return apart > 0 && apart >= max(a.Resolution, b.Resolution)
}

// mark notes in s where the job was when: by the server's own stamps where it
// gives them and they fit each other, else by what the answers bound.
func (c *course) mark(s *bench.Sample, k *clock) {
	s.Attempts = c.attempts
	s.NotYet(bench.Started, c.queued.by)
	s.NotYet(bench.Finished, c.pending.by)
	s.NotYet(bench.Seen, c.pending.by)
	if c.byServer(s, k) {
		return
	}
	markBetween(s, bench.Submitted, bounds{c.sent, c.accepted})
	if c.running {
		markBetween(s, bench.Started, c.started)
	}
	if c.over {
		markBetween(s, bench.Finished, c.ended)
		s.MarkWithin(bench.Seen, c.seen, c.ended.width())
	}
}

func markBetween(s *bench.Sample, m bench.Mark, b bounds) {
	s.MarkWithin(m, b.middle(), b.width())
}

// byServer marks by the server's stamps. All of a job's stamps are moved to
// the client's clock by one offset, so that the spans between them are exact
// up to the stamps' resolution; how well the offset itself is known matters
// only to spans that lead from the server's clock to the client's.
func (c *course) byServer(s *bench.Sample, k *clock) bool {
	l, ok := c.stamped()
	if !ok {
		return false
	}
	own := l.bounds(c)
	if own.empty() || l.disordered() {
		k.disagree()
		return false
	}
	is := own
	if !c.durations {
		is = k.agree(own, c.newest())
	}
	l.place(s, is.middle(), c)
	s.Stamped, s.ClockWidth = true, is.width()
	return true
}

// newest is the latest instant of which anything is known.
func (c *course) newest() time.Duration { return max(c.held, c.begunBy, c.seenBy) }
