package target

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/profile"
	"github.com/aibench/aibench/bench/wire"
)

// poll asks for the status until it is terminal.
func (t *task) poll(ctx context.Context) (end sighting, ok bool) {
	asked := t.ticket.Now.RetryAfter
	for t.pause(ctx, t.pace.next(asked)) {
		x, ok := t.look(ctx)
		if !ok || x.State.Terminal() {
			return x, ok
		}
		asked = x.RetryAfter
	}
	return sighting{}, false
}

// look asks for the status once and takes in what it says. ok is false when
// that ends the job without an end to be seen.
func (t *task) look(ctx context.Context) (x sighting, ok bool) {
	if x, ok = t.ask(ctx); ok {
		t.see(x)
	}
	return x, ok
}

func (t *task) ask(ctx context.Context) (x sighting, ok bool) {
	if t.astray() {
		return t.search(ctx)
	}
	x, err := t.status(ctx, t.ticket.Status)
	return t.weigh(ctx, "status", x, err)
}

// maxHops bounds how often in a row an answer can say to ask elsewhere.
const maxHops = 5

// status asks for the status, where it is now if it was moved.
func (t *task) status(ctx context.Context, u *url.URL) (sighting, error) {
	for range maxHops {
		x, err := t.statusAt(ctx, u)
		if err != nil || x.status/100 != 3 || x.Next == nil {
			return x, err
		}
		u = x.Next
	}
	return sighting{}, fmt.Errorf("the status leads elsewhere %d times in a row, the last time to %s", maxHops, bareURL(u.String()))
}

// statusAt asks at u once.
func (t *task) statusAt(ctx context.Context, u *url.URL) (sighting, error) {
	p := t.profile()
	v, err := t.question("status URL", p.Poll.Method, u, anyAnswer)
	if err != nil {
		return sighting{}, err
	}
	v.unread = func(h *wire.Head) bool { return !t.ticket.ReadsBody(h.Status, h.Get("Content-Type")) }
	t.s.Polls++
	r, err := t.visit(ctx, v)
	if err != nil {
		return sighting{}, err
	}
	t.s.PollBytes += r.bytes()
	if coding := contentCoding(r.head); coding != "" {
		return sighting{}, fmt.Errorf("the status is compressed (%s), which nobody asked for: turn that off for this endpoint", coding)
	}
	reading, err := p.Read(t.ticket, t.answer(r))
	if err != nil {
		return sighting{}, err
	}
	if reading.Next != nil {
		t.ticket.Status = reading.Next
	}
	return replied(reading, r), nil
}

// question makes a visit to a URL that the service named. The body that is
// kept is a status's.
func (t *task) question(what, method string, u *url.URL, accept string, extra ...Header) (*visit, error) {
	if u == nil {
		return nil, fmt.Errorf("the job has no %s", what)
	}
	client, header, err := t.route(what, u)
	if err != nil {
		return nil, err
	}
	request := Request{
		Method: or(method, http.MethodGet), Path: u.RequestURI(), Host: u.Host, Accept: accept,
		Header: append(header, extra...),
	}
	if err := request.Check(); err != nil {
		return nil, fmt.Errorf("the %s: %w", what, err)
	}
	b, err := request.Bytes(t.s.Seq)
	return &visit{client: client, url: u, bytes: b, keep: t.job.cfg.MaxBody}, err
}

// replied is what an answer to a request tells: its state held when the
// answer was made, after the request was sent.
func replied(reading profile.Reading, r *reply) sighting {
	return sighting{
		Reading: reading, status: r.head.Status,
		at: r.at.At(), held: r.at.User, after: r.sent,
	}
}

// weigh judges what a request about the job brought, when that ends the job.
func (t *task) weigh(ctx context.Context, what string, x sighting, err error) (sighting, bool) {
	switch {
	case err != nil && t.expired(ctx):
		return x, false
	case err != nil && lost(err):
		return sighting{Reading: profile.Reading{State: profile.Transient}}, t.miss(what, err.Error())
	case err != nil:
		return x, t.garbled("%v", t.legible(what, err))
	}
	switch x.State {
	case profile.Lost:
		return x, t.fail(bench.Lost, fmt.Sprintf("%s for the %s of an accepted job; %s", notFound(x), what, t.lastWord()))
	case profile.Expired:
		return x, t.fail(bench.Expired, fmt.Sprintf("%d for the %s; %s", x.status, what, t.lastWord()))
	case profile.Transient:
		if x.status == http.StatusTooManyRequests {
			return x, true // it answers, and wants less of this
		}
		return x, t.miss(what, fmt.Sprintf("%d %s", x.status, http.StatusText(x.status)))
	default:
		t.missed = 0
		return x, true
	}
}

// notFound is how a service says that it knows no such job.
func notFound(x sighting) string {
	if x.Word != "" {
		return strconv.Quote(oneLine(x.Word, maxQuote))
	}
	return strconv.Itoa(x.status)
}

// legible words an answer that cannot be read.
func (t *task) legible(what string, err error) error {
	switch {
	case errors.Is(err, errTooMuch):
		return fmt.Errorf("the %s is more than %d bytes: --max-body lets more be read", what, t.job.cfg.MaxBody)
	case errors.Is(err, wire.ErrMalformed):
		return fmt.Errorf("the %s is no HTTP answer: %w", what, err)
	default:
		return err
	}
}

// miss counts a request that told nothing of the job. It returns false when
// there were too many in a row.
func (t *task) miss(what, why string) bool {
	t.missed++
	if most := t.profile().Poll.TransientMax; t.missed > most {
		return t.garbled("%d requests for the %s failed in a row, the last: %s; %s", t.missed, what, why, t.lastWord())
	}
	return true
}

// resultKept is how much of a result is looked at: what tells that it is none.
const resultKept = 64 << 10

// result fetches the result and returns when it was in hand. It is read to its
// end and not kept.
func (t *task) result(ctx context.Context, u *url.URL) (at time.Duration, ok bool) {
	for hops := 0; ; {
		x, err := t.fetch(ctx, u)
		if x, ok = t.weigh(ctx, "result", x, err); !ok {
			return 0, false
		}
		switch {
		case x.State == profile.Failed:
			return 0, t.over(bench.JobFailed, or(x.Err, noReason), x.at)
		case x.State == profile.Canceled:
			return 0, t.over(bench.JobCanceled, x.Err, x.at)
		case x.ResultURL != nil && x.State == profile.Succeeded:
			if hops++; hops == maxHops {
				return 0, t.garbled("the result leads elsewhere %d times in a row, the last time to %s", hops, bareURL(x.ResultURL.String()))
			}
			u = x.ResultURL
		case x.State == profile.Succeeded:
			return x.at, true
		default: // not there yet
			if !t.pause(ctx, t.pace.next(x.RetryAfter)) {
				return 0, false
			}
		}
	}
}

func (t *task) fetch(ctx context.Context, u *url.URL) (sighting, error) {
	v, err := t.question("result URL", http.MethodGet, u, "*/*")
	if err != nil {
		return sighting{}, err
	}
	v.keep, v.rest = resultKept, true
	r, err := t.visit(ctx, v)
	if err != nil {
		return sighting{}, err
	}
	reading, err := t.profile().ReadResult(t.ticket, t.answer(r))
	return replied(reading, r), err
}
