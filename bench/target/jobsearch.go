package target

import (
	"context"
	"strings"

	"github.com/aibench/aibench/bench/profile"
)

// astray tells whether it is not known where this job's status is. What worked
// for one job of a run is taken for all of them.
func (t *task) astray() bool {
	if len(t.ticket.Candidates) < 2 {
		return false
	}
	if n := int(t.job.worked.Load()); n > 0 && n <= len(t.ticket.Candidates) {
		t.ticket.Status = t.ticket.Candidates[n-1]
		t.ticket.Candidates = nil
		return false
	}
	return true
}

// search tries the places at which the status may be, the likeliest first.
func (t *task) search(ctx context.Context) (x sighting, ok bool) {
	var tried []string
	for i, u := range t.ticket.Candidates {
		t.ticket.Status = u // unless it says that it was moved
		x, err := t.status(ctx, u)
		if err != nil && t.expired(ctx) {
			return x, false
		}
		if err != nil && lost(err) || x.State == profile.Transient {
			// The service is not well, which says nothing of the place.
			return t.weigh(ctx, "status", x, err)
		}
		if err == nil && x.State != profile.Lost && x.State != profile.Expired {
			t.job.worked.CompareAndSwap(0, int32(i)+1)
			t.ticket.Candidates = nil
			return t.weigh(ctx, "status", x, nil)
		}
		tried = append(tried, u.Path)
	}
	return x, t.garbled("the answer gave an id but no URL, and the status is not at %s: a profile can say where it is",
		strings.Join(tried, " nor at "))
}
