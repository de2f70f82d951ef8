package target

import (
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/wire"
	"github.com/aibench/aibench/sse"
)

// settle is how long a body may go on after its finish signal, or after a
// failure inside it, before it is taken to be over: some servers and proxies
// leave the connection open.
const settle = time.Second

// An answer is the state of one answer while it is read: of fixed size, and
// used again for the next.
type answer struct {
	s      *bench.Sample
	conn   *wire.Conn
	parser sse.Parser

	ttft, idle, total time.Duration // durations; 0: none
	sent              time.Duration
	deadline          time.Duration // what the connection was last told; wire.Absent: none
	last              time.Duration // latest arrival of any bytes
	token             time.Duration // latest chunk; wire.Absent: none yet
	over              time.Duration // the finish signal or a failure came; wire.Absent: not yet

	final     bool
	reasoning bool
	reusable  bool // the connection, after an answer that was read whole
	outcome   bench.Outcome
	detail    string
}

func (t *Stream) answer(s *bench.Sample, conn *wire.Conn) *answer {
	a, ok := t.answers.Get().(*answer)
	if !ok {
		a = &answer{}
		a.parser.MaxEvent = t.cfg.MaxEvent
	}
	parser := a.parser
	*a = answer{
		s: s, conn: conn, parser: parser,
		ttft: t.cfg.TTFT, idle: t.cfg.Idle, total: t.cfg.Total,
		deadline: wire.Absent, token: wire.Absent, over: wire.Absent,
	}
	return a
}

func (t *Stream) release(a *answer) {
	a.s, a.conn = nil, nil
	a.parser.Reset()
	t.answers.Put(a)
}

// begin starts the deadlines.
func (a *answer) begin(sent time.Duration) {
	a.sent, a.last = sent, sent
	a.arm()
}

// due is when the answer fails, or is taken to be over, if nothing more
// comes, and with which outcome; wire.Absent: never.
func (a *answer) due() (at time.Duration, why bench.Outcome) {
	at, why = wire.Absent, bench.TotalTimeout
	if a.total > 0 {
		at = a.sent + a.total
	}
	earlier := func(due time.Duration, outcome bench.Outcome) {
		if at == wire.Absent || due < at {
			at, why = due, outcome
		}
	}
	switch {
	case a.over != wire.Absent:
		earlier(a.last+settle, bench.OK)
	case a.token == wire.Absent && a.ttft > 0:
		earlier(a.sent+a.ttft, bench.TTFTTimeout)
	case a.token != wire.Absent && a.idle > 0:
		earlier(a.token+a.idle, bench.IdleTimeout)
	}
	return at, why
}

// arm tells the connection the deadline. It is not told of each token's new
// one: those only move it back, and the old one is looked at when it strikes.
func (a *answer) arm() {
	at, _ := a.due()
	if at == a.deadline {
		return
	}
	a.deadline = at
	// An error shows in the read that follows.
	_ = a.conn.SetReadDeadline(at)
}

// rearm looks at a deadline that struck: true when it has moved meanwhile.
func (a *answer) rearm(now time.Duration) bool {
	at, _ := a.due()
	if at != wire.Absent && at <= now {
		return false
	}
	a.arm()
	return true
}

// event notes one event and what it means.
func (a *answer) event(arrival bench.Arrival, r Reading) {
	switch {
	case r.Reasoning:
		arrival.Kind = bench.Reasoning
		a.reasoning = true
	case r.Content:
		arrival.Kind = bench.Content
	}
	arrival.Tokens = uint16(min(max(r.Tokens, 0), 1<<16-1))
	a.s.Arrive(arrival)
	rearm := false
	if arrival.Kind != bench.Other {
		rearm = a.token == wire.Absent
		a.token = arrival.At
	}
	if r.Usage.Known {
		a.usage(r.Usage)
	}
	if r.Err != "" {
		a.judge(bench.InBandError, r.Err)
	}
	if r.Malformed {
		a.judge(bench.Malformed, "an event is not valid JSON")
	}
	a.final = a.final || r.Final
	if over := r.Final || r.Err != ""; over && a.over == wire.Absent {
		a.over, rearm = arrival.At, true
	}
	if rearm {
		a.arm()
	}
}

// usage takes the server's own count. Reasoning tokens that were counted and
// not sent are none that the client could have received.
func (a *answer) usage(u Usage) {
	n := u.Completion
	if !a.reasoning && u.Reasoning <= n {
		n -= u.Reasoning
	}
	a.s.Usage, a.s.Tokens = true, int64(n)
}

// judge keeps the first failure: what follows it is often its consequence.
func (a *answer) judge(o bench.Outcome, detail string) {
	if a.outcome == bench.OK {
		a.outcome, a.detail = o, detail
	}
}
