package mockllm

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aibench/aibench/mockllm/queue"
)

// Defaults of [Config] that concern jobs.
const (
	DefaultJobWorkers = 4
	DefaultJobTime    = 200 * time.Millisecond
	DefaultJobLease   = 5 * time.Second
	DefaultJobTTL     = time.Hour
)

// JobStyle is the manner in which the job API tells of a job: the same jobs, in the words of the patterns that are in
// use.
type JobStyle string

// The styles of the job API.
const (
	// JobNative answers the status URL with 200 and the whole job, whatever its state.
	JobNative JobStyle = "native"
	// JobLocation answers the status URL with 202 until the job is over, then with its result (RFC 9110 section 15.3.3).
	JobLocation JobStyle = "location"
	// JobSeeOther answers the status URL with 200 and the state, then with 303 to the result.
	JobSeeOther JobStyle = "see-other"
	// JobOperation answers with Azure's long-running operations: NotStarted, Running, Succeeded.
	JobOperation JobStyle = "operation"
)

// jobStyles is every style, in the order in which a message lists them.
func jobStyles() []JobStyle { return []JobStyle{JobNative, JobLocation, JobSeeOther, JobOperation} }

// JobStyleNames lists the styles, for help.
func JobStyleNames() string {
	var names []string
	for _, style := range jobStyles() {
		names = append(names, string(style))
	}
	return strings.Join(names, ", ")
}

func (c *Config) defaultJobs() {
	setDefault(&c.JobWorkers, DefaultJobWorkers)
	setDefault(&c.JobTime, DefaultJobTime)
	setDefault(&c.JobStyle, JobNative)
	setDefault(&c.JobLease, DefaultJobLease)
	setDefault(&c.JobTTL, DefaultJobTTL)
}

// jobTime is how long a job works that does not say; workers is how many job workers there are.
func (c *Config) jobTime() time.Duration { return max(c.JobTime, 0) }
func (c *Config) jobWorkers() int        { return max(c.JobWorkers, 0) }

// jobsAtOnce tells whether job workers start before jobs are asked for; of a configuration without defaults.
func (c *Config) jobsAtOnce() bool { return c.Queue != "" || c.JobWorkers > 0 }

func (c *Config) validateJobs() error {
	if err := checkQueue(c.Queue); err != nil {
		return err
	}
	known := false
	for _, style := range jobStyles() {
		known = known || c.JobStyle == style
	}
	switch {
	case !known:
		return fmt.Errorf("job style %.40q: there are %s", string(c.JobStyle), JobStyleNames())
	case c.JobLease < 10*time.Millisecond:
		return errors.New("job lease: at least 10ms are needed, to be extended in time")
	case c.JobTTL < 0:
		return errors.New("job TTL cannot be negative")
	}
	return nil
}

// checkQueue refuses a queue of an unknown kind, and a spec that cannot be read. Whether a known one can be opened is
// found out by opening it. The message repeats no more than the kind: a URL may hold a password.
func checkQueue(spec string) error {
	if spec == "" || spec == queueMemory {
		return nil
	}
	kind, rest, found := strings.Cut(spec, ":")
	switch {
	case !found:
		return fmt.Errorf("queue %.20q: there are sqlite:FILE, redis://HOST:PORT/DB and memory", spec)
	case kind != "sqlite" && kind != "redis" && kind != "rediss" && kind != queueRemote:
		return fmt.Errorf("queue of kind %.20q: there are sqlite:FILE, redis://HOST:PORT/DB and memory", kind)
	case rest == "":
		return fmt.Errorf("queue %q: it says not which; sqlite:FILE, redis://HOST:PORT/DB", spec)
	}
	if err := queue.Check(spec); err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	return nil
}

// Kinds of queue that this package treats by itself.
const (
	queueMemory = "memory" // in one process
	queueRemote = "remote" // in another one
)
