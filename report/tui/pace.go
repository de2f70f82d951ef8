package tui

import (
	"time"

	"github.com/aibench/aibench/bench"
)

// paceOver is the time over which an open loop is held against its schedule.
const paceOver = 5 * time.Second

// A pace remembers how many starts an open loop had scheduled and made in the
// last seconds.
type pace struct{ past []paced }

type paced struct {
	at                    time.Duration
	scheduled, dispatched int64
}

// note takes the run's state in, one each second and the newest.
func (p *pace) note(s *bench.Snapshot) {
	now := paced{s.At, s.Scheduled, s.Dispatched}
	if n := len(p.past); n > 1 && now.at-p.past[n-2].at < time.Second {
		p.past[n-1] = now
	} else {
		p.past = append(p.past, now)
	}
	for len(p.past) > 2 && now.at-p.past[1].at >= paceOver {
		p.past = p.past[1:]
	}
}

// rates are starts per second, as scheduled and as made.
func (p *pace) rates() (scheduled, achieved float64, ok bool) {
	if len(p.past) < 2 {
		return 0, 0, false
	}
	from, to := p.past[0], p.past[len(p.past)-1]
	lasted := (to.at - from.at).Seconds()
	if lasted <= 0 {
		return 0, 0, false
	}
	return float64(to.scheduled-from.scheduled) / lasted, float64(to.dispatched-from.dispatched) / lasted, true
}
