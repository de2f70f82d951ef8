package bench

import (
	"context"
	"time"
)

// A Target performs one operation: a stream's request, or a job from its
// submission to the result. Do notes its instants, events and outcome in s,
// and returns when it is over or ctx is done, in which case the outcome is
// Cancelled. A failed request is a result, not an error. Do is called from many
// goroutines at once, each with its own Sample, which is only lent.
type Target interface {
	Do(ctx context.Context, s *Sample)
}

// A Scenario is a run to perform. It is a plain value; zero fields mean what
// their comments say.
type Scenario struct {
	Target Target
	Kinds  Kinds // what Target performs, Streams or Jobs: which metrics there are; zero: Streams
	Load   Load

	Duration time.Duration // no starts after it; 0: no limit
	Requests int64         // no more starts than these; 0: no limit
	Warmup   time.Duration // requests intended before it are left out of the statistics
	Drain    time.Duration // how long requests in flight are followed after Duration, or Stop; 0: not at all

	SLO      []Bound   // a request is good when it meets all; none: goodput is not known
	Observer Observer  // is shown the raw records; nil: nobody
	Epoch    time.Time // zero of all instants; the zero Time: when NewRunner is called

	// GiveUpAfter this many requests, when each of them failed in a way that
	// says the address, the key or the request is wrong ([Sample.Hopeless]).
	// 0: never.
	GiveUpAfter int64

	// Precise makes the runner wait on locked threads by the system's absolute
	// clock, and watch its own pauses, CPU and garbage collector. Without it
	// waiting is time.Sleep, which tests in virtual time need.
	Precise bool
}

// Load is how requests are started: Closed or Open.
type Load interface{ load() }

// Closed keeps Users requests in flight: each user starts one, waits for its
// end, thinks, and starts the next. The users' first starts are spread over
// Ramp; users who are added later ([Runner.SetUsers]) start at once.
type Closed struct {
	Users int
	Think time.Duration
	Ramp  time.Duration
}

// Open starts requests by a schedule, whatever the server does. MaxInFlight
// caps the number in flight; a start that finds no room waits, and its wait
// counts as latency. 0: no cap.
type Open struct {
	Pacer       Pacer
	MaxInFlight int
}

func (Closed) load() {}
func (Open) load()   {}
