package wire

import "time"

// Stamp is the instant at which bytes arrived, as offsets from the epoch.
//
// A kernel stamp belongs to the last byte that a read returned. A read that
// brought several events therefore dates the last one; the others arrived
// between the stamp before and this one.
type Stamp struct {
	User      time.Duration // when the program held the bytes
	Kernel    time.Duration // when the kernel received them; set only with HasKernel
	HasKernel bool
}

// At returns the kernel's stamp where there is one, else the user's.
func (s Stamp) At() time.Duration {
	if s.HasKernel {
		return s.Kernel
	}
	return s.User
}

// Lag returns how long the bytes lay in the kernel before the program held
// them; false where the kernel gave no stamp.
func (s Stamp) Lag() (time.Duration, bool) {
	if !s.HasKernel {
		return 0, false
	}
	return s.User - s.Kernel, true
}

const (
	skew       = 100 * time.Microsecond // a kernel stamp this far ahead of the program is taken as now
	step       = time.Millisecond       // a change of the wall clock's offset beyond this …
	slew       = 1000                   // … plus 1/slew of the time passed is a step (NTP slews by 1/2000)
	quarantine = time.Second            // after a step, kernel stamps are not believed for this long
)

// clock turns the kernel's stamps, which are wall time, into offsets from the
// epoch. Each connection has its own.
//
// One reading of time.Now holds both clocks, so lag = wall − stamp, and the
// stamp's offset is the reading's offset − lag. Nothing has to be sampled
// ahead. This is wrong in two cases only, and both show as a changed
// difference between the clocks:
//   - the goroutine was descheduled between the two clock readings that make a
//     time.Time. A second reading then agrees with the past again;
//   - the wall clock was stepped. Bytes that wait in the socket may bear
//     stamps from before, so the kernel's stamps are refused for a while.
//
// A stamp that lies after its own reading, or before its connection, is
// refused always.
type clock struct {
	epoch  time.Time
	born   time.Duration // when the connection was made
	seen   time.Duration // when offset was last confirmed
	offset int64         // wall − monotonic then, ns
	trust  time.Duration // kernel stamps are believed from here on
}

func newClock(epoch time.Time) clock {
	c := clock{epoch: epoch}
	r := c.read()
	c.born, c.seen, c.offset = r.user, r.user, r.offset()
	return c
}

// reading is one look at both clocks.
type reading struct {
	user time.Duration // monotonic, from the epoch
	wall int64         // ns since 1970
}

func (r reading) offset() int64 { return r.wall - int64(r.user) }

func (c *clock) read() reading {
	now := time.Now()
	return reading{user: now.Sub(c.epoch), wall: now.UnixNano()}
}

// stamp dates bytes held at r that bear the kernel's stamp (ns since 1970, 0
// for none).
func (c *clock) stamp(r reading, kernel int64) Stamp {
	s := Stamp{User: r.user}
	if kernel == 0 {
		return s
	}
	if !c.steady(r) {
		again := c.read()
		if !c.steady(again) {
			c.trust = again.user + quarantine
		}
		c.seen, c.offset = again.user, again.offset()
		return c.place(s, kernel)
	}
	c.seen, c.offset = r.user, r.offset()
	return c.place(s, kernel)
}

// steady reports whether r shows the clocks as far apart as they were.
func (c *clock) steady(r reading) bool {
	d := time.Duration(r.offset() - c.offset)
	return max(d, -d) <= step+(r.user-c.seen)/slew
}

func (c *clock) place(s Stamp, kernel int64) Stamp {
	k := time.Duration(kernel - c.offset)
	if k > s.User && k-s.User <= skew {
		k = s.User
	}
	if k > s.User || k < c.born-step || s.User < c.trust {
		return s
	}
	s.Kernel, s.HasKernel = k, true
	return s
}
