package diagnose_test

import (
	"container/heap"
	"math"
	"math/rand/v2"
	"time"

	"github.com/aibench/aibench/bench"
)

const ms = time.Millisecond

// A server is a simulated one: FIFO, with places that may change in number.
type server struct {
	places func(at time.Duration) int                              // how many jobs may run at an instant
	run    func(rng *rand.Rand) time.Duration                      // how long a job runs
	pickup func(rng *rand.Rand) time.Duration                      // from a place and a job being there to the start
	period time.Duration                                           // how often the number of places may change; 0: never
	after  func(rng *rand.Rand, ended time.Duration) time.Duration // closed loop: when the user submits again
}

// A moment is something that is to happen.
type moment struct {
	at time.Duration
	do func()
}

type agenda []moment

func (a agenda) Len() int           { return len(a) }
func (a agenda) Less(i, j int) bool { return a[i].at < a[j].at }
func (a agenda) Swap(i, j int)      { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)        { *a = append(*a, x.(moment)) }
func (a *agenda) Pop() any {
	old := *a
	last := old[len(old)-1]
	*a = old[:len(old)-1]
	return last
}

// world is a simulation under way.
type world struct {
	server
	rng     *rand.Rand
	now     time.Duration
	agenda  agenda
	queue   []time.Duration // submissions
	running int             // places that are taken
	left    int             // submissions that may still be made
	spans   []bench.Span
}

func (w *world) at(t time.Duration, do func()) { heap.Push(&w.agenda, moment{t, do}) }

func (w *world) submit() {
	w.left--
	w.queue = append(w.queue, w.now)
	w.serve()
}

// serve takes jobs while there are places.
func (w *world) serve() {
	for len(w.queue) > 0 && w.running < w.places(w.now) {
		submitted := w.queue[0]
		w.queue = w.queue[1:]
		w.running++
		started := w.now + w.pickup(w.rng)
		finished := started + w.run(w.rng)
		w.spans = append(w.spans, bench.Span{Submitted: submitted, Started: started, Finished: finished})
		w.at(finished, func() {
			w.running--
			w.serve()
			if w.after != nil && w.left > 0 {
				w.left-- // reserved
				w.at(w.after(w.rng, w.now), func() { w.left++; w.submit() })
			}
		})
	}
}

func (w *world) live() []bench.Span {
	if w.period > 0 {
		var look func()
		look = func() {
			w.serve()
			if len(w.agenda) > 0 {
				w.at(w.now+w.period, look)
			}
		}
		w.at(0, look)
	}
	for len(w.agenda) > 0 {
		m := heap.Pop(&w.agenda).(moment)
		w.now = m.at
		m.do()
	}
	w.rng.Shuffle(len(w.spans), func(i, j int) { w.spans[i], w.spans[j] = w.spans[j], w.spans[i] })
	return w.spans
}

// open submits n jobs with gaps drawn from a distribution.
func (s server) open(seed uint64, n int, gap func(*rand.Rand) time.Duration) *bench.Result {
	w := &world{server: s, rng: rand.New(rand.NewPCG(seed, 1)), left: n}
	w.after = nil
	at := time.Duration(0)
	for range n {
		w.at(at, w.submit)
		at += gap(w.rng)
	}
	return &bench.Result{Spans: w.live(), Open: true}
}

// closed keeps some users at it until n jobs were submitted. They come within
// the first run's time.
func (s server) closed(seed uint64, n, users int) *bench.Result {
	w := &world{server: s, rng: rand.New(rand.NewPCG(seed, 2)), left: n}
	for range min(users, n) {
		w.at(time.Duration(w.rng.Float64()*float64(s.run(w.rng))), w.submit)
	}
	return &bench.Result{Spans: w.live()}
}

func fixed(d time.Duration) func(*rand.Rand) time.Duration {
	return func(*rand.Rand) time.Duration { return d }
}

// about draws from a gamma-like distribution of a mean and a coefficient of
// variation: lognormal.
func about(mean time.Duration, cv float64) func(*rand.Rand) time.Duration {
	if cv == 0 {
		return fixed(mean)
	}
	sigma := math.Sqrt(math.Log(1 + cv*cv))
	return func(rng *rand.Rand) time.Duration {
		return time.Duration(float64(mean) * math.Exp(sigma*rng.NormFloat64()-sigma*sigma/2))
	}
}

func exponential(mean time.Duration) func(*rand.Rand) time.Duration {
	return func(rng *rand.Rand) time.Duration { return time.Duration(rng.ExpFloat64() * float64(mean)) }
}

func always(n int) func(time.Duration) int { return func(time.Duration) int { return n } }

func soon(delay func(*rand.Rand) time.Duration) func(*rand.Rand, time.Duration) time.Duration {
	return func(rng *rand.Rand, ended time.Duration) time.Duration { return ended + delay(rng) }
}

// cut rounds all stamps down to a tick.
func cut(run *bench.Result, tick time.Duration) *bench.Result {
	for i := range run.Spans {
		s := &run.Spans[i]
		s.Submitted, s.Started, s.Finished = s.Submitted.Truncate(tick), s.Started.Truncate(tick), s.Finished.Truncate(tick)
		s.Width = tick
	}
	return run
}
