package bench

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// The speeds between which [Runner.SetSpeed] keeps a schedule.
const (
	MinSpeed = 0.01
	MaxSpeed = 100
)

// maxSteered bounds what is kept of a run's changes: a key that is held down
// repeats itself.
const maxSteered = 1000

// A Steer is a change to a run that goes on: how it stands from At on.
type Steer struct {
	At     time.Duration // offset from the epoch
	Paused bool
	Users  int     // closed loop; 0 in an open one
	Speed  float64 // open loop; 1 in a closed one
}

// Pause keeps new requests from being started while on; those in flight go on.
// An open loop's schedule stands still meanwhile: what it does not hold is not
// late, and a start that was due already and is kept back is intended that much
// later. The time of the run goes on, and Duration ends it, paused or not. Safe
// at any time, from any goroutine; after the end of the starts it does nothing.
func (r *Runner) Pause(on bool) { r.steer(func(s *Steer) { s.Paused = on }) }

// SetUsers makes a closed loop one of n users, at least 1: more users start at
// once, surplus ones end after the request that they are in. It does nothing to
// an open loop. Safe as [Runner.Pause] is.
func (r *Runner) SetUsers(n int) {
	r.steer(func(s *Steer) {
		if s.Users > 0 {
			s.Users = max(n, 1)
		}
	})
}

// SetSpeed makes an open loop's schedule run f times as fast as planned from
// now on, [MinSpeed] to [MaxSpeed]; 1 is as planned. It does nothing to a closed
// loop, or when f is no number. Safe as [Runner.Pause] is.
func (r *Runner) SetSpeed(f float64) {
	r.steer(func(s *Steer) {
		if s.Users == 0 && !math.IsNaN(f) {
			s.Speed = min(max(f, MinSpeed), MaxSpeed)
		}
	})
}

// Steered lists what was changed while the run went on, in order. Of more than
// a thousand changes it holds the first ones and the last.
func (r *Runner) Steered() []Steer { return r.helm.steered() }

func (r *Runner) steer(change func(*Steer)) {
	r.helm.turn(func() (at time.Duration, ok bool) { return r.now(), !r.over() }, change)
}

// A helm is where a run is steered: it tells how the run stands, and wakes
// those who wait.
type helm struct {
	now atomic.Pointer[standing]

	mu   sync.Mutex // guards the rest, and the writing of now
	log  []Steer
	warp warp
}

// A standing is how a run stands. changed is closed when that has changed.
type standing struct {
	Steer
	changed chan struct{} // a channel, because who waits for it waits for a time and an end as well
}

func newHelm(load Load) *helm {
	first := Steer{Speed: 1}
	if c, ok := load.(Closed); ok {
		first.Users = c.Users
	}
	h := &helm{warp: warp{{speed: 1}}}
	h.now.Store(&standing{first, make(chan struct{})})
	return h
}

// turn changes how the run stands, if clock lets it.
func (h *helm) turn(clock func() (at time.Duration, ok bool), change func(*Steer)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	was := h.now.Load()
	next := was.Steer
	if change(&next); next == was.Steer {
		return
	}
	at, ok := clock()
	if !ok {
		return
	}
	next.At = at
	if len(h.log) == maxSteered {
		h.log = h.log[:maxSteered-1]
	}
	h.log = append(h.log, next)
	speed := next.Speed
	if next.Paused {
		speed = 0
	}
	h.warp = h.warp.turn(at, speed)
	h.now.Store(&standing{next, make(chan struct{})})
	close(was.changed)
}

// wake makes all who wait look again.
func (h *helm) wake() {
	h.mu.Lock()
	defer h.mu.Unlock()
	was := h.now.Load()
	h.now.Store(&standing{was.Steer, make(chan struct{})})
	close(was.changed)
}

func (h *helm) steered() []Steer {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.log)
}

// due gives the instant of a start of the schedule, as things stand; changed is
// closed when they no longer do.
func (h *helm) due(own time.Duration) (at time.Duration, changed <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.warp.at(own), h.now.Load().changed
}

// held is for how much of a span of time the run was paused.
func (h *helm) held(from, to time.Duration) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.warp.stood(from, to)
}

// start moves the instants at which a start of the schedule was due and had
// room by the time for which a pause kept it back since, and drops what of the
// warp only earlier starts needed.
func (h *helm) start(own, due, room, now time.Duration) (intended, admitted time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	intended, admitted = due+h.warp.stood(due, now), room+h.warp.stood(room, now)
	h.warp = h.warp.from(own)
	return intended, admitted
}
