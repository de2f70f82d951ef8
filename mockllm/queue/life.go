package queue

import (
	"context"
	"sync"
	"time"
)

const (
	// openPatience is how long Open waits for a store that is not ready.
	openPatience = 3 * time.Second

	// safetyPoll and followPoll are how long a claim and a follower trust that news is told. They are many, the
	// followers, and see at worst the end of a job late.
	safetyPoll = time.Second
	followPoll = 5 * time.Second
)

// life is the span between opening a queue and closing it, and the calls in it.
type life struct {
	mu    sync.Mutex
	over  bool // guarded by mu
	done  chan struct{}
	calls sync.WaitGroup
}

func newLife() *life { return &life{done: make(chan struct{})} }

// enter begins a call, which ends with calls.Done. ErrClosed when there is no time left for one.
func (l *life) enter() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return ErrClosed
	}
	l.calls.Add(1)
	return nil
}

// end lets no new calls in and tells those that wait. It reports whether this is the first end.
func (l *life) end() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return false
	}
	l.over = true
	close(l.done)
	return true
}

func (l *life) ended() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.over
}

// pause waits for news, but not longer than d, and returns the reason when there is no point in going on.
func (l *life) pause(ctx context.Context, news <-chan struct{}, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-l.done:
		return ErrClosed
	case <-news:
	case <-timer.C:
	}
	return nil
}

// await repeats an attempt to claim until it succeeds. An attempt says how long it is in vain to try again without
// news.
func (l *life) await(ctx context.Context, e *ear, attempt func() (*Claim, time.Duration, error)) (*Claim, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c, wait, err := attempt()
		if c != nil || err != nil {
			return c, err
		}
		if err := l.pause(ctx, e.heard, wait); err != nil {
			return nil, err
		}
	}
}

// batch is how many events are read at once.
const batch = 256

// page is a part of a job's events. Of a job that has ended, a page that is not full is the last.
type page struct {
	events []Event
	ended  bool
}

// follower sends the events of one job.
type follower struct {
	life  *life
	ear   *ear
	leave func() // what listening to the ear began
	after int64
	poll  time.Duration // how long to trust that news is told
	read  func(ctx context.Context, after int64) (page, error)
	out   chan Event
}

// follow lets a follower send in the background what it can read. It leaves the ear in any case.
func (l *life) follow(ctx context.Context, f *follower) (<-chan Event, error) {
	if err := l.enter(); err != nil {
		f.leave()
		return nil, err
	}
	f.life, f.out = l, make(chan Event)
	f.after = min(max(f.after, 0), 1<<50) // far beyond any event, and exact in a script's floating point
	p, err := f.read(ctx, f.after)
	if err != nil {
		f.leave()
		l.calls.Done()
		return nil, err
	}
	go func() {
		defer l.calls.Done()
		defer f.leave()
		f.run(ctx, p)
	}()
	return f.out, nil
}

// run sends a page that was read and all that follow it, and then closes the channel.
func (f *follower) run(ctx context.Context, p page) {
	defer close(f.out)
	for f.send(ctx, p.events) {
		full := len(p.events) == batch
		if p.ended && !full {
			return
		}
		if !full && f.life.pause(ctx, f.ear.heard, f.poll) != nil {
			return
		}
		var err error
		if p, err = f.read(ctx, f.after); err != nil {
			return // the job is gone, or the store is: the channel can only end
		}
	}
}

func (f *follower) send(ctx context.Context, events []Event) bool {
	for _, ev := range events {
		select {
		case f.out <- ev:
			f.after = ev.Seq
		case <-ctx.Done():
			return false
		case <-f.life.done:
			return false
		}
	}
	return true
}
