package diagnose

import (
	"time"

	"github.com/aibench/aibench/bench"
)

// A Queue is one that is worked off by a fixed number of jobs at a time, and
// the evidence for it.
type Queue struct {
	AtOnce   int           // M: jobs that run at a time
	Ran      int           // jobs behind it
	Steady   float64       // share of the time in which jobs waited during which AtOnce jobs ran
	Waiting  float64       // share of the busy time in which jobs waited
	Full     float64       // share of the time from the first to the last instant at which AtOnce jobs ran, in which they did
	Busy     time.Duration // time in which any job waited or ran
	Handover time.Duration // what a worker may take from one job to the next and still count as taken
	Run      time.Duration // median time a job ran
	Wait     time.Duration // median time a job waited
}

// What proves a bound queue.
const (
	steadyShare  = 0.95 // of the waiting time must see one and the same number of jobs running
	waitingShare = 0.5  // of the busy time must see jobs waiting
	inOrder      = 0.5  // of the jobs that start while others wait must have waited themselves
	fullShare    = 0.95 // of the time, its edges left out, must see all places taken; and an open loop must ask for more than that
	fewestJobs   = 10
	fewestRounds = 3    // jobs for each place
	longest      = 0.05 // of the jobs, those that waited longest, do not count as waiting: they may be stuck
	fewestTicks  = 20   // of the server's stamps in the waiting time: a tick must not hide what steadyShare allows
)

// handovers are the times, as shares of the median run, that a worker is
// granted from the end of a job to the start of the next. The first that
// explains the run is taken.
func handovers() []float64 { return []float64{0.02, 0.05, 0.1, 0.2, 0.35, 0.5} }

// QueueBound tells how many jobs a server ran at a time, when that number is
// what bounded the run. ok is false when that is not proven, which takes two
// things.
//
// The number: while at least one job waited, it stood at M for 95 % of the
// time; jobs waited for half of the busy time; and at least 3 M jobs, and 10,
// ran. Every queue with M workers shows that on a busy day.
//
// Saturation: all M places were taken for 95 % of the time from the first to
// the last instant at which they were. A closed loop cannot show that by
// chance, since users who wait send nothing. A schedule can, for a while: so in
// an open loop more jobs must have been submitted than one that asks for 95 %
// of what M places can do would bring by chance once in a thousand runs. That
// takes some 400 jobs at 1.2 times what they can do, and 100 at 1.5 times; more
// when some run much longer than others.
//
// Workers take a moment from one job to the next. So that short jobs do not
// hide their queue, a place that is taken again within a small share of a
// job's length counts as taken, and a wait that is no longer than that counts
// as none. Without the latter, users who are all served at once, but only after
// the moment that a worker takes to look, would seem to be held by a bound of
// their own number.
//
// Jobs that are missing, since they were cut, came from elsewhere or had no
// stamps, make the number seem to vary: that hides a bound, and invents none.
func QueueBound(res *bench.Result) (q Queue, ok bool) {
	if len(res.Spans) < fewestJobs {
		return Queue{}, false
	}
	c := newCourse(res.Spans)
	for _, share := range handovers() {
		if q, ok := c.proof(time.Duration(share*float64(c.run)), res.Open); ok {
			return q, true
		}
	}
	return Queue{}, false
}

// proof holds the course against one handover.
func (c *course) proof(handover time.Duration, open bool) (q Queue, ok bool) {
	changes := c.changes(handover)
	l := levelsOf(changes)
	atOnce, stood := l.waited.most()
	waited := l.waited.from(0)
	if atOnce < 1 {
		return Queue{}, false
	}
	s := c.saturation(changes, atOnce)
	q = Queue{
		AtOnce: atOnce, Ran: len(c.started), Busy: c.busy, Handover: handover, Run: c.run, Wait: c.wait,
		Steady: share(stood, waited), Waiting: share(waited, c.busy), Full: share(s.full, s.last-s.first),
	}
	switch {
	case q.Steady < steadyShare, q.Waiting < waitingShare, q.Ran < fewestRounds*atOnce:
	case share(l.all.from(atOnce+1), c.busy) > 1-steadyShare: // it runs more when nobody waits: something else made them wait
	case float64(l.waiters) < inOrder*float64(l.starts): // most come after the few that wait, and wait no time
	case waited < fewestTicks*c.tick:
	case q.Full < fullShare, open && !c.outruns(s.pace()):
	default:
		return q, true
	}
	return Queue{}, false
}

func share(part, whole time.Duration) float64 { return float64(part) / float64(whole) }
