package mockllm

import (
	"math"
	"time"
)

// clock gives the ledger's time: CLOCK_MONOTONIC of the machine in nanoseconds, which client and server share. It is
// derived from Go's monotonic clock, which is the same clock on Linux, so that it also holds in a synctest bubble,
// where only the origin is real. Where there is no such clock (Windows) it counts from the process's start.
type clock struct {
	origin time.Time
	mono   int64 // CLOCK_MONOTONIC at origin
}

func newClock() clock {
	best := clock{}
	width := time.Duration(1<<63 - 1)
	for range 5 { // the narrowest bracket wins: a process switch in between would shift every stamp
		before := time.Now()
		mono := monotonic()
		if w := time.Since(before); w < width {
			best, width = clock{before.Add(w / 2), mono}, w
		}
	}
	return best
}

// now is the present instant.
func (c clock) now() int64 { return c.mono + int64(time.Since(c.origin)) }

// stamp is t, an instant that came from this process's clock.
func (c clock) stamp(t time.Time) int64 { return c.mono + int64(t.Sub(c.origin)) }

// stampOfWall is t, an instant of the machine's wall clock as that is set now.
func (c clock) stampOfWall(t time.Time) int64 {
	at := int64(math.MaxInt64)
	for range 3 { // Now looks at the wall clock first: a process switch before its second look makes it too late
		now := time.Now()
		at = min(at, c.stamp(now)-int64(now.Sub(t)))
	}
	return at
}
