package target

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/profile"
	"github.com/aibench/aibench/bench/wire"
	"github.com/aibench/aibench/sse"
)

// A listener reads a job's events, over as many connections as that takes.
type listener struct {
	push
	parser sse.Parser
	id     string        // of the last event
	asked  time.Duration // how long the server wants to be left alone
}

// errDropped says that a stream of events ended before the job did.
var errDropped = errors.New("the stream ended before the job did")

// otherwise is an answer that is no stream of events.
type otherwise struct{ reply *reply }

func (o *otherwise) Error() string {
	return "no stream of events: " + refusal(o.reply.head, o.reply.body)
}

// events follows the job by Server-Sent Events. A stream that breaks off is
// taken up where it ended, by Last-Event-ID (WHATWG HTML, section 9.2.3).
func (t *task) events(ctx context.Context) (end sighting, ok bool) {
	l := &listener{push: t.push()}
	l.parser.MaxEvent = t.job.cfg.MaxBody
	for {
		before := l.last
		err := t.listen(ctx, l)
		if l.over {
			return t.confirm(ctx, &l.push)
		}
		if l.last != before {
			t.missed = 0
		}
		if !t.dropped(ctx, l, err) || !t.pause(ctx, t.pace.next(l.asked)) {
			return sighting{}, false
		}
	}
}

// dropped judges why a stream is not read on. It tells whether to try again.
func (t *task) dropped(ctx context.Context, l *listener, err error) bool {
	o, other := errors.AsType[*otherwise](err)
	switch {
	case t.expired(ctx):
		return false
	case other && o.reply.head.Status != http.StatusNoContent:
		return t.instead(ctx, l, o)
	case errors.Is(err, errDropped) || lost(err):
		return t.miss("events", err.Error())
	default:
		return t.garbled("%v", t.legible("stream of events", err))
	}
}

// instead judges an answer that came in place of the events. The profile reads
// it as one about the job, but what is not found at first is the stream.
func (t *task) instead(ctx context.Context, l *listener, o *otherwise) bool {
	r := o.reply
	x, err := t.profile().Read(t.ticket, t.answer(r))
	gone := x.State == profile.Lost || x.State == profile.Expired
	if err != nil || x.State != profile.Transient && (!gone || l.last == wire.Absent) {
		return t.over(bench.ProtocolError, o.Error(), r.at.At())
	}
	l.asked = x.RetryAfter
	_, ok := t.weigh(ctx, "events", replied(x, r), nil)
	return ok
}

// listen reads one stream of events until it ends, or the job has.
func (t *task) listen(ctx context.Context, l *listener) error {
	var resume []Header
	if l.id != "" {
		resume = []Header{{"Last-Event-ID", l.id}}
	}
	v, err := t.question("events URL", http.MethodGet, t.ticket.Events, "text/event-stream", resume...)
	if err != nil {
		return err
	}
	t.s.Polls++
	return fresh(func() (reused bool, err error) {
		conn, reused, err := t.connect(ctx, v.client)
		if err != nil {
			return reused, err
		}
		stop := context.AfterFunc(ctx, conn.Interrupt)
		err = t.hear(conn, v, l)
		l.resumeFrom()
		if stop() && err == nil {
			conn.Release()
		} else {
			_ = conn.Close() // nothing is owed to it any more
		}
		return reused, err
	})
}

// resumeFrom keeps what the next stream needs of the one that ended.
func (l *listener) resumeFrom() {
	l.parser.End()
	if id := l.parser.LastID(); len(id) > 0 {
		l.id = string(id)
	}
	if wait, told := l.parser.Retry(); told {
		l.asked = wait
	}
	l.parser.Reset()
}

// hear asks for the events and reads them.
func (t *task) hear(conn *wire.Conn, v *visit, l *listener) (err error) {
	r := &reply{url: v.url}
	if err = t.send(conn, v, r); err != nil {
		return err
	}
	if r.head, r.first, err = conn.ReadHead(); err != nil {
		return err
	}
	t.s.PollBytes += int64(r.head.Size)
	if r.head.Status != http.StatusOK || mediaType(r.head.Get("Content-Type")) != "text/event-stream" || contentCoding(r.head) != "" {
		v.keep, v.rest = maxDocument, false
		if err := t.read(conn, v, r); err != nil && !errors.Is(err, errTooMuch) {
			return err
		}
		return &otherwise{r}
	}
	l.opened(r.head.At.User)
	if err := conn.SetReadDeadline(t.deadline); err != nil {
		return fmt.Errorf("wait for events: %w", err)
	}
	return t.stream(conn, l)
}

// stream reads events until the stream ends.
func (t *task) stream(conn *wire.Conn, l *listener) error {
	for {
		b, at, err := conn.ReadBody()
		t.s.PollBytes += int64(len(b))
		was := l.over
		if e := t.feed(l, b, at); e != nil {
			return e
		}
		switch {
		case err == nil && l.over && !was:
			_ = conn.SetReadDeadline(min(at.User+lastWords, t.deadline)) // shows in the next read
		case err == nil:
		case l.over && isEOF(err):
			return nil
		case isEOF(err):
			return errDropped
		default:
			return err
		}
	}
}

func (t *task) feed(l *listener, b []byte, at wire.Stamp) error {
	if len(b) == 0 {
		return nil
	}
	for l.parser.Feed(b, at.At()); l.parser.Next(); {
		ev := l.parser.Event()
		if ev.Kind == sse.Comment || len(strings.TrimSpace(string(ev.Data))) == 0 {
			continue
		}
		if err := t.told(&l.push, ev.Data, at); err != nil {
			return err
		}
	}
	if l.parser.Err() != nil {
		return errTooMuch
	}
	return nil
}
