package bench

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"
)

const ms = time.Millisecond

// do is a Target made of one function.
type do func(ctx context.Context, s *Sample)

func (f do) Do(ctx context.Context, s *Sample) { f(ctx, s) }

// A script is a Target that lives through every request as told, in the
// virtual time of a bubble.
type script struct {
	epoch   time.Time
	connect time.Duration // the slot is free → the connection is up
	first   time.Duration // sent → first chunk
	gap     time.Duration // chunk → next chunk
	chunks  int
	outcome func(seq int64) Outcome // nil: all are OK; Refused ends before the connection is up
	linger  time.Duration           // how long it keeps running when its context has ended
}

func (p *script) Do(ctx context.Context, s *Sample) {
	end := OK
	if p.outcome != nil {
		end = p.outcome(s.Seq)
	}
	if !pause(ctx, p.connect) {
		p.cancelled(s)
		return
	}
	if end == Refused {
		s.Outcome = Refused
		return
	}
	if !s.Begin(time.Since(p.epoch)) {
		return
	}
	s.Mark(Sent, time.Since(p.epoch))
	wait := p.first
	for range p.chunks {
		if !pause(ctx, wait) {
			p.cancelled(s)
			return
		}
		s.Arrive(Arrival{At: time.Since(p.epoch), Kind: Content})
		wait = p.gap
	}
	s.Outcome = end
}

func (p *script) cancelled(s *Sample) {
	pause(context.Background(), p.linger)
	s.Outcome = Cancelled
}

// witness is an Observer that keeps what it is shown of each request.
type witness struct {
	mu       sync.Mutex
	arrivals map[int64][]Arrival
	whole    map[int64]bool
	life     map[int64]life
}

// life is when a request was intended, admitted and sent.
type life struct{ intended, admitted, sent time.Duration }

func newWitness() *witness {
	return &witness{arrivals: map[int64][]Arrival{}, whole: map[int64]bool{}, life: map[int64]life{}}
}

func (w *witness) Arrivals(seq int64, batch []Arrival) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.arrivals[seq] = append(w.arrivals[seq], batch...)
}

func (w *witness) Request(s *Sample, whole bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.whole[s.Seq] = whole
	w.life[s.Seq] = life{s.marks[Intended], s.marks[Admitted], s.marks[Sent]}
}

// intended lists the intended starts in ascending order.
func (w *witness) intended() []time.Duration {
	var at []time.Duration
	for _, l := range w.life {
		at = append(at, l.intended)
	}
	slices.Sort(at)
	return at
}

// pause waits for d in the virtual time of a bubble, and tells whether ctx
// still runs.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// perform runs a scenario to its end.
func perform(t *testing.T, sc Scenario) *Result {
	t.Helper()
	r, err := NewRunner(sc)
	if err != nil {
		t.Fatal(err)
	}
	res, err := r.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// list is a schedule of given starts.
func list(at ...time.Duration) Pacer { return Pacer(slices.Values(at)) }

// every lists n instants, d apart, from first.
func every(d, first time.Duration, n int) []time.Duration {
	at := make([]time.Duration, n)
	for i := range at {
		at[i] = first + time.Duration(i)*d
	}
	return at
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func equalTimes(t *testing.T, what string, got, want []time.Duration) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// extremes compares a metric's count and exact extremes, in milliseconds.
func extremes(t *testing.T, d *Dist, count int64, low, high time.Duration) {
	t.Helper()
	equal(t, "count", d.Count(), count)
	v, _ := d.Min()
	equal(t, "min", v, float64(low)/float64(ms))
	v, _ = d.Max()
	equal(t, "max", v, float64(high)/float64(ms))
}
