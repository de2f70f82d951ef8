package queue

import (
	"context"
	"errors"
	"time"
)

// Queue is a store of jobs. All methods are safe for many goroutines, and every durable engine for many processes at
// once. A method that waits, or that finds its store away for a moment, goes on until its context ends: give it a
// deadline where nobody may wait for ever. After Close every method returns [ErrClosed].
type Queue interface {
	// Submit stores a job and returns its id once it is kept. A job whose Key is known already is not stored again:
	// the id is then the first one's and dup is true. A key is known for as long as its job. [ErrExists] when another
	// job has the ID that was asked for, [ErrTooLarge] when a limit of NewJob is passed.
	Submit(ctx context.Context, j NewJob) (id string, dup bool, err error)

	// Claim waits for a job and takes it for the length of the lease (at most ten years): one whose lease is over, else
	// the first in the order of submission. A job that it takes while the context ends is returned, and not lost.
	Claim(ctx context.Context, worker string, lease time.Duration) (*Claim, error)

	// Extend lets the lease of a claim end that long after now. A lease that is over can be extended for as long as
	// nobody has taken the job. [ErrLost] when somebody has, or when the job is gone or at its end;
	// [ErrCanceled] when it was canceled.
	Extend(ctx context.Context, c *Claim, lease time.Duration) error

	// Progress adds an event with ev.Data to a job that runs; Seq, State and At are the queue's to set. Errors as
	// Extend, and [ErrTooLarge].
	Progress(ctx context.Context, c *Claim, ev Event) error

	// Finish ends a job, and returns its Finished. To finish again with the same claim and the same state changes
	// nothing and is no error, so that a lost answer can be asked for again. Errors as Extend, and [ErrTooLarge].
	Finish(ctx context.Context, c *Claim, r Result) (time.Time, error)

	// Cancel ends a job that is not at its end yet, and returns the state it has then. A queued job is never claimed
	// any more; the worker of a running one learns from its Events, or at its next Extend, Progress or Finish.
	// [ErrNotFound], [ErrExpired].
	Cancel(ctx context.Context, id string) (State, error)

	// Get returns a job. The caller owns it. [ErrNotFound]; [ErrExpired] for a while after the job's TTL is over.
	Get(ctx context.Context, id string) (Job, error)

	// Events follows the events of a job from the one after the given Seq: 0 for all. The channel is closed after the
	// terminal event, or without it when the context ends, the job vanishes or the queue is closed. Every event is
	// delivered once, in order, whichever process caused it. [ErrNotFound], [ErrExpired].
	Events(ctx context.Context, id string, after int64) (<-chan Event, error)

	// Drop loses a job on purpose, whatever its state: from then on it is [ErrNotFound], and its key is free.
	Drop(ctx context.Context, id string) error

	// Stats counts.
	Stats(ctx context.Context) (Stats, error)

	// Close gives back what the queue holds and ends what waits on it. Jobs stay where they are.
	Close() error
}

// State is where a job stands.
type State string

// The states of a job. The last three are terminal: a job never leaves them.
const (
	Queued    State = "queued"
	Running   State = "running"
	Succeeded State = "succeeded"
	Failed    State = "failed"
	Canceled  State = "canceled"
)

// Terminal says whether a job in this state is at its end.
func (s State) Terminal() bool { return s == Succeeded || s == Failed || s == Canceled }

// NewJob is a job to be stored.
type NewJob struct {
	ID          string        // "": made; at most 256 bytes
	Key         string        // idempotency key; "": none; at most 256 bytes
	Payload     []byte        // what is to be done, at most MaxData; the queue does not look into it
	TTL         time.Duration // how long the job is kept after its end, at most ten years; 0: DefaultTTL
	MaxAttempts int           // a job that was claimed this often is not claimed again: it failed, with CodeAttempts; 0: no limit
}

// Job is a job as the store has it. Instants are of the store's wall clock, to the microsecond or better; the zero
// time where there is none yet.
type Job struct {
	ID              string
	State           State
	Attempts        int       // how often it was claimed
	Created         time.Time // acknowledged
	Started         time.Time // the latest claim
	Finished        time.Time // the terminal state
	Payload, Result []byte
	Error, Code     string        // of a failed job
	TTL             time.Duration // how long it is kept after Finished
	MaxAttempts     int           // 0: no limit
}

// Claim is a job in somebody's hands. It is a value: it may be copied and sent, and it stays valid when the queue that
// gave it is opened anew, by this process or another.
type Claim struct {
	Job    Job
	Worker string
	Token  string // proves the claim; different for each one
}

// Result is how a job ended.
type Result struct {
	State       State  // Succeeded or Failed; "": Succeeded
	Data        []byte // at most MaxData
	Error, Code string // cut to 1 KiB each
}

// Event is a change of a job: a new state, or progress while it runs.
type Event struct {
	Seq   int64 // 1, 2, 3 … of this job
	State State
	At    time.Time
	Data  []byte // of progress; nil: the state changed
}

// Stats are counts of a queue. Redelivered and Dead grow for as long as the store lives.
type Stats struct {
	Queued      int           // jobs that wait for their first claim
	Oldest      time.Duration // age of the oldest of them; 0: there is none
	Running     int           // jobs claimed, those whose lease is over included
	Redelivered int64         // claims of a job that had been claimed before
	Dead        int64         // jobs that failed because MaxAttempts was reached
}

const (
	// MaxData bounds payloads, results and the data of an event, in bytes.
	MaxData = 4 << 20

	// MaxEvents bounds the events of a job that Progress adds to.
	MaxEvents = 10_000

	// DefaultTTL is how long a finished job is kept where nothing else was asked for.
	DefaultTTL = time.Hour

	// CodeAttempts is the Code of a job that failed because MaxAttempts was reached.
	CodeAttempts = "attempts_exhausted"
)

// The errors that callers tell apart; the methods of [Queue] say which returns what.
var (
	ErrNotFound = errors.New("no such job")
	ErrExpired  = errors.New("the job has expired")
	ErrLost     = errors.New("the claim is lost")
	ErrCanceled = errors.New("the job was canceled")
	ErrClosed   = errors.New("the queue is closed")
	ErrExists   = errors.New("another job has this id")
	ErrTooLarge = errors.New("too large")
)
