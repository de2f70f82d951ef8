package bench

import (
	"math"
	"runtime"
	"testing"
	"time"
)

func TestUnwatchedRunKnowsNothingOfItsHealth(t *testing.T) {
	t.Parallel()
	w := newWatch(&Scenario{})
	w.second(time.Second)
	equal(t, "health", w.health(time.Second), Health{})
}

func TestBusySeconds(t *testing.T) {
	t.Parallel()
	w := newWatch(&Scenario{Precise: true})
	const length = time.Hour // too long for this process to keep busy
	w.cpuThen -= length * time.Duration(runtime.GOMAXPROCS(0))
	for range 4 {
		w.second(length)
	}
	equal(t, "share of busy seconds", w.health(length).BusySeconds, 0.25)
}

func TestPausesAreASumAndALongest(t *testing.T) {
	t.Parallel()
	w := newWatch(&Scenario{Precise: true})
	w.paused.Store(int64(30 * ms))
	w.longest.Store(int64(20 * ms))
	h := w.health(time.Second)
	equal(t, "share", h.PauseFraction, 0.03)
	equal(t, "longest", h.LongestPause, 20*ms)
}

// TestGarbageCollectionIsSeen is not parallel: the world is stopped for all.
func TestGarbageCollectionIsSeen(t *testing.T) {
	w := newWatch(&Scenario{Precise: true})
	runtime.GC()
	if got := w.health(time.Second).GCPauseMax; got <= 0 || got > time.Minute {
		t.Errorf("longest pause of a collection: got %v, want some", got)
	}
}

// TestMonoNSTellsTheMachinesClock: two instants a second apart are a second
// apart on it, to what reading two clocks at once allows.
func TestMonoNSTellsTheMachinesClock(t *testing.T) {
	t.Parallel()
	now := time.Now()
	a, ok := MonoNS(now)
	if !ok {
		t.Skip("no CLOCK_MONOTONIC on " + runtime.GOOS)
	}
	b, _ := MonoNS(now.Add(-time.Second))
	if off := time.Duration(a-b) - time.Second; math.Abs(float64(off)) > float64(ms) {
		t.Errorf("a second is off by %v", off)
	}
}
