package mockllm

import (
	"runtime"
	"sync"
	"time"
)

// Loop is a worker's single-threaded event loop: everything a handler does runs on it, one step after the other.
// A step that does not return freezes all that the worker serves.
type Loop struct {
	epoch time.Time

	mu    sync.Mutex // guards inbox and ended
	inbox []func()
	ended bool

	wake  chan struct{} // one slot: a wake-up that nobody has taken yet is enough
	spare []func()      // the inbox's other half
	heap  timerHeap
	due   []*timer // about to fire in this turn

	stopping bool
	done     chan struct{} // closed when the loop has ended
	kill     chan struct{} // closed by Kill: ends Block and Spin
	killOnce sync.Once

	onKill  func()                     // on the loop, its last act
	onBlock func(start, end time.Time) // after each Block and Spin, even one cut short
	onLag   func(late time.Duration)   // once per turn in which timers fired: how late the first was
}

// newLoop returns a loop that does nothing until run.
func newLoop() *Loop {
	return &Loop{
		epoch:   time.Now(),
		wake:    make(chan struct{}, 1),
		done:    make(chan struct{}),
		kill:    make(chan struct{}),
		onKill:  func() {},
		onBlock: func(start, end time.Time) {},
		onLag:   func(late time.Duration) {},
	}
}

// Post has the loop call f, after all that was posted before. It never blocks and may be called from any goroutine.
// What is posted after the loop has ended is dropped.
func (l *Loop) Post(f func()) {
	l.mu.Lock()
	if l.ended {
		l.mu.Unlock()
		return
	}
	l.inbox = append(l.inbox, f)
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Timer is a pending call of [Loop.At]. The zero value is a timer that has fired.
type Timer struct {
	l   *Loop
	t   *timer
	gen uint32
}

// At has the loop call f at t, or at once when t has passed; timers of the same instant fire in the order they were
// set. On the loop only.
func (l *Loop) At(t time.Time, f func()) Timer {
	it := l.heap.add(int64(t.Sub(l.epoch)), f)
	return Timer{l, it, it.gen}
}

// Stop forgets the timer. It does nothing when the timer has fired or was stopped. On the loop only.
func (t Timer) Stop() {
	if t.t != nil && t.t.gen == t.gen {
		t.l.heap.stop(t.t)
	}
}

// Now is the present instant.
func (l *Loop) Now() time.Time { return time.Now() }

// Block blocks the loop for d, as a synchronous call in a handler would. It returns early only when the process is being
// killed, and then it does not return at all. On the loop only.
func (l *Loop) Block(d time.Duration) {
	start := time.Now()
	wait := time.NewTimer(d)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-l.kill:
	}
	l.blocked(start)
}

// Spin burns CPU on the loop for d; otherwise it is like Block. On the loop only.
func (l *Loop) Spin(d time.Duration) {
	start := time.Now()
	for time.Since(start) < d && !l.killed() {
		for range 1000 {
			// burn: to look at the clock all the time would be system calls where it is slow
		}
	}
	l.blocked(start)
}

func (l *Loop) blocked(start time.Time) {
	l.onBlock(start, time.Now())
	if l.killed() {
		l.die()
	}
}

// Kill ends the loop in the middle of whatever it does, as soon as it is between two steps or sits in Block or Spin.
// From any goroutine.
func (l *Loop) Kill() {
	l.killOnce.Do(func() { close(l.kill) })
	l.Post(func() {})
}

func (l *Loop) killed() bool {
	select {
	case <-l.kill:
		return true
	default:
		return false
	}
}

// die is the end of a killed loop: it does not return.
func (l *Loop) die() {
	l.onKill()
	runtime.Goexit()
}

// stop ends the loop after the present step. On the loop only.
func (l *Loop) stop() { l.stopping = true }

// run is the loop; it returns after stop.
func (l *Loop) run() {
	defer l.end()
	wait := time.NewTimer(time.Hour)
	defer wait.Stop()
	for !l.stopping {
		if l.killed() {
			l.die()
		}
		l.runInbox()
		l.runTimers()
		if l.stopping {
			return
		}
		l.sleep(wait)
	}
}

func (l *Loop) end() {
	l.mu.Lock()
	l.ended = true
	l.inbox = nil
	l.mu.Unlock()
	close(l.done)
}

// sleep waits for the next timer or post.
func (l *Loop) sleep(wait *time.Timer) {
	d := time.Hour
	if when, ok := l.heap.next(); ok {
		d = time.Duration(when) - time.Since(l.epoch)
	}
	if d <= 0 {
		select {
		case <-l.wake:
		default:
		}
		return
	}
	wait.Reset(d)
	select {
	case <-l.wake:
	case <-wait.C:
	}
}

// runInbox calls what has been posted before it began, so that a flood of posts does not starve the timers.
func (l *Loop) runInbox() {
	l.mu.Lock()
	posts := l.inbox
	l.inbox = l.spare[:0]
	l.mu.Unlock()
	for i, f := range posts {
		posts[i] = nil
		f()
		if l.stopping {
			return
		}
	}
	l.spare = posts
}

// runTimers fires what was due when it began. A timer set meanwhile waits for the next turn, even when it is due: a stream
// that catches up would otherwise hold up all others.
func (l *Loop) runTimers() {
	when, ok := l.heap.next()
	if !ok {
		return
	}
	now := int64(time.Since(l.epoch))
	if when > now {
		return
	}
	l.onLag(time.Duration(now - when))
	l.due = l.heap.takeDue(now, l.due[:0])
	for _, t := range l.due {
		if f := l.heap.recycle(t); f != nil && !l.stopping {
			f()
		}
	}
}
