package bench

import (
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// maxShards bounds the memory of the interval histograms.
const maxShards = 8

// A recorder folds samples into the sums of a run, second by second.
type recorder struct {
	shards    []*shard
	next      atomic.Uint32 // which shard the next lane goes to
	table     []Metric      // of the run's kind; not changed
	windowEnd atomic.Int64  // offset at which the measured window ends
	inFlight  atomic.Int64
	jobs      *jobCounts // nil: no jobs
	shown     []MetricID // not changed

	mu     sync.Mutex // guards all below
	total  Tally
	flow   Flow
	second interval // the current one; of its tally only the shown metrics
	number uint32   // of the current second, from 1
	closed time.Duration
	past   past
	series []Second
	spans  []Span
}

// A Second is one entry of the time line of a run. Its events and counts are
// of everything that passed; its quantiles and its heat are of the requests
// that count. It takes 1 KB, so an hour takes 4 MB, whatever passes.
type Second struct {
	At       time.Duration // its end
	Length   time.Duration // one second, less for the last
	InFlight int64         // at its end
	Flow
	TTFT, Gap Pair
	Total     Pair // E2E of streams, Completion of jobs
	QueueWait Pair // of jobs
	Heat      Heat
}

// A Pair is a median and a 99th percentile in milliseconds, of one second's
// values: a picture of the run's course, not statistics to rest on.
type Pair struct {
	Known    bool
	P50, P99 float64
}

func newRecorder(sc *Scenario) *recorder {
	r := &recorder{table: metricsOf(sc.Kinds), shown: HeatMetrics(sc.Kinds), number: 1}
	if sc.Kinds.Has(Jobs) {
		r.jobs = &jobCounts{}
	}
	r.windowEnd.Store(math.MaxInt64)
	if sc.Duration > 0 {
		r.windowEnd.Store(int64(sc.Duration))
	}
	for range min(runtime.GOMAXPROCS(0), maxShards) {
		r.shards = append(r.shards, &shard{
			warmup: sc.Warmup, windowEnd: &r.windowEnd, slo: conditions(sc.SLO), observer: sc.Observer, table: r.table,
			active: &interval{}, standby: &interval{}, second: r.number,
		})
	}
	return r
}

// lane returns a Sample that is folded while its request runs. It lives as
// long as the run and is used for one request after another.
func (r *recorder) lane() *Sample {
	s := NewSample()
	s.state.counts = r.jobs
	r.shards[r.next.Add(1)%uint32(len(r.shards))].lease(s)
	return s
}

func (r *recorder) begin(s *Sample, at time.Duration) {
	r.inFlight.Add(1)
	s.state.come()
	s.batch.shard.begin(at)
}

func (r *recorder) end(s *Sample, cut bool, now time.Duration) {
	r.inFlight.Add(-1)
	s.state.leave()
	s.batch.shard.end(s, cut, now)
}

// unstarted counts requests that never found room.
func (r *recorder) unstarted(age time.Duration) {
	r.mu.Lock()
	r.total.unstarted(r.table, age)
	r.mu.Unlock()
}

// tick makes the arrivals of running streams visible.
func (r *recorder) tick() {
	for _, sh := range r.shards {
		sh.tick()
	}
}

// collect merges what the shards have folded; what they fold from now on
// belongs to the second of the given number. r.mu is held.
func (r *recorder) collect(second uint32) {
	for _, sh := range r.shards {
		iv := sh.swap(second)
		r.total.merge(&iv.tally)
		r.flow.add(iv.flow)
		r.spans = append(r.spans, iv.spans[:min(len(iv.spans), maxSpans-len(r.spans))]...)
		r.second.flow.add(iv.flow)
		r.second.gapped.add(&iv.gapped)
		for _, id := range r.shown {
			r.second.tally.Dists[id].Merge(&iv.tally.Dists[id])
		}
		iv.reset()
	}
}

// closeLast ends the time line of a run that is over.
func (r *recorder) closeLast(now, closed time.Duration) {
	n := len(r.series)
	if now > closed || n == 0 {
		r.closeSecond(now, now-closed)
		return
	}
	// What came at the very instant at which the last second was closed still
	// belongs to the sums. Those who were shown it keep what they have.
	r.mu.Lock()
	defer r.mu.Unlock()
	r.collect(r.number)
	r.series = slices.Clone(r.series)
	r.series[n-1].Flow.add(r.second.flow)
	r.series[n-1].InFlight = r.inFlight.Load()
	r.second.reset()
}

// closeSecond ends the current second at the given instant.
func (r *recorder) closeSecond(now, length time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.number++
	r.collect(r.number)
	t := &r.second.tally
	r.series = append(r.series, Second{
		At: now, Length: length, InFlight: r.inFlight.Load(), Flow: r.second.flow,
		TTFT: pair(&t.Dists[TTFT]), Gap: pair(&t.Dists[ChunkGap]), QueueWait: pair(&t.Dists[QueueWait]),
		Total: pair(r.whole(t)), Heat: heat(t, r.shown),
	})
	r.past.close(&r.second, r.shown, length)
	r.second.reset()
	r.closed = now
}

// whole is what took streams, or jobs, as a whole.
func (r *recorder) whole(t *Tally) *Dist {
	if r.jobs != nil {
		return &t.Dists[Completion]
	}
	return &t.Dists[E2E]
}

func pair(d *Dist) Pair {
	p50, ok := d.Quantile(0.5)
	p99, _ := d.Quantile(0.99)
	return Pair{Known: ok, P50: p50, P99: p99}
}

// kept gives the jobs' spans so far. What is kept later is not in its memory.
func (r *recorder) kept() []Span {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clip(r.spans)
}

// snapshot brings s up to date with the sums, those of the cohort in its tally.
func (r *recorder) snapshot(s *Snapshot, now time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.collect(r.number)
	s.Tally.reset()
	s.Tally.merge(&r.total)
	s.Flow = r.flow
	s.Series = slices.Clip(r.series)
	r.past.into(&s.Recent, &r.second, r.shown, max(now-r.closed, 0))
}
