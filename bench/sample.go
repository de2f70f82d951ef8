package bench

import (
	"math"
	"sync/atomic"
	"time"
)

// An Arrival is one event of a stream as it came off the wire.
type Arrival struct {
	At     time.Duration // when it arrived, offset from the epoch
	Lag    int32         // microseconds from there until this process looked; LagUnknown where the kernel gave no stamp
	Tokens uint16        // tokens in it, 0 when the dialect cannot tell
	Kind   ArrivalKind
	// Coalesced: the read that brought it held other events too, so it
	// arrived somewhere after the read before.
	Coalesced bool
}

// tokens is the number of tokens in a chunk: one when the dialect cannot tell.
func (a Arrival) tokens() int64 { return max(int64(a.Tokens), 1) }

// LagUnknown marks an [Arrival] without a kernel stamp.
const LagUnknown = int32(-1)

// Lag converts a receive lag to the unit of [Arrival.Lag].
func Lag(d time.Duration) int32 {
	return int32(min(max(d.Microseconds(), 0), math.MaxInt32))
}

// An ArrivalKind tells what an event carried.
type ArrivalKind uint8

// The kinds of arrivals.
const (
	Other     ArrivalKind = iota // no token: a role, usage, a sentinel, a ping
	Reasoning                    // reasoning only
	Content                      // content or a tool call
)

// chunk tells whether the event counts as a chunk of tokens.
func (k ArrivalKind) chunk() bool { return k != Other }

// batchSize is how many arrivals a stream may have before they must be
// folded: a tick folds them every 100 ms anyway, so only streams of more than
// 160 events a second ever fold their own.
const batchSize = 16

// A Sample is one request's life: its marks, its sums and how it ended. It is
// of fixed size, however long the stream lives. A [Target] fills it from one
// goroutine; the recorder reads the batch meanwhile.
type Sample struct {
	Seq        int64 // number of the request in its run, from 0
	Outcome    Outcome
	Detail     string // what to tell the user about a failure: may vary freely, holds no secrets
	Status     int    // HTTP status, of a job its submission's; 0 when there was none
	Events     int64  // events of any kind
	Chunks     int64  // those that carried tokens
	Tokens     int64  // as the server counts them, when Usage is set
	Usage      bool   // the server told Tokens
	RetryAfter time.Duration
	RequestID  string // the server's x-request-id

	Polls     int64  // requests for a job's state, and for a push of it; apart from all else
	PollBytes int64  // of the answers to them
	Attempts  int    // runs of the job that the server told of; 0: unknown
	JobID     string // the job's id as its service told it; "" when it told none. It holds no secrets

	// ClockWidth, where there are the server's stamps: how wide the interval is
	// that holds the offset of its clock from this one.
	ClockWidth time.Duration

	marks [numMarks]time.Duration
	job   job
	open  bool // open loop: Intended came from the schedule
	late  bool // closed loop: the run was over before its connection was up
	state place
	batch batch
}

// batch holds the arrivals not folded yet: a ring with one producer, the
// request's goroutine, and one consumer at a time, whoever holds the lock of
// its shard. So an event costs neither a lock nor a channel, and one of a
// stream that is still running is seen within a tick.
//
// Rejected: a plain slice that only its producer folds; a stalled stream's
// last events would stay unseen for as long as the stall lasts.
type batch struct {
	head   atomic.Uint32 // next to write; moved by the producer
	tail   atomic.Uint32 // next to fold; moved by the consumer
	room   uint32        // the producer's last look at tail
	ring   [batchSize]Arrival
	shard  *shard
	folded folded
}

// folded is what a shard knows of a stream from the arrivals folded so far.
// Only the holder of the shard's lock touches it.
type folded struct {
	cohort bool
	first  time.Duration // first chunk
	last   time.Duration // latest chunk
	output bool          // first non-reasoning chunk seen
	gaps   bool          // there was at least one gap
	gapped uint32        // number of the last second with a gap that counts; 0: none
	maxGap time.Duration
	maxITL time.Duration
}

// note brings the state up to a chunk.
func (f *folded) note(a Arrival) {
	if f.first < 0 {
		f.first = a.At
	} else {
		gap := a.At - f.last
		f.gaps = true
		f.maxGap = max(f.maxGap, gap)
		f.maxITL = max(f.maxITL, gap/time.Duration(a.tokens()))
	}
	f.last = a.At
}

// NewSample returns a Sample that belongs to no run: it keeps marks and sums
// and folds nothing. For tests of Targets.
func NewSample() *Sample {
	s := &Sample{}
	s.reset(0)
	return s
}

