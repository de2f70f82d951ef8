package target

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/wire"
	"github.com/aibench/aibench/sse"
)

// A StreamConfig says what a [Stream] asks and how it reads the answer. Zero
// fields mean what their comments say.
type StreamConfig struct {
	Client  *wire.Client
	Epoch   time.Time // the client's and the run's
	Request Request
	Dialect Dialect // nil: found out from the first events that tell

	// Deadlines, counted from the send; 0: none. TTFT bounds the wait for the
	// first token, Idle the gaps between tokens after it, Total all.
	TTFT, Idle, Total time.Duration

	MaxEvent int                 // bytes of one event; 0: 1 MiB
	Redact   func(string) string // takes secrets out of texts that came from a server; nil: nothing
}

// A Stream is the Target that reads one streamed answer per request. It is
// used by many goroutines at once.
type Stream struct {
	cfg     StreamConfig
	chosen  atomic.Pointer[choice]
	answers sync.Pool // of *answer
}

// A choice is the dialect in use and, when it was found out, what would read
// the stream better.
type choice struct {
	dialect Dialect
	hint    string
}

// NewStream checks the request, and copies cfg.
func NewStream(cfg StreamConfig) (*Stream, error) {
	if cfg.Client == nil {
		return nil, errors.New("stream without a client")
	}
	if err := cfg.Request.Check(); err != nil {
		return nil, err
	}
	s := &Stream{cfg: cfg}
	if cfg.Dialect != nil {
		s.chosen.Store(&choice{dialect: cfg.Dialect})
	}
	return s, nil
}

// Dialect is the dialect in use: nil while it has not been found out. hint
// says how the stream could be read better, "" when there is nothing to say.
func (t *Stream) Dialect() (d Dialect, hint string) {
	c := t.chosen.Load()
	if c == nil {
		return nil, ""
	}
	return c.dialect, c.hint
}

// Do performs one request.
func (t *Stream) Do(ctx context.Context, s *bench.Sample) {
	req, err := t.cfg.Request.Bytes(s.Seq)
	if err != nil {
		t.fail(s, bench.Cancelled, err.Error())
		return
	}
	dialed := t.now()
	conn, reused, err := t.cfg.Client.Get(ctx)
	if err != nil {
		t.noConnection(ctx, s, err, dialed)
		return
	}
	if !reused {
		markConnection(s, conn.Timing())
	}
	if !s.Begin(t.now()) {
		_ = conn.Close()
		return
	}
	stop := context.AfterFunc(ctx, conn.Interrupt)
	reusable := t.exchange(ctx, conn, s, req)
	if stop() && reusable {
		conn.Release()
		return
	}
	_ = conn.Close() // nothing is owed to it any more
}

// markConnection notes the steps of making the connection.
func markConnection(s *bench.Sample, at wire.Timing) {
	steps := []struct {
		mark bench.Mark
		at   time.Duration
	}{
		{bench.Dialed, at.Dial},
		{bench.Resolved, at.Resolved},
		{bench.Connected, at.Connected},
		{bench.Secured, at.Secured},
		{bench.Ready, max(at.Connected, at.Secured)},
	}
	for _, step := range steps {
		if step.at != wire.Absent {
			s.Mark(step.mark, step.at)
		}
	}
}

// exchange sends the request and reads the answer to its end. It tells
// whether the connection can serve another request.
func (t *Stream) exchange(ctx context.Context, conn *wire.Conn, s *bench.Sample, req []byte) bool {
	a := t.answer(s, conn)
	defer t.release(a)
	sent, written, err := conn.Write(req)
	if err != nil {
		t.broken(ctx, a, err)
		return false
	}
	s.Mark(bench.Sent, sent)
	s.Mark(bench.Written, written)
	a.begin(sent)
	head, at, err := conn.ReadHead()
	if err != nil {
		t.broken(ctx, a, err)
		return false
	}
	s.Mark(bench.FirstByte, at.At())
	s.Status = head.Status
	s.RequestID = t.show(head.Get("x-request-id"))
	if ok := t.accept(a, head); !ok {
		return a.reusable
	}
	return t.read(ctx, a)
}

// read reads the body, event by event.
func (t *Stream) read(ctx context.Context, a *answer) bool {
	for {
		b, at, err := a.conn.ReadBody()
		if len(b) > 0 && !t.feed(a, b, at) {
			return false
		}
		switch {
		case err == nil:
			continue
		case isEOF(err):
			t.complete(a)
			return true
		case isTimeout(err) && ctx.Err() == nil && a.rearm(t.now()):
			continue
		}
		t.broken(ctx, a, err)
		return false
	}
}

// feed reads the events in b. It tells whether the stream can be read on.
func (t *Stream) feed(a *answer, b []byte, at wire.Stamp) bool {
	arrival := bench.Arrival{At: at.At(), Lag: bench.LagUnknown}
	if lag, ok := at.Lag(); ok {
		arrival.Lag = bench.Lag(lag)
	}
	a.last = arrival.At
	a.parser.Feed(b, arrival.At)
	for a.parser.Next() {
		ev := a.parser.Event()
		if ev.Kind == sse.Comment {
			continue
		}
		arrival.Coalesced = ev.Coalesced
		a.event(arrival, t.meaning(ev))
	}
	if err := a.parser.Err(); err != nil {
		a.parser.End()
		a.judge(bench.Malformed, err.Error())
		t.end(a)
		return false
	}
	return true
}

// meaning reads an event in the dialect of the stream, which the first event
// that tells decides for the whole run.
func (t *Stream) meaning(ev *sse.Event) Reading {
	c := t.chosen.Load()
	if c == nil {
		d, hint, ok := Detect(ev)
		if !ok {
			return t.undecided(ev)
		}
		t.chosen.CompareAndSwap(nil, &choice{dialect: d, hint: hint})
		c = t.chosen.Load()
	}
	return c.dialect.Read(ev)
}

func (t *Stream) now() time.Duration { return time.Since(t.cfg.Epoch) }
