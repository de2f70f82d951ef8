package bench

import (
	"math"
	"runtime"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"
)

// latePast is how late a tick of the client's own 1 ms clock must be to count
// as a pause of the client.
const latePast = 5 * time.Millisecond

// busyPast is the share of its cores above which a client's second is busy.
const busyPast = 0.9

// A watch is the client looking at itself while it measures.
type watch struct {
	on      bool
	paused  atomic.Int64 // sum of pauses, ns
	longest atomic.Int64

	gcBefore []uint64

	mu             sync.Mutex    // guards the rest
	cpuAt, cpuThen time.Duration // CPU time used: at the start, and at the last second
	cpu            float64       // share of the cores in the last second
	busy, seconds  int
}

// newWatch makes a watch that begins now.
func newWatch(sc *Scenario) *watch {
	w := &watch{on: sc.Precise}
	w.begin()
	return w
}

// begin leaves out what was before now.
func (w *watch) begin() {
	if !w.on {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cpuAt, _ = cpuTime()
	w.cpuThen = w.cpuAt
	w.gcBefore = gcPauses().Counts
}

// pauses keeps a 1 ms clock on a thread of its own until done: what makes it
// late has also kept the rest of the process from running.
func (w *watch) pauses(done <-chan struct{}) {
	if !w.on {
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	due := time.Now()
	for {
		select {
		case <-done:
			return
		default:
		}
		due = due.Add(time.Millisecond)
		if left := time.Until(due); left > 0 {
			sleepPrecisely(left)
		}
		if late := time.Since(due); late > latePast {
			w.paused.Add(int64(late))
			w.longest.Store(max(w.longest.Load(), int64(late)))
			due = due.Add(late)
		}
	}
}

// second notes how busy the client was in the second that ended.
func (w *watch) second(length time.Duration) {
	if !w.on {
		return
	}
	used, ok := cpuTime()
	if !ok {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seconds++
	w.cpu = share(used-w.cpuThen, length)
	if w.cpu >= busyPast {
		w.busy++
	}
	w.cpuThen = used
}

// share is CPU time as a share of what the cores have in some time.
func share(used, length time.Duration) float64 {
	return float64(used) / (float64(length) * float64(runtime.GOMAXPROCS(0)))
}

// A Health is what the client knows of itself after a run.
type Health struct {
	Watched       bool
	CPU           float64 // share of its cores, over the whole run
	CPUKnown      bool
	BusySeconds   float64       // share of the seconds in which CPU was 90 % or more
	PauseFraction float64       // share of the run in which the process did not run
	Paused        time.Duration // the sum of those times
	LongestPause  time.Duration
	GCPauseMax    time.Duration // longest stop of the world for garbage collection
}

func (w *watch) health(length time.Duration) Health {
	h := Health{Watched: w.on}
	if !w.on || length <= 0 {
		return h
	}
	so := w.live(length)
	h.BusySeconds, h.PauseFraction, h.Paused, h.LongestPause = so.BusySeconds, so.PauseFraction, so.Paused, so.LongestPause
	if used, ok := cpuTime(); ok {
		h.CPU, h.CPUKnown = share(used-w.cpuAt, length), true
	}
	h.GCPauseMax = w.longestGC()
	return h
}

// LiveHealth is what the client knows of itself during a run.
type LiveHealth struct {
	Watched       bool
	CPU           float64       // share of its cores, over the last closed second
	CPUKnown      bool          // there was one
	BusySeconds   float64       // share of the seconds so far in which CPU was 90 % or more
	PauseFraction float64       // share of the time so far in which the process did not run
	Paused        time.Duration // the sum of those times
	LongestPause  time.Duration
}

// live is what is known after some length of a run.
func (w *watch) live(length time.Duration) LiveHealth {
	h := LiveHealth{Watched: w.on}
	if !w.on || length <= 0 {
		return h
	}
	h.Paused, h.LongestPause = time.Duration(w.paused.Load()), time.Duration(w.longest.Load())
	h.PauseFraction = float64(h.Paused) / float64(length)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seconds > 0 {
		h.CPU, h.CPUKnown = w.cpu, true
		h.BusySeconds = float64(w.busy) / float64(w.seconds)
	}
	return h
}

// longestGC is the upper edge of the highest bucket of garbage collection
// pauses that grew during the run.
func (w *watch) longestGC() time.Duration {
	now := gcPauses()
	for i := len(now.Counts) - 1; i >= 0; i-- {
		if i < len(w.gcBefore) && now.Counts[i] == w.gcBefore[i] {
			continue
		}
		if edge := now.Buckets[i+1]; !math.IsInf(edge, 1) {
			return time.Duration(edge * float64(time.Second))
		}
		return time.Duration(now.Buckets[i] * float64(time.Second))
	}
	return 0
}

func gcPauses() metrics.Float64Histogram {
	sample := []metrics.Sample{{Name: "/sched/pauses/total/gc:seconds"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindFloat64Histogram {
		return metrics.Float64Histogram{}
	}
	h := sample[0].Value.Float64Histogram()
	return metrics.Float64Histogram{Counts: append([]uint64(nil), h.Counts...), Buckets: h.Buckets}
}
