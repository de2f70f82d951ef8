package diagnose

import (
	"math"
	"slices"
	"time"
)

// A saturation is how a number of places was used.
type saturation struct {
	first, last time.Duration // instants between which all were taken, at the most
	full        time.Duration // how long all were
	ended       int           // jobs that ended between the two
}

func (c *course) saturation(changes []change, places int) saturation {
	var s saturation
	var now change
	found := false
	for _, next := range changes {
		if now.running >= places && next.at > now.at {
			if !found {
				s.first, found = now.at, true
			}
			s.last, s.full = next.at, s.full+next.at-now.at
		}
		now = change{at: next.at, running: now.running + next.running}
	}
	from, _ := slices.BinarySearch(c.finished, s.first+1)
	to, _ := slices.BinarySearch(c.finished, s.last+1)
	s.ended = to - from
	return s
}

// pace is what the places can do: jobs per second of the time in which all were
// taken. It comes from what ended and not from how long jobs ran, since places
// that change hands do nothing for a moment.
func (s *saturation) pace() float64 { return float64(s.ended) / s.full.Seconds() }

// surprise is the negative logarithm of a chance of one in a thousand.
const surprise = 6.9

// outruns reports whether jobs came faster than a queue can take that has time
// to spare: more of them than a Poisson process at fullShare of the pace brings
// by chance. By Chernoff's bound, n arrivals where m are expected have a chance
// of at most exp(-(n ln(n/m) - n + m)). The pace is uncertain too, by as much
// again where the times that jobs run vary as the gaps between arrivals do.
func (c *course) outruns(pace float64) bool {
	n := float64(len(c.started) - 1) // after the first
	m := fullShare * pace * c.coming.Seconds()
	return n > m && n*math.Log(n/m)-n+m >= surprise*(1+c.spread)
}
