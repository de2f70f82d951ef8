package wire

import (
	"testing"
	"testing/synctest"
	"time"
)

// In a bubble the two clocks are one: the wall clock is what the test says.
func TestClock(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		name   string
		at     time.Duration // of the reading
		jump   time.Duration // of the wall clock, as the reading shows it
		lag    time.Duration // wall − kernel stamp
		want   bool
		before time.Duration // with it, how long before at the kernel has it
	}{
		{"read at once", 5 * ms, 0, 0, true, 0},
		{"read late", 5 * ms, 0, 3 * ms, true, 3 * ms},
		{"read very late", 5000 * ms, 0, 4000 * ms, true, 4000 * ms},
		{"stamp ahead, within the skew", 5 * ms, 0, -50 * time.Microsecond, true, 0},
		{"stamp ahead", 5 * ms, 0, -ms, false, 0},
		{"stamp from before the connection", 5 * ms, 0, 7 * ms, false, 0},
		{"slewed", 5000 * ms, 2 * ms, 3 * ms, true, 3 * ms},
		{"torn reading", 5 * ms, -20 * ms, 3 * ms, true, 3 * ms},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				epoch := time.Now()
				c := newClock(epoch)
				time.Sleep(tt.at)
				r := c.read()
				r.wall += int64(tt.jump)
				stamp := r.wall - int64(tt.lag)
				if tt.name == "torn reading" { // the kernel's clock did not jump
					stamp -= int64(tt.jump)
				}
				got := c.stamp(r, stamp)
				lag, has := got.Lag()
				if has != tt.want || lag != tt.before || got.User != tt.at || got.At() != tt.at-tt.before {
					t.Errorf("got %+v, lag %v; want kernel stamp %v, lag %v", got, lag, tt.want, tt.before)
				}
			})
		})
	}
}

// After a step of the wall clock, bytes that wait in the socket may bear old
// stamps: none is believed for a second.
func TestClockStep(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for _, jump := range []time.Duration{time.Hour, -time.Hour, 5 * time.Millisecond} {
			c := newClock(time.Now())
			c.offset -= int64(jump) // as if the wall clock had been there when the connection was made
			for _, want := range []bool{false, false, true} {
				r := c.read()
				if got := c.stamp(r, r.wall-int64(time.Millisecond)); got.HasKernel != want && r.user > 0 {
					t.Errorf("step of %v, at %v: kernel stamp %v, want %v", jump, r.user, got.HasKernel, want)
				}
				time.Sleep(600 * time.Millisecond)
			}
		}
	})
}

func TestNoStamp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := newClock(time.Now())
		got := c.stamp(c.read(), 0)
		if _, has := got.Lag(); has || got.At() != 0 {
			t.Errorf("got %+v without a kernel stamp", got)
		}
		synctest.Wait()
	})
}
