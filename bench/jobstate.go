package bench

// A JobState says where a job in flight is, as far as its client knows now.
type JobState uint8

// The states of jobs in flight.
const (
	JobSubmitting JobState = iota // not accepted yet
	JobQueued                     // its server says that it waits
	JobRunning                    // its server says that it runs
	JobUnsaid                     // accepted, and its server has not said which of both
	JobFetching                   // its end was seen, and its result is being fetched

	numJobStates
)

// JobStates counts the jobs in flight by their states; all zero for streams.
type JobStates struct{ Submitting, Queued, Running, Unsaid, Fetching int64 }

// Enter notes the state of a job that is now known, for who looks at the run
// meanwhile. A Target of jobs calls it with what each answer says. It enters no
// metric.
func (s *Sample) Enter(state JobState) {}
