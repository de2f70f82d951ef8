package bench

import (
	"math"
	"time"

	"golang.org/x/sys/unix"
)

// tightenTimers lets timers of the calling thread, which must be locked, fire
// within a nanosecond of their time instead of 50 µs.
func tightenTimers() {
	// Failure leaves timers as they were: late by the usual 50 µs.
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0)
}

// sleepPrecisely sleeps until d from now by the system's absolute clock.
func sleepPrecisely(d time.Duration) {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		time.Sleep(d)
		return
	}
	due := unix.NsecToTimespec(now.Nano() + int64(d))
	for unix.ClockNanosleep(unix.CLOCK_MONOTONIC, unix.TIMER_ABSTIME, &due, nil) == unix.EINTR {
	}
}

// MonoNS gives an instant as nanoseconds of the machine's CLOCK_MONOTONIC, so
// that processes can compare. ok is false where there is no such clock.
func MonoNS(at time.Time) (ns int64, ok bool) {
	// Two clocks cannot be read at one instant. Of a few tries, the one with
	// the least time around it was not interrupted.
	narrowest := time.Duration(math.MaxInt64)
	for range 10 {
		var now unix.Timespec
		before := time.Since(at)
		if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
			return 0, false
		}
		if around := time.Since(at) - before; around < narrowest {
			narrowest, ns = around, now.Nano()-int64(before+around/2)
		}
	}
	return ns, true
}
