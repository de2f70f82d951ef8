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
	// older than its request. News that is pushed may have been held up on its
	// way for any time, so that it tells of the past alone, and this is the
	// submission.
	after time.Duration
	// How long before its arrival a message is usually sent, and how long the
	// client could have known already what it tells, had it been listening.
	trip, missed time.Duration
	retold       bool // a message that may be history, told to whoever comes
}

// A course is what the answers about one job told of it, and when. All
// instants are offsets from the epoch on the client's clock, the profile's
// stamps apart.
type course struct {
	epoch          time.Time
	sent           time.Duration // the submission's first byte, at its first try
	accepted, held time.Duration // when it was accepted, and when the program held all that was said then

	queued  time.Duration // it was still queued, then or later
	pending time.Duration // it was not at its end, then or later
	running bool
	started moment
	over    bool
	ended   moment
	// It was stopped, and may have been so before it began.
	canceled bool
	missed   time.Duration // how much earlier, at most, the end could have been seen
	seen     time.Duration
	seenBy   time.Duration // as held

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

// A moment is an instant that lies within bounds, most likely at.
type moment struct {
	bounds
	at     time.Duration
	pushed bool // by what was told without being asked for
}

// somewhen is an instant of which nothing but its bounds is known.
func somewhen(b bounds) moment { return moment{bounds: b, at: b.middle()} }

// since is when that came to be which a sighting tells of, and which was not so
// at some instant: between two answers, or just before a message was sent.
func (x *sighting) since(before time.Duration) moment {
	b := bounds{before, x.at}
	if x.status != 0 {
		return somewhen(b)
	}
	return moment{bounds: b, at: max(before, x.at-x.trip/2), pushed: true}
}

// together is how close to each other messages come that were sent, or held up
// on their way, together.
const together = time.Millisecond

func newCourse(epoch time.Time, sent time.Duration, acceptance wire.Stamp) course {
	return course{
		epoch: epoch, sent: sent, accepted: acceptance.At(), held: acceptance.User,
		queued: sent, pending: sent,
	}
}

// see takes one more sighting in.
func (c *course) see(x sighting) {
	if x.Word != "" {
		c.word, c.note = x.Word, x.Note
	}
	c.attempts = max(c.attempts, x.Attempts)
	c.stamps(x)
	if c.over {
		c.twice = c.twice || x.revives()
		return
	}
	switch x.State {
	case profile.Queued:
		c.wait(x)
	case profile.Running:
		c.run(x)
	case profile.Succeeded, profile.Failed, profile.Canceled:
		c.end(x)
	case profile.Unsaid:
		if x.saysSomething() {
			c.pending = max(c.pending, x.after)
		}
	default:
		// The others are of an answer, not of the job.
	}
}

// revives tells that a job that ended goes on: there is another run. What else
// is known is of the run that ended, and stays.
func (x *sighting) revives() bool {
	switch {
	case x.retold:
		return false // how it came to its end, told after it
	case x.State == profile.Unsaid:
		return x.Note == "" && x.saysSomething() // a word that nobody knows may be one of an end
	default:
		return x.State == profile.Queued || x.State == profile.Running
	}
}

// saysSomething tells whether a sighting without a known word says at least
// that the job is not at its end: a message without any does not.
func (x *sighting) saysSomething() bool { return x.Word != "" || x.status != 0 }

func (c *course) end(x sighting) {
	c.over, c.seen, c.seenBy, c.canceled = true, x.at, x.held, x.State == profile.Canceled
	c.ended = x.since(c.pending)
	c.missed = c.ended.width()
	if !c.ended.pushed {
		return
	}
	c.missed = min(c.missed, x.missed)
	if c.started.pushed && x.at-c.started.most < together {
		// The start was told with the end: of when it was, nothing is known.
		c.started = c.beginUnseen()
	}
}

// begin says when the job began, as far as that was seen. One that was over
// when it was next looked at began before that, if the service would have told
// that it ran. To leave such jobs out would be to leave the short ones out.
func (c *course) begin(starts bool) (began moment, known bool) {
	switch {
	case c.running:
		return c.started, true
	case starts && c.over && !c.canceled:
		return c.beginUnseen(), true
	}
	return moment{}, false
}

// beginUnseen is the start of a job of which the end was seen first.
func (c *course) beginUnseen() moment {
	return moment{bounds: bounds{c.queued, c.ended.most}, at: bounds{c.queued, c.ended.at}.middle()}
}

func (c *course) wait(x sighting) {
	c.pending = max(c.pending, x.after)
	switch {
	case !c.running:
		c.waiting = x.Word
	case x.Word == c.waiting && !x.retold:
		c.back = true
	default:
		return // another word of waiting may be a step of the run, and history is no news
	}
	c.queued = max(c.queued, x.after)
}

func (c *course) run(x sighting) {
	c.pending = max(c.pending, x.after)
	c.twice = c.twice || c.back
	if !c.running || c.back {
		c.running, c.back = true, false
		c.started = x.since(c.queued)
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
// gives them and they fit what was seen, else by what the answers bound.
// starts says that the service tells of jobs that run.
func (c *course) mark(s *bench.Sample, k *clock, starts bool) {
	s.Attempts = c.attempts
	s.NotYet(bench.Started, c.queued)
	s.NotYet(bench.Finished, c.pending)
	s.NotYet(bench.Seen, c.pending)
	markMoment(s, bench.Submitted, somewhen(bounds{c.sent, c.accepted}))
	if began, ok := c.begin(starts); ok {
		markMoment(s, bench.Started, began)
	}
	if c.over {
		markMoment(s, bench.Finished, c.ended)
	}
	c.byServer(s, k)
	switch {
	case !c.over:
	case s.Stamped(bench.Finished):
		s.Mark(bench.Seen, c.seen)
	default:
		s.MarkWithin(bench.Seen, c.seen, c.missed)
	}
}

func markMoment(s *bench.Sample, m bench.Mark, x moment) { s.MarkWithin(m, x.at, x.width()) }

// byServer marks by the server's stamps. All of a job's stamps are moved to
// the client's clock by one offset, so that the spans between them are exact
// up to the stamps' resolution; how well the offset itself is known matters
// only to spans that lead from the server's clock to the client's.
func (c *course) byServer(s *bench.Sample, k *clock) {
	l, ok := c.stamped()
	if !ok {
		return
	}
	own := l.bounds(c, c.newest())
	if own.empty() || l.disordered() {
		k.disagree()
		return
	}
	is := own
	if !c.durations {
		is = k.agree(own, c.newest())
	}
	l.place(s, is, c)
	s.ClockWidth = is.width()
}

// newest is the latest instant of which anything is known.
func (c *course) newest() time.Duration { return max(c.held, c.begunBy, c.seenBy) }
