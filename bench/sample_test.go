package bench

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestObserverSeesEveryArrivalOnceAndInOrder: while many streams fill their
// batches, ticks and snapshots fold the same batches from elsewhere.
func TestObserverSeesEveryArrivalOnceAndInOrder(t *testing.T) {
	t.Parallel()
	length := func(seq int64) int { return int(seq * 7 % 301) }
	w := newWitness()
	r, err := NewRunner(Scenario{
		Target: do(func(_ context.Context, s *Sample) {
			s.Begin(0)
			s.Mark(Sent, 0)
			for i := range length(s.Seq) {
				s.Arrive(Arrival{At: time.Duration(i), Kind: Content})
			}
		}),
		Load: Closed{Users: 8}, Requests: 1000, Observer: w,
	})
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	var puller sync.WaitGroup
	puller.Go(func() {
		for {
			select {
			case <-over:
				return
			default:
				r.rec.tick()
				r.Snapshot()
			}
		}
	})
	res, _ := r.Run(t.Context())
	close(over)
	puller.Wait()

	events := 0
	for seq := range int64(1000) {
		want := make([]time.Duration, length(seq))
		for i := range want {
			want[i] = time.Duration(i)
		}
		got := make([]time.Duration, 0, len(want))
		for _, a := range w.arrivals[seq] {
			got = append(got, a.At)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("request %d: got %v, want %v", seq, got, want)
		}
		events += len(want)
		equal(t, "shown as whole", w.whole[seq], true)
	}
	equal(t, "events counted", res.Tally.Events, int64(events))
	equal(t, "requests", res.Tally.Requests(), 1000)
}

func TestMarksAreReachedOrAbsent(t *testing.T) {
	t.Parallel()
	s := NewSample()
	for m := range numMarks {
		if at, ok := s.At(m); ok {
			t.Errorf("mark %d of a new sample: got %v, want none", m, at)
		}
	}
	s.Mark(Sent, 0) // zero is an instant
	s.Mark(LastToken, 5*ms)
	d, ok := s.Span(Sent, LastToken)
	equal(t, "span", d, 5*ms)
	equal(t, "span known", ok, true)
	_, ok = s.Span(Sent, End)
	equal(t, "span to an absent mark", ok, false)
	_, ok = s.Span(Intended, LastToken)
	equal(t, "span from an absent mark", ok, false)
}

// TestNewSampleServesTestsOfTargets: it belongs to no run, and takes more
// events than a batch holds.
func TestNewSampleServesTestsOfTargets(t *testing.T) {
	t.Parallel()
	s := NewSample()
	s.Begin(ms)
	s.Mark(Sent, 2*ms)
	s.Arrive(Arrival{At: 3 * ms, Kind: Other})
	s.Arrive(Arrival{At: 4 * ms, Kind: Reasoning})
	for i := range 10 * batchSize {
		s.Arrive(Arrival{At: 5*ms + time.Duration(i), Kind: Content})
	}
	equal(t, "events", s.Events, 10*batchSize+2)
	equal(t, "chunks", s.Chunks, 10*batchSize+1)
	for m, want := range map[Mark]time.Duration{
		Intended: ms, Sent: 2 * ms, FirstToken: 4 * ms, FirstContent: 5 * ms, LastToken: 5*ms + 10*batchSize - 1,
	} {
		at, _ := s.At(m)
		equal(t, "mark", at, want)
	}
}

func TestLagFitsItsField(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]int32{
		-ms: 0, 0: 0, 999 * time.Nanosecond: 0, ms: 1000, time.Hour: 2147483647,
	} {
		equal(t, d.String(), Lag(d), want)
	}
}

func TestTPOT(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		chunks int // 10 ms apart
		usage  int64
		want   time.Duration
		ok     bool
	}{
		{"no chunk", 0, -1, 0, false},
		{"one chunk", 1, -1, 0, false},
		{"one chunk of many tokens", 1, 50, 0, false},
		{"two chunks", 2, -1, 10 * ms, true},
		{"one token in each", 5, 5, 10 * ms, true},
		{"four tokens in each", 5, 20, 2500 * time.Microsecond, true},
		{"tokens told as none", 5, 0, 10 * ms, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := NewSample()
			for i := range tt.chunks {
				s.Arrive(Arrival{At: time.Duration(i) * 10 * ms, Kind: Content})
			}
			s.Usage, s.Tokens = tt.usage >= 0, max(tt.usage, 0)
			got, ok := s.tpot()
			equal(t, "tpot", got, tt.want)
			equal(t, "known", ok, tt.ok)
		})
	}
}

// TestArrivalsAreToldApart: what shared a read, what was read late, what had
// no stamp.
func TestArrivalsAreToldApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		arrivals := []Arrival{
			{At: 1 * ms, Lag: 10, Kind: Other},
			{At: 2 * ms, Lag: 5001, Kind: Reasoning},
			{At: 4 * ms, Lag: 5001, Kind: Content, Coalesced: true},
			{At: 4 * ms, Lag: 5000, Kind: Content, Coalesced: true, Tokens: 2},
			{At: 8 * ms, Lag: LagUnknown, Kind: Content, Coalesced: true, Tokens: 4},
		}
		res := perform(t, Scenario{
			Target: do(func(_ context.Context, s *Sample) {
				s.Begin(0)
				s.Mark(Sent, ms/2)
				for _, a := range arrivals {
					s.Arrive(a)
				}
				s.Usage, s.Tokens = true, 8
			}),
			Load: Closed{Users: 1}, Requests: 1,
		})
		tally := &res.Tally
		equal(t, "events", tally.Events, 5)
		equal(t, "chunks", tally.Chunks, 4)
		equal(t, "coalesced", tally.Coalesced, 3)
		equal(t, "late", tally.LateEvents, 1)
		equal(t, "unstamped", tally.Unstamped, 1)
		equal(t, "tokens", tally.Tokens, 8)
		equal(t, "usage differs", tally.UsageDiffers, 1)
		equal(t, "basis", tally.TokenBasis(), BasisUsage)
		equal(t, "tokens in a chunk", tally.TokensPerChunk(), 2.0)
		extremes(t, &tally.ReadLag, 4, 10*time.Microsecond, 5001*time.Microsecond)
		extremes(t, &tally.Dists[TTFT], 1, 2*ms, 2*ms)
		extremes(t, &tally.Dists[TTFTService], 1, 1500*time.Microsecond, 1500*time.Microsecond)
		extremes(t, &tally.Dists[TTFO], 1, 4*ms, 4*ms)
		extremes(t, &tally.Dists[ChunkGap], 3, 0, 4*ms)
		extremes(t, &tally.Dists[ITL], 1+2+4, 0, 2*ms) // weighted by tokens
	})
}
