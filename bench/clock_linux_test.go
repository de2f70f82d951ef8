package bench

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestMonoNSIsTheMachinesClock: an instant lies between two readings of that
// clock around it, to what reading two clocks at once allows.
func TestMonoNSIsTheMachinesClock(t *testing.T) {
	t.Parallel()
	read := func() int64 {
		var now unix.Timespec
		if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
			t.Fatal(err)
		}
		return now.Nano()
	}
	before := read()
	at := time.Now()
	after := read()
	got, ok := MonoNS(at)
	if slack := int64(time.Millisecond); !ok || got < before-slack || got > after+slack {
		t.Errorf("got %d %v, want one of %d to %d", got, ok, before, after)
	}
}
