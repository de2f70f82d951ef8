package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// A Runner performs one [Scenario]. Run is called once; all else may be called
// at any time and from any goroutine.
type Runner struct {
	sc     Scenario
	rec    *recorder
	helm   *helm
	watch  *watch
	halt   chan struct{}
	halted sync.Once

	issued  atomic.Int64 // requests started
	failed  atomic.Int64 // hopeless results while there were no others
	reached atomic.Bool  // some result was not hopeless
	why     atomic.Uint32
	cutAt   atomic.Int64 // offset at which requests in flight were cut

	due        atomic.Int64 // open loop: starts that were due so far
	scheduled  atomic.Int64 // open loop: starts the schedule held inside the window
	dispatched atomic.Int64 // those that happened inside it
	full       atomic.Bool  // MaxInFlight was reached
	unstarted  atomic.Int64
}

// An Ending says why a run ended.
type Ending uint8

// The endings of a run.
const (
	Completed Ending = iota
	Stopped          // Stop was called
	GaveUp           // nothing but hopeless failures
	Aborted          // the context ended: requests in flight were cut at once
)

// NewRunner checks the scenario, and copies it.
func NewRunner(sc Scenario) (*Runner, error) {
	if err := check(&sc); err != nil {
		return nil, fmt.Errorf("scenario: %w", err)
	}
	if sc.Kinds == 0 {
		sc.Kinds = Streams
	}
	if sc.Epoch.IsZero() {
		sc.Epoch = time.Now()
	}
	r := &Runner{sc: sc, rec: newRecorder(&sc), helm: newHelm(sc.Load), watch: newWatch(&sc), halt: make(chan struct{})}
	r.cutAt.Store(math.MaxInt64)
	return r, nil
}

func check(sc *Scenario) error {
	switch {
	case sc.Target == nil:
		return errors.New("no target")
	case sc.Load == nil:
		return errors.New("no load")
	case sc.Kinds&^Streams != 0 && sc.Kinds != Jobs:
		return errors.New("neither streams nor jobs")
	case sc.Duration < 0 || sc.Warmup < 0 || sc.Drain < 0 || sc.Requests < 0:
		return errors.New("a duration or a count is negative")
	case sc.Duration > 0 && sc.Warmup >= sc.Duration:
		return fmt.Errorf("warm-up %v leaves nothing of %v", sc.Warmup, sc.Duration)
	}
	if c, ok := sc.Load.(Closed); ok && (c.Users < 1 || c.Think < 0 || c.Ramp < 0) {
		return fmt.Errorf("closed loop of %d users, think time %v, ramp %v", c.Users, c.Think, c.Ramp)
	}
	if o, ok := sc.Load.(Open); ok && (o.Pacer == nil || o.MaxInFlight < 0) {
		return errors.New("open loop without a schedule")
	}
	return nil
}

// Stop ends the starting of requests; those in flight are followed as at the
// run's regular end.
func (r *Runner) Stop() { r.stop(Stopped) }

func (r *Runner) stop(why Ending) {
	r.halted.Do(func() {
		r.why.Store(uint32(why))
		close(r.halt)
	})
}

// Run performs the scenario and returns when every request is over or was
// cut: at the end of Drain, or at once when ctx ends. It leaves no goroutine
// behind as long as the Target obeys its context.
func (r *Runner) Run(ctx context.Context) (*Result, error) {
	defer r.stop(Completed)
	inflight, cut := context.WithCancel(ctx)
	defer cut()
	starts, stop := context.WithCancel(inflight)
	defer stop()

	r.watch.begin()
	var watchers sync.WaitGroup
	done := make(chan struct{})
	watchers.Go(func() { r.limit(starts, inflight, stop, cut, done) })
	watchers.Go(func() { r.keepTime(done) })
	watchers.Go(func() { r.watch.pauses(done) })

	switch load := r.sc.Load.(type) {
	case Closed:
		r.closed(starts, inflight, load)
	case Open:
		r.open(starts, inflight, load)
	}
	close(done)
	watchers.Wait()
	if ctx.Err() != nil {
		r.stop(Aborted)
		r.why.Store(uint32(Aborted))
	}
	return r.result(), nil
}

