package mockllm

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// startErrands runs a loop with errands in a bubble, until f returns.
func startErrands(t *testing.T, f func(e *errands)) {
	t.Helper()
	synctest.Test(t, func(*testing.T) {
		var wg sync.WaitGroup
		loop := newLoop()
		e := newErrands(loop, &wg)
		go loop.run()
		f(e)
		loop.Post(loop.stop)
		<-loop.done
		e.halt()
		wg.Wait()
	})
}

// on calls f on the loop and waits for it.
func (e *errands) on(f func()) {
	done := make(chan struct{})
	e.loop.Post(func() {
		f()
		close(done)
	})
	<-done
}

func TestErrandsAreBoundedAndInOrder(t *testing.T) {
	startErrands(t, func(e *errands) {
		var mu sync.Mutex
		most, now := 0, 0
		var begun, ended []int
		e.on(func() {
			for i := range 3 * maxErrands {
				e.run(time.Minute, func(context.Context) {
					mu.Lock()
					now++
					most, begun = max(most, now), append(begun, i/maxErrands)
					mu.Unlock()
					time.Sleep(time.Second) // in the bubble
					mu.Lock()
					now--
					mu.Unlock()
				}, func() { ended = append(ended, i) })
			}
		})
		after(10 * time.Second)
		e.on(func() {
			if most != maxErrands || len(ended) != 3*maxErrands || !slices.IsSorted(begun) {
				t.Errorf("%d at once, %d ended, begun in order: %v", most, len(ended), slices.IsSorted(begun))
			}
			if len(e.running) != 0 || e.busy != 0 {
				t.Errorf("%d still run, %d busy", len(e.running), e.busy)
			}
		})
	})
}

func TestErrandsEndInTime(t *testing.T) {
	startErrands(t, func(e *errands) {
		start := time.Now()
		var took []time.Duration
		wait := func(ctx context.Context) { <-ctx.Done() }
		done := func() { took = append(took, time.Since(start)) }
		var cancel func()
		e.on(func() {
			e.run(2*time.Second, wait, done)
			cancel = e.stay(wait, done)
			e.stay(wait, done) // ends with the loop
		})
		after(time.Second)
		cancel()
		after(time.Hour)
		e.on(func() {
			if want := []time.Duration{time.Second, 2 * time.Second}; !slices.Equal(took, want) {
				t.Errorf("ended after %v, want %v", took, want)
			}
		})
	})
}
