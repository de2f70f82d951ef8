package mockllm

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Defaults of [Config]. They are chosen so that 1000 streams on two cores, shared by client and server, are a valid run.
const (
	DefaultBind            = "127.0.0.1:8000"
	DefaultTimeout         = 30 * time.Second
	DefaultGracefulTimeout = 30 * time.Second
	DefaultBacklog         = 2048
	DefaultModel           = "mock-1"
	DefaultTTFT            = 200 * time.Millisecond
	DefaultITL             = 50 * time.Millisecond
	DefaultJitter          = 0.1
	DefaultTokens          = 50
)

// Class is the kind of worker: how it shares its time among requests.
type Class string

// Async is one event loop per worker, as ASGI servers have it: a handler that blocks stops every stream of its worker.
const Async Class = "async"

// Config says what to serve and how. The zero value serves [DefaultModel] on [DefaultBind] with one worker; a zero field
// means its default unless its comment says otherwise. It is copied on entry.
//
// Without a Queue an [Arbiter] keeps jobs in a directory of its own until it ends, and a [Server] in its memory. Job
// workers start at once when a Queue or their number is given, else with the first request that concerns jobs: who
// serves streams alone pays for none.
//
// It is also what an arbiter hands to its workers, as JSON.
type Config struct {
	Bind            string        // host:port, or unix:PATH. Port 0 takes a free one
	Workers         int           // worker processes; 0: 1
	Class           Class         // "": Async
	Timeout         time.Duration // a worker without a heartbeat for this long is killed and replaced
	GracefulTimeout time.Duration // how long requests in flight may go on after a graceful stop began
	MaxRequests     int           // a worker is replaced after so many requests; 0: never
	Backlog         int           // connections that may wait to be accepted
	CertFile        string        // PEM; with KeyFile: TLS
	KeyFile         string
	APIKey          string // required as a bearer token on API endpoints; "": none is. Never printed

	Model      string        // the only model served
	TTFT       time.Duration // mean time to the first token; negative: none
	ITL        time.Duration // mean gap between tokens; negative: none
	Jitter     float64       // coefficient of variation of both; negative: none
	Tokens     int           // tokens of an answer whose request does not say how many
	MaxNumSeqs int           // batch slots per worker; 0: no limit
	MaxWaiting int           // requests that may wait for a slot, per worker; 0: no limit
	Seed       uint64        // of all jitter and of faults with a probability

	Queue      string        // where jobs are kept: sqlite:FILE, redis://…, memory. "": see below
	JobWorkers int           // job-worker processes; negative: none. 0: DefaultJobWorkers, see below
	JobTime    time.Duration // how long a job works that does not say; negative: no time
	JobStyle   JobStyle      // "": JobNative
	JobLease   time.Duration // how long a job worker may be silent before its job is given to another one
	JobTTL     time.Duration // how long a job is kept after its end

	Ledger         string   // path of the ledger, appended to; "": none
	AllowFaults    bool     // obey the X-Aibench-Fault header
	Faults         []string // standing faults
	NoWorkerHeader bool     // leave x-aibench-worker out
}

// withDefaults returns c with every zero field set. What is negative stays so: a worker process applies the defaults
// again to what its arbiter sends.
func (c Config) withDefaults() Config {
	setDefault(&c.Bind, DefaultBind)
	setDefault(&c.Workers, 1)
	setDefault(&c.Class, Async)
	setDefault(&c.Timeout, DefaultTimeout)
	setDefault(&c.GracefulTimeout, DefaultGracefulTimeout)
	setDefault(&c.Backlog, DefaultBacklog)
	setDefault(&c.Model, DefaultModel)
	setDefault(&c.TTFT, DefaultTTFT)
	setDefault(&c.ITL, DefaultITL)
	setDefault(&c.Jitter, DefaultJitter)
	setDefault(&c.Tokens, DefaultTokens)
	c.defaultJobs()
	return c
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Validate tells whether c can be served. Its error names the field's flag.
func (c Config) Validate() error {
	c = c.withDefaults()
	switch {
	case c.Class != Async:
		return fmt.Errorf("worker class %q: only %q exists", c.Class, Async)
	case c.Workers < 0:
		return fmt.Errorf("workers %d: at least 1 is needed", c.Workers)
	case c.Timeout < 0 || c.GracefulTimeout < 0:
		return errors.New("timeouts cannot be negative")
	case c.MaxRequests < 0 || c.Backlog < 0 || c.Tokens < 0 || c.MaxNumSeqs < 0 || c.MaxWaiting < 0:
		return errors.New("limits cannot be negative")
	case math.IsNaN(c.Jitter) || math.IsInf(c.Jitter, 0):
		return errors.New("jitter must be a finite number")
	case (c.CertFile == "") != (c.KeyFile == ""):
		return errors.New("TLS needs both a certificate file and a key file")
	}
	for _, spec := range c.Faults {
		if _, err := ParseFault(spec); err != nil {
			return fmt.Errorf("fault %q: %w", spec, err)
		}
	}
	return c.validateJobs()
}