func (s *Sample) reset(seq int64) {
	// The ring goes on where it is: between requests it is empty, and the
	// consumer may look at its ends at any moment.
	s.batch.folded = folded{first: absent, last: absent}
	s.Seq, s.Outcome, s.Detail, s.Status = seq, OK, "", 0
	s.Events, s.Chunks, s.Tokens, s.Usage = 0, 0, 0, false
	s.RetryAfter, s.RequestID, s.open, s.late = 0, "", false, false
	s.Polls, s.PollBytes, s.Attempts, s.JobID, s.ClockWidth = 0, 0, 0, "", 0
	s.job = job{}
	for i := range s.marks {
		s.marks[i] = absent
	}
}

// Mark notes that m was reached at the given offset from the epoch.
func (s *Sample) Mark(m Mark, at time.Duration) {
	s.marks[m] = at
	if m == Accepted {
		s.state.enter(JobUnsaid)
	}
}

// At gives the instant of a mark, and whether it was reached.
func (s *Sample) At(m Mark) (time.Duration, bool) {
	at := s.marks[m]
	return at, at >= 0
}

// Span is the time between two marks, and whether both were reached.
func (s *Sample) Span(from, to Mark) (time.Duration, bool) {
	a, b := s.marks[from], s.marks[to]
	if a < 0 || b < 0 {
		return 0, false
	}
	return b - a, true
}

// Begin notes that the slot is free and its connection is up: in a closed
// loop that is when the request is intended. It tells whether the request is
// still to be sent: false when connecting took until after the end of the
// run, in which case the Target returns at once and the request was none. In
// an open loop the schedule has said all this already, and Begin only agrees.
func (s *Sample) Begin(at time.Duration) (send bool) {
	if s.open {
		return true
	}
	s.intend(at)
	s.late = s.batch.shard != nil && s.batch.shard.over(at)
	return !s.late
}

// intend notes when the request was to start, which decides whether it counts.
func (s *Sample) intend(at time.Duration) {
	s.marks[Intended] = at
	if sh := s.batch.shard; sh != nil {
		s.batch.folded.cohort = sh.within(at)
	}
}

// Arrive notes one event of a stream. Intended and Sent must be known. It
// neither allocates nor locks; once in sixteen events, at most, it folds the
// batch under the shard's lock.
func (s *Sample) Arrive(a Arrival) {
	s.Events++
	if a.Kind.chunk() {
		s.Chunks++
		s.markChunk(a)
	}
	b := &s.batch
	h := b.head.Load()
	if h-b.room == batchSize {
		b.room = b.tail.Load()
		if h-b.room == batchSize {
			s.fold()
			b.room = h
		}
	}
	b.ring[h%batchSize] = a
	b.head.Store(h + 1)
}

func (s *Sample) markChunk(a Arrival) {
	if s.marks[FirstToken] < 0 {
		s.marks[FirstToken] = a.At
	}
	if a.Kind == Content && s.marks[FirstContent] < 0 {
		s.marks[FirstContent] = a.At
	}
	s.marks[LastToken] = a.At
}

// fold empties a full batch.
func (s *Sample) fold() {
	b := &s.batch
	if b.shard == nil {
		b.tail.Store(b.head.Load())
		return
	}
	b.shard.mu.Lock()
	b.shard.drain(s)
	b.shard.mu.Unlock()
}

// sendLag is how long the client itself delayed the request: from the moment
// at which it was free to go until its first byte went to the kernel, without
// the time that connecting took.
func (s *Sample) sendLag() (time.Duration, bool) {
	sent, ok := s.At(Sent)
	if !ok {
		return 0, false
	}
	from := max(s.marks[Intended], s.marks[Admitted])
	lag := sent - from
	if dialed, ok := s.At(Dialed); ok && dialed >= from {
		lag -= s.marks[Ready] - dialed
	}
	return max(lag, 0), true
}

// tpot is the time per output token after the first chunk, and whether there
// were any such tokens. Where the server counts tokens but packs several into
// a chunk, the first chunk is taken to hold its even share of them.
func (s *Sample) tpot() (time.Duration, bool) {
	span, ok := s.Span(FirstToken, LastToken)
	if !ok || s.Chunks < 2 {
		return 0, false
	}
	tokens := float64(s.Chunks)
	if s.Usage && s.Tokens > 0 {
		tokens = float64(s.Tokens)
	}
	after := tokens - tokens/float64(s.Chunks)
	return time.Duration(math.Round(float64(span) / after)), true
}

// tokens is the number of tokens that came: the server's count, since a chunk
// may hold several, but no fewer than the chunks. More chunks than the server
// counted tokens were sent twice, or hold parts of one.
func (s *Sample) tokens() int64 {
	if s.Usage {
		return max(s.Tokens, s.Chunks)
	}
	return s.Chunks
}
