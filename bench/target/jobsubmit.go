package target

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/wire"
)

// anyAnswer is what a job's requests ask for: status answers are JSON nearly
// everywhere, and results anything.
const anyAnswer = "application/json, */*;q=0.5"

// submission is the request that cfg asks for, completed by its profile.
func submission(cfg *JobConfig) Request {
	r := cfg.Request
	rule := &cfg.Profile.Submit
	r.Host, r.Path = cfg.URL.Host, cfg.URL.RequestURI()
	r.Method = or(r.Method, rule.Method)
	r.Accept = or(r.Accept, anyAnswer)
	if r.Body == nil && len(rule.Body) > 0 {
		r.Body = func(int64) ([]byte, error) { return rule.Body, nil }
	}
	r.Header = slices.Clip(r.Header)
	for _, name := range slices.Sorted(maps.Keys(rule.Headers)) {
		if !r.sets(name) {
			r.Header = append(r.Header, Header{name, rule.Headers[name]})
		}
	}
	return r
}

// uuidMark stands in a URL for an id that the client makes, another for each
// job.
const uuidMark = "{uuid}"

// submission is the whole submission of this job.
func (t *task) submission() (*visit, error) {
	j, u := t.job, t.job.cfg.URL
	r := j.cfg.Request
	if strings.Contains(u.Path, uuidMark) {
		own := *u
		own.Path, own.RawPath = strings.ReplaceAll(u.Path, uuidMark, newUUID()), ""
		u, r.Path = &own, own.RequestURI()
	}
	if key := j.cfg.Profile.Submit.IdempotencyHeader; j.cfg.Retries > 0 && key != "" && !r.sets(key) {
		r.Header = append(slices.Clip(r.Header), Header{key, fmt.Sprintf("%s-%d", j.key, t.s.Seq)})
	}
	b, err := r.Bytes(t.s.Seq)
	unread := func(h *wire.Head) bool { return !j.cfg.Profile.ReadsAcceptance(h.Status) }
	return &visit{client: j.cfg.Client, url: u, bytes: b, keep: j.cfg.MaxBody, unread: unread, early: true}, err
}

// newUUID makes a random UUID (RFC 9562, section 5.4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// submit sends the submission. It tells whether there is a job to follow.
func (t *task) submit(ctx context.Context) bool {
	v, err := t.submission()
	if err != nil {
		return t.fail(bench.Cancelled, err.Error())
	}
	conn, ok := t.begin(ctx)
	if !ok {
		return false
	}
	t.deadline = t.job.now() + t.job.cfg.MaxWait
	wait := newPace(t.job.cfg.Interval.over(&t.job.cfg.Profile.Backoff), t.job.cfg.Seed, ^uint64(t.s.Seq))
	r, err := t.deliver(ctx, conn, v)
	for range t.job.cfg.Retries {
		pause, again := t.putOff(ctx, r, err, &wait)
		if !again {
			break
		}
		if !sleep(ctx, pause) {
			return t.fail(bench.Cancelled, "")
		}
		if conn, _, err = t.connect(ctx, v.client); err != nil {
			r = &reply{sent: wire.Absent}
			continue
		}
		r, err = t.deliver(ctx, conn, v)
	}
	return t.judge(ctx, r, err)
}

// begin gets the connection of the submission, as any request of a run gets
// its own.
func (t *task) begin(ctx context.Context) (*wire.Conn, bool) {
	dialed := t.job.now()
	conn, reused, err := t.connect(ctx, t.job.cfg.Client)
	if err != nil {
		t.s.Mark(bench.Dialed, dialed)
		if ctx.Err() != nil {
			return nil, t.fail(bench.Cancelled, "")
		}
		return nil, t.fail(bench.SubmitError, connectText(err))
	}
	if !reused {
		markConnection(t.s, conn.Timing())
	}
	if !t.s.Begin(t.job.now()) {
		_ = conn.Close()
		return nil, false
	}
	return conn, true
}

