package target

import (
	"context"
	"fmt"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/profile"
)

// A task is one job on its way. It belongs to one goroutine, and starts none.
type task struct {
	job      *Job
	s        *bench.Sample
	deadline time.Duration // of the job; nothing is waited for past it
	buf      *[]byte       // holds the latest answer

	ticket   *profile.Ticket
	answered time.Duration // when the whole acceptance had arrived
	course   course
	pace     pace
	missed   int // status requests in a row that told nothing
}

func (j *Job) task(s *bench.Sample) *task {
	buf, ok := j.buffers.Get().(*[]byte)
	if !ok {
		buf = new([]byte)
	}
	return &task{job: j, s: s, buf: buf, deadline: j.now() + j.cfg.MaxWait}
}

// keptBuffer is the largest buffer that is kept for another answer.
const keptBuffer = 64 << 10

func (t *task) release() {
	t.shrink()
	t.job.buffers.Put(t.buf)
	t.buf = nil
}

// shrink forgets a large answer. Of the jobs that wait there may be many.
func (t *task) shrink() {
	if cap(*t.buf) > keptBuffer {
		*t.buf = nil
	}
}

// profile is what reads this job.
func (t *task) profile() *profile.Profile {
	if t.ticket != nil {
		return t.ticket.Profile
	}
	return t.job.cfg.Profile
}

// follow brings an accepted job to its end.
func (t *task) follow(ctx context.Context) {
	end := sighting{Reading: t.ticket.Now, at: t.answered, held: t.course.held, after: t.course.sent}
	t.see(end)
	ok := true
	if !end.State.Terminal() {
		switch t.job.cfg.Wait {
		case WebSocket:
			end, ok = t.socket(ctx)
		case ServerSentEvents:
			end, ok = t.events(ctx)
		default:
			end, ok = t.poll(ctx)
		}
	}
	if ok {
		t.finish(ctx, end)
	}
}

// see takes in what an answer or a message told.
func (t *task) see(x sighting) {
	t.course.see(x)
	switch {
	case x.State == profile.Queued:
		t.s.Enter(bench.JobQueued)
	case x.State == profile.Running:
		t.s.Enter(bench.JobRunning)
	case x.State.Terminal():
		t.s.Enter(bench.JobFetching)
	}
	if t.course.running && !t.job.starts.Load() {
		t.job.starts.Store(true)
	}
}

const noReason = "the server gave no reason"

// finish judges a job whose end was seen, and fetches its result.
func (t *task) finish(ctx context.Context, end sighting) {
	switch {
	case end.State == profile.Failed:
		t.over(bench.JobFailed, or(end.Err, noReason), end.at)
	case end.State == profile.Canceled:
		t.over(bench.JobCanceled, end.Err, end.at)
	default:
		at, ok := end.at, true
		if end.ResultURL != nil {
			at, ok = t.result(ctx, end.ResultURL)
		}
		if ok {
			t.succeed(at)
		}
	}
}

// succeed judges a job whose result is in hand.
func (t *task) succeed(at time.Duration) {
	switch {
	case t.course.attempts > 1:
		t.over(bench.Duplicated, fmt.Sprintf("the server ran it %d times", t.course.attempts), at)
	case t.course.twice:
		t.over(bench.Duplicated, "it was seen to begin, or to end, more than once", at)
	default:
		t.over(bench.OK, "", at)
	}
}

// over notes how the job ended and when that was in hand. It returns false, so
// that whoever ends a job can say so to its caller in one line.
func (t *task) over(o bench.Outcome, detail string, at time.Duration) bool {
	t.s.Outcome = o
	t.s.Detail = shown(detail, t.job.cfg.Redact, maxDetail)
	if o != bench.Cancelled {
		t.s.Mark(bench.End, at)
	}
	return false
}

func (t *task) fail(o bench.Outcome, detail string) bool { return t.over(o, detail, t.job.now()) }

// garbled ends a job whose answers cannot be read.
func (t *task) garbled(format string, a ...any) bool {
	return t.fail(bench.ProtocolError, fmt.Sprintf(format, a...))
}

// stuck ends a job that did not within its time.
func (t *task) stuck() bool {
	return t.fail(bench.Stuck, fmt.Sprintf("not over within %v; %s", t.job.cfg.MaxWait, t.lastWord()))
}

// lastWord tells what the server said last of the job.
func (t *task) lastWord() string {
	if t.course.word == "" {
		return "the server never told its state"
	}
	word := fmt.Sprintf("the server's last word: %q", oneLine(t.course.word, maxQuote))
	if t.course.note != "" {
		word += " (" + t.course.note + ")"
	}
	return word
}

// expired judges an error or a wait by whose patience ended: the run's or the
// job's. It tells whether it was one of them.
func (t *task) expired(ctx context.Context) bool {
	switch {
	case ctx.Err() != nil:
		t.fail(bench.Cancelled, "")
	case t.job.now() >= t.deadline:
		t.stuck()
	default:
		return false
	}
	return true
}

// pause waits, but never past the job's deadline, at which it is stuck.
func (t *task) pause(ctx context.Context, wait time.Duration) bool {
	t.shrink()
	timer := time.NewTimer(min(wait, t.deadline-t.job.now()))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return !t.expired(ctx)
}
