package bench

import (
	"sync"
	"sync/atomic"
	"time"
)

// A shard folds the arrivals of its share of the streams. Its interval is
// double-buffered, as HdrHistogram's interval recorder is: folding goes into
// one while the other is merged and emptied.
type shard struct {
	warmup    time.Duration
	windowEnd *atomic.Int64
	slo       []condition
	table     []Metric // of the run's kind; not changed
	observer  Observer

	mu      sync.Mutex // guards all below, and every lane's batch as its consumer
	lanes   []*Sample
	active  *interval
	standby *interval
	second  uint32 // number of the current second, from 1
}

// An interval is what a shard has folded since it was last collected.
type interval struct {
	tally  Tally // the cohort
	flow   Flow  // everything that passed, warm-up included
	spans  []Span
	gapped gapped
}

func (i *interval) reset() {
	i.tally.reset()
	i.flow = Flow{}
	i.spans = i.spans[:0]
	i.gapped = gapped{}
}

// lease adds a Sample whose arrivals this shard will fold.
func (sh *shard) lease(s *Sample) {
	s.batch.shard = sh
	sh.mu.Lock()
	sh.lanes = append(sh.lanes, s)
	sh.mu.Unlock()
}

// drain folds a stream's waiting arrivals. sh.mu is held.
func (sh *shard) drain(s *Sample) {
	b := &s.batch
	head, tail := b.head.Load(), b.tail.Load()
	if head == tail {
		return
	}
	sh.observe(s, head, tail)
	gaps := &sh.active.tally.Dists[ChunkGap]
	before := gaps.Count()
	for ; tail != head; tail++ {
		sh.count(s, b.ring[tail%batchSize])
	}
	b.tail.Store(tail)
	if gaps.Count() > before {
		sh.active.gapped.note(&s.batch.folded, sh.second)
	}
}

// observe hands the waiting arrivals on, in at most two pieces.
func (sh *shard) observe(s *Sample, head, tail uint32) {
	if sh.observer == nil {
		return
	}
	ring := s.batch.ring[:]
	from, to := tail%batchSize, head%batchSize
	if from < to {
		sh.observer.Arrivals(s.Seq, ring[from:to])
		return
	}
	sh.observer.Arrivals(s.Seq, ring[from:])
	if to > 0 {
		sh.observer.Arrivals(s.Seq, ring[:to])
	}
}

func (sh *shard) count(s *Sample, a Arrival) {
	iv, f := sh.active, &s.batch.folded
	within := sh.within(a.At)
	iv.flow.Events++
	if within {
		iv.tally.Window.Events++
	}
	if f.cohort {
		iv.tally.arrival(a)
	}
	if !a.Kind.chunk() {
		return
	}
	iv.flow.Chunks++
	if within {
		iv.tally.Window.Chunks++
	}
	if f.cohort {
		iv.tally.chunk(s, f, a)
	}
	f.note(a)
}

// within tells whether an instant lies in the measured window.
func (sh *shard) within(at time.Duration) bool {
	return at >= sh.warmup && !sh.over(at)
}

// over tells whether the measured window has ended at an instant.
func (sh *shard) over(at time.Duration) bool { return int64(at) >= sh.windowEnd.Load() }

// chunk counts a chunk of tokens: a TTFT or a gap.
func (t *Tally) chunk(s *Sample, f *folded, a Arrival) {
	if !f.output && a.Kind == Content {
		f.output = true
		t.Dists[TTFO].Add(int64(a.At-s.marks[Intended]), 1)
	}
	if f.first < 0 {
		t.Dists[TTFT].Add(int64(a.At-s.marks[Intended]), 1)
		t.Dists[TTFTService].Add(int64(a.At-s.marks[Sent]), 1)
		return
	}
	if !f.gaps {
		t.GapRequests++
	}
	gap, tokens := int64(a.At-f.last), a.tokens()
	t.Dists[ChunkGap].Add(gap, 1)
	t.Dists[ITL].Add(gap/tokens, tokens)
}

// begin counts a start.
func (sh *shard) begin(at time.Duration) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.active.flow.Started++
	if sh.within(at) {
		sh.active.tally.Window.Started++
	}
}

// end counts a request that is over, and folds what is left of it.
func (sh *shard) end(s *Sample, cut bool, now time.Duration) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.drain(s)
	iv, cohort := sh.active, s.batch.folded.cohort
	iv.keep(s)
	if cut {
		if cohort {
			iv.tally.unfinished(s, sh.table, now)
		}
		sh.ended(s, false)
		return
	}
	good := s.Outcome == OK && len(sh.slo) > 0 && meets(s, sh.slo)
	iv.flow.Ended++
	if s.Outcome != OK {
		iv.flow.Errors++
	}
	if good {
		iv.flow.Good++
	}
	if cohort {
		iv.tally.ended(s, sh.table, good)
	}
	sh.passed(s, good)
	sh.ended(s, true)
}

// passed counts the end of a request in the window, if it lies there.
func (sh *shard) passed(s *Sample, good bool) {
	at, ok := s.At(End)
	if !ok || !sh.within(at) {
		return
	}
	w := &sh.active.tally.Window
	if s.Outcome != OK {
		w.Errors++
		return
	}
	w.Ended++
	if good {
		w.Good++
	}
}

func (sh *shard) ended(s *Sample, whole bool) {
	if sh.observer != nil && s.batch.folded.cohort {
		sh.observer.Request(s, whole)
	}
}

// tick folds what has arrived since the last one.
func (sh *shard) tick() {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	for _, s := range sh.lanes {
		sh.drain(s)
	}
}

// swap gives the interval since the last swap. It is the caller's until it
// calls swap again, and must be reset by then. What follows belongs to the
// second of the given number.
func (sh *shard) swap(second uint32) *interval {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	for _, s := range sh.lanes {
		sh.drain(s)
	}
	sh.active, sh.standby = sh.standby, sh.active
	sh.second = second
	return sh.standby
}

// An Observer is shown raw records as they are folded, for run formats that
// keep them. Both methods are called with the lock of one of several shards
// held: they must be quick, and safe to call at once.
type Observer interface {
	// Arrivals shows events of request seq, in order. The slice is only lent.
	Arrivals(seq int64, batch []Arrival)
	// Request shows a request of the cohort that is over, or, when whole is
	// false, that was cut off by the end of the run. s is only lent.
	Request(s *Sample, whole bool)
}
