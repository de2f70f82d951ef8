package profile

import (
	"net/url"
	"time"
)

// A State is what an answer says of a job.
type State uint8

// The states. Lost, Expired and Transient are of the answer rather than of
// the job.
const (
	Unsaid    State = iota // not at its end; whether it waits or runs is not said
	Queued                 // it waits
	Running                // it has begun
	Succeeded              // it ended well, as far as this answer tells
	Failed                 // it ended badly
	Canceled               // it was stopped
	Lost                   // the service does not know it (404)
	Expired                // the service has forgotten it (410)
	Transient              // the answer says nothing of the job: ask again
)

// String gives the state in lower case.
func (s State) String() string {
	names := [...]string{"unsaid", "queued", "running", "succeeded", "failed", "canceled", "lost", "expired", "transient"}
	if int(s) < len(names) {
		return names[s]
	}
	return "state?"
}

// over tells whether nothing more will come of asking.
func (s State) over() bool { return s.Terminal() || s == Lost || s == Expired }

// Terminal tells whether a job in this state is over.
func (s State) Terminal() bool { return s == Succeeded || s == Failed || s == Canceled }

// A Reading is what one answer, or one message, says of a job.
type Reading struct {
	State State
	Word  string // of the state, as the server spelled it; at most 64 bytes of it
	Note  string // what is odd about it, for whoever has to explain a job that never ends
	Err   string // why the job failed, in the server's words; at most 1 KiB, one line
	// ResultURL is to be fetched for the result; nil: the result is in this
	// body, or there is none.
	ResultURL *url.URL
	// Next is where to ask from here on; nil: where it was asked.
	Next                        *url.URL
	Created, Started, Completed Stamp // of the server's clock
	QueueFor, RunFor            time.Duration
	HasDurations                bool // QueueFor and RunFor are known: the server measured them
	Attempts                    int  // runs of the job; 0: not told
	RetryAfter                  time.Duration
	HasRetryAfter               bool
}

// A Stamp is an instant as a server wrote it.
type Stamp struct {
	At         time.Time
	Resolution time.Duration // the step of the written form: 1 s for whole seconds
	Known      bool
}

// A Ticket is what follows one job. It belongs to one goroutine at a time.
type Ticket struct {
	// Profile reads this job from here on: the one that read the acceptance,
	// or the one that auto recognised in it.
	Profile    *Profile
	Recognised string // auto: by what; else ""
	ID         string // "": not told
	// Status is absolute; nil only when the job is over already.
	Status *url.URL
	// Candidates are the places where the status may be, the likeliest first,
	// when only an id was told; Status is the first of them. Their order is
	// the same for every job of a service. A place is wrong when Read says
	// Lost, or errs.
	Candidates []*url.URL
	Socket     *url.URL // ws or wss
	Events     *url.URL
	Cancel     *url.URL // nil: not told
	// Now is what the acceptance itself says: a job may be over at once.
	Now Reading

	place  place
	header string           // the field that named Status; "": another source did
	result map[int]*url.URL // by index in Profile.Result: those that the acceptance told
	auto   *recognition     // nil: the profile's own rules
}