// deliver sends the submission over conn and notes when what happened. Its
// send is that of the first try: the job has been waited for since then.
func (t *task) deliver(ctx context.Context, conn *wire.Conn, v *visit) (*reply, error) {
	r, err := t.converse(ctx, conn, v)
	if _, tried := t.s.At(bench.Sent); !tried && r.sent != wire.Absent {
		t.s.Mark(bench.Sent, r.sent)
		t.s.Mark(bench.Written, r.written)
	}
	if r.head != nil {
		t.s.Mark(bench.FirstByte, r.first.At())
		t.s.Status = r.head.Status
		t.s.RequestID = shown(r.head.Get("x-request-id"), t.job.cfg.Redact, maxQuote)
	}
	return r, err
}

// putOff tells whether a submission was put off, or may not have arrived, and
// how long to wait before it is repeated.
func (t *task) putOff(ctx context.Context, r *reply, err error, wait *pace) (pause time.Duration, again bool) {
	asked := time.Duration(0)
	switch {
	case ctx.Err() != nil:
		return 0, false
	case err != nil && (!lost(err) || r.sent != wire.Absent && t.job.cfg.Profile.Submit.IdempotencyHeader == ""):
		return 0, false // without a key, one that did arrive would be done twice
	case err == nil && !slices.Contains(t.job.cfg.Profile.Submit.RetryStatus, r.head.Status):
		return 0, false
	case err == nil:
		asked = t.job.cfg.Profile.RetryAfter(t.answer(r))
	}
	pause = wait.next(asked)
	return pause, t.job.now()+pause < t.deadline
}

// lost tells whether an error says that the answer did not come, and not that
// what came cannot be read.
func lost(err error) bool {
	_, ok := errors.AsType[*wire.Error](err)
	return ok && !errors.Is(err, wire.ErrMalformed)
}

// judge decides whether the job was accepted. A refusal is one by its status,
// whatever became of its body.
func (t *task) judge(ctx context.Context, r *reply, err error) bool {
	accepted := r.head != nil && (r.head.Status/100 == 2 || t.job.cfg.Profile.Accepts(r.head.Status))
	switch {
	case err != nil && ctx.Err() != nil:
		return t.fail(bench.Cancelled, "")
	case r.head == nil:
		return t.fail(bench.SubmitError, t.undelivered(err))
	case r.head.Status == http.StatusTooManyRequests:
		t.s.RetryAfter = retryAfter(r.head.Get("Retry-After"))
		return t.over(bench.Throttled, refusal(r.head, r.body), r.at.At())
	case r.head.Status/100 == 3 && !accepted:
		return t.over(bench.SubmitError, redirect(r.head), r.at.At())
	case !accepted:
		return t.over(bench.SubmitError, refusal(r.head, r.body), r.at.At())
	}
	return t.accepted(r, err)
}

// undelivered words a submission that no readable answer came to.
func (t *task) undelivered(err error) string {
	if isTimeout(err) {
		return fmt.Sprintf("no answer to the submission within %v", t.job.cfg.Timeout)
	}
	return err.Error()
}

// accepted takes up a job that its service has taken.
func (t *task) accepted(r *reply, err error) bool {
	sent, _ := t.s.At(bench.Sent)
	t.course = newCourse(t.job.cfg.Epoch, sent, r.head.At)
	t.course.held, t.answered = r.at.User, r.at.At()
	t.s.Mark(bench.Accepted, t.course.accepted)
	if err != nil {
		return t.garbled("%v", t.legible("acceptance", err))
	}
	ticket, err := t.job.cfg.Profile.Accepted(t.answer(r))
	if err != nil {
		return t.garbled("%v", err)
	}
	t.ticket = ticket
	t.s.JobID = shown(ticket.ID, t.job.cfg.Redact, maxQuote)
	if t.job.used.Load() == nil {
		t.job.used.CompareAndSwap(nil, &recognised{ticket.Profile.Name, ticket.Recognised})
	}
	t.pace = newPace(t.job.cfg.Interval.over(&ticket.Profile.Backoff), t.job.cfg.Seed, uint64(t.s.Seq))
	return true
}

// sleep waits, and tells whether it was left to.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
