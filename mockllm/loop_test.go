package mockllm

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// startLoop runs l until the test ends.
func startLoop(t *testing.T, l *Loop) {
	t.Helper()
	go l.run()
	t.Cleanup(func() {
		l.Post(l.stop)
		<-l.done
	})
}

// onLoop calls f on l and waits for it.
func onLoop(l *Loop, f func()) {
	done := make(chan struct{})
	l.Post(func() {
		f()
		close(done)
	})
	<-done
}

func TestLoopFiresTimersAtTheirInstantInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLoop()
		startLoop(t, l)
		start := time.Now()
		var fired []string
		note := func(name string) func() {
			return func() { fired = append(fired, fmt.Sprintf("%s %v", name, time.Since(start))) }
		}
		onLoop(l, func() {
			l.At(start.Add(30*time.Millisecond), note("c"))
			l.At(start.Add(10*time.Millisecond), note("a"))
			l.At(start.Add(10*time.Millisecond), note("b"))
			stopped := l.At(start.Add(20*time.Millisecond), note("stopped"))
			stopped.Stop()
			stopped.Stop()
			l.At(start.Add(-time.Second), note("past"))
		})
		time.Sleep(time.Second)
		var got []string
		onLoop(l, func() { got = slices.Clone(fired) })
		want := []string{"past 0s", "a 10ms", "b 10ms", "c 30ms"}
		if !slices.Equal(got, want) {
			t.Errorf("fired %q, want %q", got, want)
		}
	})
}

// A recycled timer must not be stopped through the handle of its earlier life.
func TestTimerStopDoesNotReachALaterTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLoop()
		startLoop(t, l)
		fired := 0
		onLoop(l, func() {
			first := l.At(time.Now(), func() {})
			first.Stop()
			l.At(time.Now(), func() { fired++ }) // takes first's place
			first.Stop()
		})
		time.Sleep(time.Second)
		onLoop(l, func() {})
		if fired != 1 {
			t.Errorf("fired %d times, want 1", fired)
		}
	})
}

func TestLoopKeepsTheOrderOfPosts(t *testing.T) {
	l := newLoop()
	startLoop(t, l)
	var got []int
	for i := range 100 {
		l.Post(func() { got = append(got, i) })
	}
	onLoop(l, func() {})
	for i, v := range got {
		if v != i {
			t.Fatalf("post %d ran at place %d", v, i)
		}
	}
	if len(got) != 100 {
		t.Errorf("%d posts ran, want 100", len(got))
	}
}

func TestLoopTakesPostsFromManyGoroutines(t *testing.T) {
	l := newLoop()
	startLoop(t, l)
	var wg sync.WaitGroup
	sum := 0
	for range 8 {
		wg.Go(func() {
			for range 1000 {
				l.Post(func() { sum++ })
			}
		})
	}
	wg.Wait()
	onLoop(l, func() {})
	if sum != 8000 {
		t.Errorf("%d posts ran, want 8000", sum)
	}
}

func TestBlockHoldsUpTimersAndPosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLoop()
		var blocks []time.Duration
		var lag time.Duration
		l.onBlock = func(start, end time.Time) { blocks = append(blocks, end.Sub(start)) }
		l.onLag = func(late time.Duration) { lag = max(lag, late) }
		startLoop(t, l)
		start := time.Now()
		var timer, post time.Duration
		l.Post(func() {
			l.At(start.Add(10*time.Millisecond), func() { timer = time.Since(start) })
			l.Block(250 * time.Millisecond)
		})
		synctest.Wait()
		l.Post(func() { post = time.Since(start) })
		time.Sleep(time.Second)
		onLoop(l, func() {})
		if want := 250 * time.Millisecond; timer != want || post != want {
			t.Errorf("timer fired after %v, post ran after %v, want both after %v", timer, post, want)
		}
		if want := []time.Duration{250 * time.Millisecond}; !slices.Equal(blocks, want) {
			t.Errorf("blocks %v, want %v", blocks, want)
		}
		if want := 240 * time.Millisecond; lag != want {
			t.Errorf("lag %v, want %v", lag, want)
		}
	})
}

func TestKillEndsABlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLoop()
		var blocked time.Duration
		killed := false
		l.onBlock = func(start, end time.Time) { blocked = end.Sub(start) }
		l.onKill = func() { killed = true }
		after := false
		go l.run()
		l.Post(func() {
			l.Block(time.Hour)
			after = true
		})
		time.Sleep(time.Second)
		l.Kill()
		l.Kill()
		<-l.done
		if blocked != time.Second || !killed || after {
			t.Errorf("blocked %v, killed %v, step went on %v; want 1s true false", blocked, killed, after)
		}
		l.Post(func() { t.Error("a post ran after the end") })
	})
}

func TestKillEndsASpin(t *testing.T) {
	l := newLoop()
	spinning := make(chan struct{})
	go l.run()
	l.Post(func() {
		close(spinning)
		l.Spin(time.Hour)
	})
	<-spinning
	l.Kill()
	<-l.done
}

// A stream that catches up must not hold up the others.
func TestTimerSetInThePastWaitsForTheNextTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLoop()
		startLoop(t, l)
		var order []string
		l.Post(func() {
			now := time.Now()
			l.At(now, func() {
				l.Post(func() { order = append(order, "post") })
				l.At(now.Add(-time.Second), func() { order = append(order, "late timer") })
			})
			l.At(now, func() { order = append(order, "timer") })
		})
		time.Sleep(time.Second)
		onLoop(l, func() {})
		if want := []string{"timer", "post", "late timer"}; !slices.Equal(order, want) {
			t.Errorf("order %q, want %q", order, want)
		}
	})
}

func TestTimerStoppedByOneOfTheSameInstantDoesNotFire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLoop()
		startLoop(t, l)
		fired := false
		l.Post(func() {
			var second Timer
			now := time.Now()
			l.At(now, func() { second.Stop() })
			second = l.At(now, func() { fired = true })
		})
		time.Sleep(time.Second)
		onLoop(l, func() {})
		if fired {
			t.Error("the stopped timer fired")
		}
	})
}

func TestTimerHeapAgainstSorting(t *testing.T) {
	var h timerHeap
	var live []*timer
	state := uint64(1)
	random := func(n int) int {
		state = state*6364136223846793005 + 1442695040888963407
		return int(state>>33) % n
	}
	for range 2000 {
		live = append(live, h.add(int64(random(500)), func() {}))
		if random(3) == 0 {
			i := random(len(live))
			h.stop(live[i])
			live = slices.Delete(live, i, i+1)
		}
	}
	if len(h.slots) != len(live) {
		t.Fatalf("%d timers in the heap, want %d", len(h.slots), len(live))
	}
	last := timerSlot{}
	for len(h.slots) > 0 {
		top := h.slots[0]
		if top.when < last.when || top.when == last.when && top.seq < last.seq {
			t.Fatalf("timer %d/%d after %d/%d", top.when, top.seq, last.when, last.seq)
		}
		last = top
		h.stop(top.t)
	}
}

func BenchmarkTimers(b *testing.B) {
	l := newLoop()
	base := l.epoch
	for i := range 5000 {
		l.At(base.Add(time.Duration(i)), func() {})
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		l.heap.stop(l.heap.slots[0].t)
		l.At(base.Add(time.Duration(5000+i)), func() {})
	}
}
