package target

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/aibench/aibench/bench/profile"
	"github.com/aibench/aibench/bench/wire"
)

// A visit is one request of a job, and what is done with the answer.
type visit struct {
	client *wire.Client
	url    *url.URL
	bytes  []byte // the whole request
	keep   int    // bytes of the body that are kept
	rest   bool   // what is beyond is read and forgotten; else it is an error
	// unread tells by the head that the body is a result: it is read like one.
	// nil: it never is.
	unread func(*wire.Head) bool
}

// A reply is an answer, as far as it came.
type reply struct {
	url           *url.URL
	sent, written time.Duration // wire.Absent: the request was not sent whole
	head          *wire.Head    // nil: none came
	first         wire.Stamp    // of the head's first byte
	body          []byte        // lent until the task's next visit
	size          int64         // bytes of the whole body
	at            wire.Stamp    // of the last byte
}

// answer is a reply as a profile looks at it.
func (t *task) answer(r *reply) *profile.Answer {
	a := profile.NewAnswer(r.url, r.head.Status, r.head.Get, r.body)
	a.Now = t.job.cfg.Epoch.Add(r.at.At())
	return a
}

// bytes that the answer took, but for its transfer coding.
func (r *reply) bytes() int64 { return int64(r.head.Size) + r.size }

// errTooMuch says that a body is larger than what is kept of one.
var errTooMuch = errors.New("body too large")

// visit sends a request that may be repeated and reads the answer. A kept
// connection that ends before the answer begins proves nothing but that it was
// kept too long, so another is tried at once (RFC 9112, section 9.3.1).
func (t *task) visit(ctx context.Context, v *visit) (*reply, error) {
	for range maxStale {
		r, reused, err := t.try(ctx, v)
		if err == nil || !reused || !errors.Is(err, wire.ErrNoResponse) {
			return r, err
		}
	}
	r, _, err := t.try(ctx, v)
	return r, err
}

// maxStale is how many kept connections are tried: one that failed makes its
// neighbours suspect, but each is looked at before it is used.
const maxStale = 3

func (t *task) try(ctx context.Context, v *visit) (r *reply, reused bool, err error) {
	conn, reused, err := t.connect(ctx, v.client)
	if err != nil {
		return nil, false, err
	}
	r, err = t.converse(ctx, conn, v)
	return r, reused, err
}

// converse uses a connection for one visit and gives it back.
func (t *task) converse(ctx context.Context, conn *wire.Conn, v *visit) (*reply, error) {
	stop := context.AfterFunc(ctx, conn.Interrupt)
	r := &reply{url: v.url, sent: wire.Absent, written: wire.Absent}
	err := t.exchange(conn, v, r)
	if stop() && err == nil {
		conn.Release()
	} else {
		_ = conn.Close() // nothing is owed to it any more
	}
	return r, err
}

// due is when a request made now has to be answered.
func (t *task) due() time.Duration { return min(t.job.now()+t.job.cfg.Timeout, t.deadline) }

// connect gets a connection within the time of one request.
func (t *task) connect(ctx context.Context, c *wire.Client) (*wire.Conn, bool, error) {
	ctx, cancel := context.WithDeadline(ctx, t.job.cfg.Epoch.Add(t.due()))
	defer cancel()
	return c.Get(ctx)
}

// exchange sends a request and reads the answer to its end.
func (t *task) exchange(conn *wire.Conn, v *visit, r *reply) (err error) {
	if err = t.send(conn, v, r); err != nil {
		return err
	}
	if r.head, r.first, err = conn.ReadHead(); err != nil {
		return err
	}
	if v.unread != nil && v.unread(r.head) {
		result := *v
		result.keep, result.rest = resultKept, true
		v = &result
	}
	return t.read(conn, v, r)
}

// send sends a request, and bounds the wait for its answer.
func (t *task) send(conn *wire.Conn, v *visit, r *reply) (err error) {
	due := t.due()
	// A connection that is closed says so when it is used.
	_ = conn.SetWriteDeadline(due)
	_ = conn.SetReadDeadline(due)
	r.sent, r.written, err = conn.Write(v.bytes)
	return err
}

// read reads a body and keeps of it what v says.
func (t *task) read(conn *wire.Conn, v *visit, r *reply) error {
	kept := (*t.buf)[:0]
	defer func() { *t.buf, r.body = kept, kept }()
	r.at = r.head.At
	for {
		b, at, err := conn.ReadBody()
		if len(b) > 0 {
			r.at = at
		}
		r.size += int64(len(b))
		kept = append(kept, b[:min(len(b), v.keep-len(kept))]...)
		switch {
		case isEOF(err):
			return nil
		case err != nil:
			return err
		case r.size > int64(v.keep) && !v.rest:
			return errTooMuch
		}
	}
}
