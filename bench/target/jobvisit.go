package target

import (
	"cmp"
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
	early  bool // the answer is read although the request could not be sent whole
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

// visit sends a request that may be repeated and reads the answer.
func (t *task) visit(ctx context.Context, v *visit) (r *reply, err error) {
	err = fresh(func() (reused bool, err error) {
		conn, reused, err := t.connect(ctx, v.client)
		if err == nil {
			r, err = t.converse(ctx, conn, v)
		}
		return reused, err
	})
	return r, err
}

// maxStale is how many kept connections are tried: one that failed makes its
// neighbours suspect, but each is looked at before it is used.
const maxStale = 3

// fresh tries a request that may be repeated. A kept connection that ends
// before the answer begins proves nothing but that it was kept too long, so
// another is tried at once (RFC 9112, section 9.3.1).
func fresh(try func() (reused bool, err error)) error {
	for range maxStale {
		if reused, err := try(); !reused || !stale(err) {
			return err
		}
	}
	_, err := try()
	return err
}

// stale tells whether a connection ended before the answer began.
func stale(err error) bool {
	if errors.Is(err, wire.ErrNoResponse) {
		return true
	}
	e, ok := errors.AsType[*wire.Error](err)
	return ok && e.Op == wire.OpWrite && wire.Reset(e)
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
	unsent := t.send(conn, v, r)
	if unsent != nil && !v.early {
		return unsent
	}
	if r.head, r.first, err = conn.ReadHead(); err != nil {
		return cmp.Or(unsent, err)
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
