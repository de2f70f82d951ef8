package target

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/aibench/aibench/bench/profile"
)

// An Interval is how long a job waits between the requests that ask for its
// status. A zero field takes the profile's value; without any, the whole is
// the profile's backoff.
type Interval struct {
	// Fixed is always waited; whatever the server or the profile says is
	// ignored. 0: the wait grows as below.
	Fixed   time.Duration
	First   time.Duration // before the first poll; 0: Initial where that is set
	Initial time.Duration // before the second
	Max     time.Duration // what waits grow up to; no less than Initial
	Factor  float64       // by which they grow, at least 1
	Jitter  float64       // each wait is spread evenly by this part of it, up and down; below 1

	between bool // no wait is spread beyond Initial and Max, which were both asked for
}

// shortest is the least wait between two polls that can be asked for, by a user
// or by a server: below it the client would be what is measured.
const shortest = time.Millisecond

// ParseInterval reads what a person writes: 500ms starts the backoff there,
// 100ms..5s says where it starts and ends, fixed:250ms has none and ignores
// Retry-After.
func ParseInterval(s string) (Interval, error) {
	if text, ok := strings.CutPrefix(s, "fixed:"); ok {
		d, err := parseWait(s, text)
		return Interval{Fixed: d}, err
	}
	from, to, ranged := strings.Cut(s, "..")
	initial, err := parseWait(s, from)
	if err != nil || !ranged {
		return Interval{Initial: initial}, err
	}
	limit, err := parseWait(s, to)
	if err != nil {
		return Interval{}, err
	}
	if limit < initial {
		return Interval{}, fmt.Errorf("poll interval %q ends before it begins", s)
	}
	return Interval{Initial: initial, Max: limit}, nil
}

func parseWait(whole, text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("poll interval %q: write 500ms, 100ms..5s or fixed:250ms", whole)
	}
	if d < shortest {
		return 0, fmt.Errorf("poll interval %q is shorter than %v", whole, shortest)
	}
	return d, nil
}

// String gives the interval as ParseInterval reads it; "" is the profile's
// backoff.
func (i Interval) String() string {
	switch {
	case i.Fixed > 0:
		return "fixed:" + i.Fixed.String()
	case i.Initial > 0 && i.Max > 0:
		return i.Initial.String() + ".." + i.Max.String()
	case i.Initial > 0:
		return i.Initial.String()
	default:
		return ""
	}
}

func (i Interval) check() error {
	switch {
	case i.Fixed < 0 || i.First < 0 || i.Initial < 0 || i.Max < 0:
		return errors.New("poll interval: a wait is negative")
	case i.Factor != 0 && !(i.Factor >= 1):
		return fmt.Errorf("poll interval: waits cannot grow by a factor of %v", i.Factor)
	case !(i.Jitter >= 0 && i.Jitter < 1):
		return fmt.Errorf("poll interval: jitter of %v, not from 0 to below 1", i.Jitter)
	}
	return nil
}

// over fills what i leaves open from a profile's backoff.
func (i Interval) over(b *profile.Backoff) Interval {
	i.between = i.Initial > 0 && i.Max > 0
	if i.First == 0 {
		i.First = i.Initial
		if i.Initial == 0 {
			i.First = b.FirstPoll
		}
	}
	if i.Initial == 0 {
		i.Initial = b.Initial
	}
	if i.Max == 0 {
		i.Max = b.Max
	}
	if i.Factor == 0 {
		i.Factor = b.Factor
	}
	if i.Jitter == 0 {
		i.Jitter = b.Jitter
	}
	i.Initial = max(i.Initial, shortest)
	i.Max = max(i.Max, i.Initial)
	i.Factor = max(i.Factor, 1)
	return i
}

// A pace is one job's waits, one after the other. The same seed waits the
// same.
type pace struct {
	Interval
	rng   *rand.Rand
	grown time.Duration // the next wait but for jitter; 0: nothing was waited for
}

func newPace(i Interval, seed, job uint64) pace {
	return pace{Interval: i, rng: rand.New(rand.NewPCG(seed, job))}
}

// next says how long to wait. asked is the server's Retry-After, 0 for none:
// what it asks for is what it gets, since it may know, but the backoff grows
// meanwhile.
func (p *pace) next(asked time.Duration) time.Duration {
	if p.Fixed > 0 {
		return p.Fixed
	}
	wait := p.First
	if p.grown > 0 {
		wait = p.grown
		p.grown = time.Duration(min(float64(p.grown)*p.Factor, float64(p.Max)))
	} else {
		p.grown = p.Initial
	}
	wait = p.spread(wait)
	if asked > 0 {
		return max(asked, shortest)
	}
	return wait
}

// spread is a wait with its jitter.
func (p *pace) spread(wait time.Duration) time.Duration {
	by := time.Duration(float64(wait) * p.Jitter)
	least, most := wait-by, wait+by
	if p.between {
		least, most = max(least, min(p.First, p.Initial)), min(most, p.Max)
	}
	return least + time.Duration(p.rng.Float64()*float64(most-least))
}
