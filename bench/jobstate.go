package bench

import "sync/atomic"

// A JobState says where a job in flight is, as far as its client knows now.
type JobState uint8

// The states of jobs in flight.
const (
	JobSubmitting JobState = iota // not accepted yet
	JobQueued                     // its server said last that it waits
	JobRunning                    // its server said last that it runs
	JobUnsaid                     // accepted, and its server has not said which of both
	JobFetching                   // its end was seen, and its result is being fetched

	numJobStates
)

// JobStates counts the jobs in flight by their states; all zero for streams.
// Their sum is the number in flight, except for jobs that change their state
// while they are counted.
type JobStates struct{ Submitting, Queued, Running, Unsaid, Fetching int64 }

// Enter notes the state of a job that is now known, for those who look at the
// run meanwhile. A Target of jobs calls it with what each answer says; begin,
// acceptance and end are known without it. It enters no metric, and costs
// nothing when the state is the one before.
func (s *Sample) Enter(state JobState) { s.state.enter(state) }

// jobCounts counts jobs by their states.
type jobCounts [numJobStates]atomic.Int64

func (c *jobCounts) states() JobStates {
	return JobStates{
		Submitting: c[JobSubmitting].Load(), Queued: c[JobQueued].Load(), Running: c[JobRunning].Load(),
		Unsaid: c[JobUnsaid].Load(), Fetching: c[JobFetching].Load(),
	}
}

// A place is where a lane's job is counted.
type place struct {
	counts *jobCounts // nil: nowhere
	in     bool
	state  JobState
}

func (p *place) enter(state JobState) {
	if p.counts == nil || !p.in || state == p.state || state >= numJobStates {
		return
	}
	p.counts[state].Add(1)
	p.counts[p.state].Add(-1)
	p.state = state
}

// come counts a job that begins.
func (p *place) come() {
	if p.counts == nil {
		return
	}
	p.in, p.state = true, JobSubmitting
	p.counts[JobSubmitting].Add(1)
}

// leave counts a job out.
func (p *place) leave() {
	if p.counts == nil || !p.in {
		return
	}
	p.in = false
	p.counts[p.state].Add(-1)
}
