package target

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/wire"
)

// complete judges an answer whose body ended as HTTP says it should.
func (t *Stream) complete(a *answer) {
	a.parser.End()
	d, _ := t.Dialect()
	switch {
	case a.s.Events == 0:
		a.judge(bench.NotAStream, "the answer ended without a single event")
	case d == nil || !d.Complete(a.final):
		a.judge(bench.Truncated, "the answer ended without its finish signal")
	}
	t.end(a)
}

// broken judges an answer that a failure of the connection or a deadline
// ended.
func (t *Stream) broken(ctx context.Context, a *answer, err error) {
	a.parser.End()
	switch {
	case ctx.Err() != nil:
		a.judge(bench.Cancelled, "")
	case isTimeout(err):
		t.late(a)
	case a.final:
		// Everything was said before the connection broke.
	case errors.Is(err, wire.ErrMalformed):
		a.judge(bench.Malformed, err.Error())
	case errors.Is(err, wire.ErrNoResponse) || wire.Reset(err):
		a.judge(bench.Reset, err.Error())
	case errors.Is(err, io.ErrUnexpectedEOF):
		a.judge(bench.Truncated, "the connection ended before the answer did")
	default:
		a.judge(bench.Reset, err.Error())
	}
	t.end(a)
}

// late judges an answer whose deadline struck.
func (t *Stream) late(a *answer) {
	if a.over != wire.Absent {
		t.completeLate(a) // whichever deadline it was: the last word had been said
		return
	}
	_, why := a.due()
	switch why {
	case bench.TTFTTimeout:
		a.judge(why, fmt.Sprintf("no token within %v", a.ttft))
	case bench.IdleTimeout:
		a.judge(why, fmt.Sprintf("no token for %v", a.idle))
	default:
		a.judge(bench.TotalTimeout, fmt.Sprintf("not over within %v", a.total))
	}
}

// completeLate judges an answer that said its last word and never closed.
func (t *Stream) completeLate(a *answer) {
	if d, _ := t.Dialect(); d == nil || !d.Complete(a.final) {
		a.judge(bench.Truncated, "the answer was left open without its finish signal")
	}
}

// end notes the outcome. The answer's end is its last byte, not the moment at
// which waiting for another was given up; a deadline's is now.
func (t *Stream) end(a *answer) {
	a.s.Outcome, a.s.Detail = a.outcome, t.show(a.detail)
	at := a.last
	switch a.outcome {
	case bench.Cancelled:
		return
	case bench.TTFTTimeout, bench.IdleTimeout, bench.TotalTimeout:
		at = t.now()
	default:
	}
	if at == 0 {
		at = t.now()
	}
	a.s.Mark(bench.End, at)
}

// noConnection judges a failure to connect.
func (t *Stream) noConnection(ctx context.Context, s *bench.Sample, err error, dialed time.Duration) {
	var unknown *net.DNSError
	var step *wire.Error
	s.Mark(bench.Dialed, dialed)
	text := connectText(err)
	switch {
	case ctx.Err() != nil:
		t.fail(s, bench.Cancelled, "")
	case isTimeout(err):
		t.fail(s, bench.ConnectTimeout, text)
	case errors.As(err, &unknown):
		t.fail(s, bench.ConnectError, text)
	case wire.Refused(err):
		t.fail(s, bench.Refused, text)
	case errors.As(err, &step) && step.Op == wire.OpTLS:
		t.fail(s, bench.TLSError, text)
	default:
		t.fail(s, bench.ConnectError, text)
	}
}

// connectText words a failure to connect.
func connectText(err error) string {
	if unknown, ok := errors.AsType[*net.DNSError](err); ok && !isTimeout(err) {
		return "the name " + strconv.Quote(unknown.Name) + " does not resolve"
	}
	return err.Error()
}

func (t *Stream) fail(s *bench.Sample, o bench.Outcome, detail string) {
	s.Outcome, s.Detail = o, t.show(detail)
	if o != bench.Cancelled {
		s.Mark(bench.End, t.now())
	}
}

func isEOF(err error) bool { return errors.Is(err, io.EOF) }

func isTimeout(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded)
}