// limit ends the starts when their time is over, and then, after Drain, what
// is still in flight.
func (r *Runner) limit(starts, inflight context.Context, stop, cut context.CancelFunc, done <-chan struct{}) {
	var over <-chan time.Time
	if r.sc.Duration > 0 {
		t := time.NewTimer(r.sc.Duration - r.now())
		defer t.Stop()
		over = t.C
	}
	select {
	case <-done:
		return
	case <-over:
	case <-r.halt:
		r.endWindow()
	case <-starts.Done():
		r.endWindow()
	}
	stop()
	t := time.NewTimer(r.sc.Drain)
	defer t.Stop()
	select {
	case <-done:
	case <-t.C:
		r.cutAt.Store(int64(r.now()))
		cut()
	case <-inflight.Done():
		r.cutAt.Store(int64(r.now()))
	}
}

// endWindow closes the measured window early.
func (r *Runner) endWindow() {
	r.rec.windowEnd.Store(min(r.rec.windowEnd.Load(), int64(r.now())))
}

// foldEvery is how long an arrival may stay unseen.
const foldEvery = 100 * time.Millisecond

// keepTime folds arrivals on a tick and closes the seconds of the time line.
func (r *Runner) keepTime(done <-chan struct{}) {
	tick := time.NewTicker(foldEvery)
	defer tick.Stop()
	countDue, stop := r.dueCount()
	defer stop()
	closed := time.Duration(0)
	for {
		select {
		case <-tick.C:
			countDue()
			now := r.now()
			if now-closed < time.Second {
				r.rec.tick()
				continue
			}
			r.rec.closeSecond(now, now-closed)
			r.watch.second(now - closed)
			closed = now
		case <-done:
			r.rec.closeLast(r.now(), closed)
			return
		}
	}
}

// now is the offset from the epoch.
func (r *Runner) now() time.Duration { return time.Since(r.sc.Epoch) }

// do performs one request on a lane.
func (r *Runner) do(inflight context.Context, s *Sample) {
	began := r.now()
	r.rec.begin(s, began)
	r.sc.Target.Do(inflight, s)
	now := r.now()
	if _, ok := s.At(Intended); !ok {
		s.intend(began)
	}
	cut := s.late || s.Outcome == Cancelled && inflight.Err() != nil
	if cut {
		// A Target that is slow to obey must not make its requests look older.
		now = min(now, time.Duration(r.cutAt.Load()))
	} else if _, ok := s.At(End); !ok {
		s.Mark(End, now)
	}
	r.rec.end(s, cut, now)
	if !cut {
		r.judge(s)
	}
}

// judge gives up when nothing but hopeless failures has been seen.
func (r *Runner) judge(s *Sample) {
	if r.sc.GiveUpAfter == 0 || r.reached.Load() {
		return
	}
	if !s.Hopeless() {
		r.reached.Store(true)
		return
	}
	if r.failed.Add(1) >= r.sc.GiveUpAfter {
		r.stop(GaveUp)
	}
}

// take numbers the next request, unless there are to be no more.
func (r *Runner) take() (seq int64, ok bool) {
	seq = r.issued.Add(1) - 1
	if seq+1 == r.sc.Requests {
		r.helm.wake() // users of a paused run wait for nothing from here on
	}
	return seq, r.sc.Requests == 0 || seq < r.sc.Requests
}

// spent tells whether all requests have been numbered.
func (r *Runner) spent() bool { return r.sc.Requests > 0 && r.issued.Load() >= r.sc.Requests }

// over tells whether the measured window has ended.
func (r *Runner) over() bool { return int64(r.now()) >= r.rec.windowEnd.Load() }
