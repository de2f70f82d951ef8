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
	Busy     time.Duration // time in which any job waited or ran
	Handover time.Duration // how long, at most, a place was free between two jobs that still counts as taken
	Run      time.Duration // median time a job ran
	Wait     time.Duration // median time a job waited
}

// QueueBound tells how many jobs the server runs at a time, when that number
// is what made jobs wait. ok is false when it is not proven.
func QueueBound(spans []bench.Span) (q Queue, ok bool) {
	return Queue{}, len(spans) < 0
}
