package target

import (
	"context"
	"fmt"
	"time"

	"github.com/aibench/aibench/bench/profile"
	"github.com/aibench/aibench/bench/wire"
)

// A push is what is told of a job without being asked for: by the messages of
// a WebSocket, or by events.
type push struct {
	last    time.Duration // the latest message's arrival; wire.Absent: none came
	before  time.Duration // the last before the way for messages was opened again
	fresh   time.Duration // what comes later than this is news, not told again
	trip    time.Duration // how long news is under way, unless it is held up
	ran     bool          // since the way was opened it was told that the job runs
	end     sighting      // when over
	over    bool
	carried bool // a message held the result
}

// lastWords is how long a push may go on after it has told the end: the result
// may come in a message of its own.
const lastWords = 250 * time.Millisecond

func (t *task) push() push {
	return push{last: wire.Absent, before: wire.Absent, fresh: wire.Absent, trip: t.course.accepted - t.course.sent}
}

// opened notes that the way for messages is open. A service begins by telling
// what has been, and after a break what was missed meanwhile; what comes a
// round trip later is news.
func (p *push) opened(at time.Duration) { p.before, p.fresh, p.ran = p.last, at+p.trip, false }

// told takes one message in. Most news is as old as the way from the server,
// for which the round trip of the submission is an upper guess; but proxies and
// busy machines hold messages up for as long as they like, so when it came
// proves nothing of when it was. A service that tells its history again after a
// break begins with that the job waits, however long that takes.
func (t *task) told(p *push, data []byte, at wire.Stamp) error {
	reading, err := t.profile().ReadMessage(t.ticket, data)
	if err != nil {
		return fmt.Errorf("a message about the job: %w", err)
	}
	x := sighting{Reading: reading, at: at.At(), held: at.User, after: t.course.sent, trip: p.trip}
	if x.missed = p.trip; x.at <= p.fresh {
		x.missed = x.at - max(p.before-p.trip, t.course.sent)
	}
	x.retold = x.at <= p.fresh || !p.ran
	p.ran = p.ran || x.State == profile.Running
	p.last = x.at
	if x.State == profile.Lost {
		if !p.over { // else it was forgotten after its end
			p.end, p.over = x, true
		}
		return nil
	}
	t.see(x)
	if x.State.Terminal() {
		p.carried = p.carried || t.carries(data)
		p.end, p.over = x, true
	}
	return nil
}

// carries tells whether a message holds the result, and not only news of it.
func (t *task) carries(data []byte) bool {
	for _, r := range t.profile().Result {
		if r.Body == nil {
			continue
		}
		path, err := ParsePath("$." + *r.Body)
		if err != nil {
			continue // the whole body, or a path of another kind: not in a message
		}
		if v, ok := path.in(data); ok && v.filled() {
			return true
		}
	}
	return false
}

// confirm asks for the status of a job whose end was pushed, when that holds
// what the messages did not: the server's stamps, or the result.
func (t *task) confirm(ctx context.Context, p *push) (end sighting, ok bool) {
	if p.end.State == profile.Lost {
		return t.weigh(ctx, "status", p.end, nil)
	}
	end = p.end
	end.at = p.last
	rules := t.profile()
	stamps := rules.Timestamps != nil && !end.Completed.Known || rules.Durations != nil && !end.HasDurations
	result := end.State == profile.Succeeded && end.ResultURL == nil && !p.carried && len(rules.Result) > 0
	switch {
	case t.ticket.Status == nil || !stamps && !result:
		return end, true
	case !result:
		// The job is over: what fails now fails it no more. A status that lags
		// behind what was pushed is no second run, here and below.
		if x, err := t.status(ctx, t.ticket.Status); err == nil && x.State.Terminal() {
			t.see(x)
		}
		return end, true
	}
	for {
		x, ok := t.ask(ctx)
		if !ok {
			return x, false
		}
		if x.State.Terminal() {
			t.see(x)
			return x, true
		}
		if !t.pause(ctx, t.pace.next(x.RetryAfter)) {
			return sighting{}, false
		}
	}
}
