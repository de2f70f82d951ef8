package bench

import (
	"context"
	"testing"
	"time"
)

// stream is a lane of a recorder whose request has been sent.
func stream(tb testing.TB, observer Observer) (*Runner, *Sample) {
	tb.Helper()
	r, err := NewRunner(Scenario{Target: do(func(context.Context, *Sample) {}), Load: Closed{Users: 1}, Observer: observer})
	if err != nil {
		tb.Fatal(err)
	}
	s := r.rec.lane()
	s.reset(0)
	s.Begin(0)
	s.Mark(Sent, 0)
	return r, s
}

// event gives the n-th of a stream's events.
func event(n int) Arrival {
	return Arrival{At: time.Duration(n) * 20 * ms, Lag: int32(n % 1000), Tokens: 1, Kind: Content}
}

// BenchmarkArrive is the whole cost of one event: into the batch, and folded
// from there into the histograms.
func BenchmarkArrive(b *testing.B) {
	_, s := stream(b, nil)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		s.Arrive(event(n))
		n++
	}
}

// BenchmarkRequest is what a request costs beside its Target.
func BenchmarkRequest(b *testing.B) {
	r, s := stream(b, nil)
	b.ReportAllocs()
	seq := int64(0)
	for b.Loop() {
		s.reset(seq)
		r.do(b.Context(), s)
		seq++
	}
}

// BenchmarkSnapshot pulls the state of a run in which something happened since
// the last pull.
func BenchmarkSnapshot(b *testing.B) {
	r, s := stream(b, nil)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		for range 100 {
			s.Arrive(event(n))
			n++
		}
		snap := r.Snapshot()
		if snap.Tally.Events != int64(n) {
			b.Fatalf("got %d events, want %d", snap.Tally.Events, n)
		}
	}
}

// busy is a run in which every metric of streams has values over several
// orders of magnitude, failures included. step makes twenty more requests, and
// a second pass.
func busy(tb testing.TB) (r *Runner, step func()) {
	tb.Helper()
	r, err := NewRunner(Scenario{Target: do(liveThrough), Load: Closed{Users: 1}})
	if err != nil {
		tb.Fatal(err)
	}
	lanes := []*Sample{r.rec.lane(), r.rec.lane()}
	seq := int64(0)
	r.rec.series = make([]Second, 0, 1<<16) // a longer one is not what is measured
	return r, func() {
		for range 20 {
			s := lanes[seq%2]
			s.reset(seq)
			r.do(context.Background(), s)
			seq++
		}
	}
}

// liveThrough is a Target of requests that take from 20 µs to minutes.
func liveThrough(_ context.Context, s *Sample) {
	step := time.Duration(20+s.Seq%7) * time.Microsecond << (s.Seq % 20)
	s.Begin(0)
	s.Mark(Dialed, 0)
	s.Mark(Ready, step/2)
	s.Mark(Sent, step/2)
	for n := range 20 {
		s.Arrive(Arrival{At: time.Duration(1+n) * step, Lag: int32(s.Seq * 37 % 5000), Tokens: 1, Kind: Content})
	}
	s.Tokens, s.Usage = s.Chunks, true
	s.Mark(End, 21*step)
	if s.Seq%20 == 13 {
		s.Outcome, s.Detail = Truncated, "no finish"
	}
}

// BenchmarkSnapshotInto brings the state of a busy run up to now, into memory
// that is there.
func BenchmarkSnapshotInto(b *testing.B) {
	r, step := busy(b)
	b.ReportAllocs()
	var snap Snapshot
	for b.Loop() {
		b.StopTimer()
		step()
		b.StartTimer()
		r.SnapshotInto(&snap)
	}
}

// BenchmarkCloseSecond is what a busy run does once a second.
func BenchmarkCloseSecond(b *testing.B) {
	r, step := busy(b)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		step()
		r.rec.series = r.rec.series[:0]
		b.StartTimer()
		r.rec.closeSecond(time.Second, time.Second)
	}
}

// BenchmarkMerge adds one histogram to another.
func BenchmarkMerge(b *testing.B) {
	var sum Dist
	from := distOf([]int64{1e6, 1e7, 1e8, 1e9})
	b.ReportAllocs()
	for b.Loop() {
		sum.Merge(from)
	}
}

// BenchmarkOpenRequest is what a request of an open loop costs beside its
// Target, its goroutine included.
func BenchmarkOpenRequest(b *testing.B) {
	b.ReportAllocs()
	schedule := func(yield func(time.Duration) bool) {
		for n := 0; n < b.N && yield(0); n++ {
		}
	}
	r, err := NewRunner(Scenario{
		Target: do(func(context.Context, *Sample) {}), Load: Open{Pacer: schedule, MaxInFlight: 100},
	})
	if err != nil {
		b.Fatal(err)
	}
	res, _ := r.Run(b.Context())
	if got := res.Tally.Requests(); got != int64(b.N) {
		b.Fatalf("got %d requests, want %d", got, b.N)
	}
}
