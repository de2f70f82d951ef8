package bench

import (
	"math"
	"time"
)

// A warp leads from a schedule's own clock to the run's: piecewise linear, leg
// by leg, never empty.
type warp []leg

// A leg is a stretch of a warp at one speed, up to where the next one begins.
type leg struct {
	from  time.Duration // by the run's clock
	own   time.Duration // by the schedule's
	speed float64       // 0: the schedule stands still
}

// never is past every run.
const never = time.Duration(math.MaxInt64 / 2)

// at gives an instant of the schedule by the run's clock; never, as long as the
// schedule stands still before it. The very instant at which the schedule
// stopped comes after the stop: who pauses a run wants no more starts.
func (w warp) at(own time.Duration) time.Duration {
	i := len(w) - 1
	for i > 0 && own < w[i].own {
		i--
	}
	l, ahead := w[i], own-w[i].own
	switch l.speed {
	case 0:
		return never
	case 1: // exact, however long
		return l.from + ahead
	}
	past := float64(ahead) / l.speed
	if past > float64(never) {
		return never
	}
	return l.from + time.Duration(math.Round(past))
}

// turn goes on at another speed.
func (w warp) turn(at time.Duration, speed float64) warp {
	l := w[len(w)-1]
	if speed == l.speed {
		return w
	}
	if at <= l.from {
		w[len(w)-1].speed = speed
		return w
	}
	ahead := at - l.from
	if l.speed != 1 {
		// Upwards: what was due a moment before the turn stays due.
		ahead = time.Duration(math.Ceil(float64(ahead) * l.speed))
	}
	return append(w, leg{from: at, own: l.own + ahead, speed: speed})
}

// stood is for how much of a span the schedule stood still.
func (w warp) stood(from, to time.Duration) time.Duration {
	sum := time.Duration(0)
	for i, l := range w {
		if l.speed != 0 {
			continue
		}
		end := to
		if i+1 < len(w) {
			end = min(to, w[i+1].from)
		}
		sum += max(end-max(from, l.from), 0)
	}
	return sum
}

// from drops the legs that lie before an instant of the schedule.
func (w warp) from(own time.Duration) warp {
	for len(w) > 1 && w[1].own <= own {
		w = w[1:]
	}
	return w
}
