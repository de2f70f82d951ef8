package mockllm

import (
	"context"
	"math"
	"sync"
	"time"
)

// maxErrands is how many errands run at once that are not for as long as they like. A database gains nothing from more.
const maxErrands = 64

// errands are what has to wait for something outside the worker, such as the answer of a database. Each runs on a
// goroutine of its own, and what comes of it is done on the loop. All methods are for the loop only, or for after its
// end.
type errands struct {
	loop    *Loop
	wg      *sync.WaitGroup // counts the goroutines
	running map[*errand]struct{}
	busy    int       // of running, those that count
	waiting []*errand // in order of arrival
	halted  bool
}

type errand struct {
	work   func(ctx context.Context)
	done   func()             // on the loop, after work
	limit  time.Duration      // 0: as long as it likes, and it does not count
	cancel context.CancelFunc // set while it runs
}

func newErrands(loop *Loop, wg *sync.WaitGroup) *errands {
	return &errands{loop: loop, wg: wg, running: make(map[*errand]struct{})}
}

// run has work done, within limit, as soon as there is room, and then done on the loop.
func (e *errands) run(limit time.Duration, work func(ctx context.Context), done func()) {
	it := &errand{work: work, done: done, limit: limit}
	if e.busy >= maxErrands {
		e.waiting = append(e.waiting, it)
		return
	}
	e.start(it)
}

// stay is run for work that lasts until it is canceled.
func (e *errands) stay(work func(ctx context.Context), done func()) (cancel func()) {
	it := &errand{work: work, done: done}
	e.start(it)
	return it.cancel
}

func (e *errands) start(it *errand) {
	limit := it.limit
	if limit > 0 {
		e.busy++
	} else {
		limit = math.MaxInt64
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	it.cancel = cancel
	e.running[it] = struct{}{}
	if e.halted {
		cancel()
	}
	e.wg.Go(func() {
		defer cancel()
		it.work(ctx)
		e.loop.Post(func() { e.finish(it) })
	})
}

func (e *errands) finish(it *errand) {
	delete(e.running, it)
	if it.limit > 0 {
		e.busy--
	}
	if len(e.waiting) > 0 && e.busy < maxErrands {
		next := e.waiting[0]
		e.waiting[0] = nil
		e.waiting = e.waiting[1:]
		e.start(next)
	}
	it.done()
}

// halt cancels what runs. After the end of the loop nothing is done any more with what comes of it.
func (e *errands) halt() {
	e.halted = true
	for it := range e.running {
		it.cancel()
	}
}
