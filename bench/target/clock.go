package target

import (
	"sync"
	"time"
)

// An Offset is what a run knows of the server's clock: server time minus
// client time lies between Least and Most.
type Offset struct {
	Least, Most time.Duration
	// Disagreements counts the jobs whose stamps fitted no offset that the
	// jobs before them left possible: the server has several clocks, or one
	// that was set.
	Disagreements int64
}

// bounds are between what a quantity lies.
type bounds struct{ least, most time.Duration }

func (b bounds) width() time.Duration { return b.most - b.least }

func (b bounds) middle() time.Duration { return b.least + b.width()/2 }

func (b bounds) empty() bool { return b.least > b.most }

// with narrows b by other bounds of the same quantity.
func (b bounds) with(c bounds) bounds {
	return bounds{max(b.least, c.least), min(b.most, c.most)}
}

// A clock is what all jobs of a run together tell of the server's clock.
//
// Each stamp that a server gives was taken between a request and an answer,
// whose instants are known here. That bounds the offset of the clocks, as in
// Cristian's algorithm (Probabilistic clock synchronization, Distributed
// Computing 3, 1989); the offset lies in all of these bounds, so their
// intersection is what is known, as in Marzullo and Owicki (Maintaining the
// time in a distributed system, PODC 1983), on which NTP's selection rests
// (RFC 5905, section 11.2.1). The fastest exchange of a run settles how sharp
// it is, not the usual one.
type clock struct {
	mu    sync.Mutex // guards the fields below
	known bool
	is    bounds
	at    time.Duration // when is held
	odd   int64
}

// drift is how fast two clocks may come apart: twice the 50 ppm of a cheap
// quartz. Knowledge of the offset ages by it.
const drift = 100e-6

// aged is what bounds of the offset are worth after a time.
func (b bounds) aged(by time.Duration) bounds {
	apart := time.Duration(float64(max(by, 0)) * drift)
	return bounds{b.least - apart, b.most + apart}
}

// agree adds one job's bounds, as of now, and returns what is then known. Where
// they leave nothing possible the job's own bounds hold, and what was known
// before is forgotten: it is the older.
func (c *clock) agree(own bounds, now time.Duration) bounds {
	c.mu.Lock()
	defer c.mu.Unlock()
	own = own.aged(c.at - now) // jobs may be told of late
	is := own
	if c.known {
		is = own.with(c.is.aged(now - c.at))
	}
	if is.empty() {
		c.odd++
		is = own
	}
	c.known, c.is, c.at = true, is, max(c.at, now)
	return is
}

// disagree counts a job whose stamps do not even fit each other.
func (c *clock) disagree() {
	c.mu.Lock()
	c.odd++
	c.mu.Unlock()
}

func (c *clock) offset() (o Offset, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Offset{c.is.least, c.is.most, c.odd}, c.known
}
