package bench

import (
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

// TestLiveHealth: of the last second, and of the run so far.
func TestLiveHealth(t *testing.T) {
	t.Parallel()
	w := newWatch(&Scenario{Precise: true})
	equal(t, "before a second was closed", w.live(time.Second), LiveHealth{Watched: true})
	const length = 1000 * time.Hour
	w.cpuThen -= length * time.Duration(runtime.GOMAXPROCS(0))
	w.second(length)
	h := w.live(2 * length)
	equal(t, "known", h.CPUKnown, true)
	equal(t, "a busy second", h.CPU >= 1 && h.CPU < 1.001, true)
	equal(t, "busy seconds", h.BusySeconds, 1.0)
	w.second(length)
	w.paused.Store(int64(200 * ms))
	w.longest.Store(int64(150 * ms))
	h = w.live(time.Second)
	equal(t, "an idle one", h.CPU < 0.001, true)
	equal(t, "busy seconds, then", h.BusySeconds, 0.5)
	equal(t, "pauses", h.PauseFraction, 0.2)
	equal(t, "longest", h.LongestPause, 150*ms)
	equal(t, "of who is not watched", newWatch(&Scenario{}).live(time.Second), LiveHealth{})
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
