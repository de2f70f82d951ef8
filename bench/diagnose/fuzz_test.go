package diagnose_test

import (
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/diagnose"
)

// FuzzQueueBound: whatever the stamps are, a bound that is found keeps every
// condition that its comment states; what an open loop proves, a closed one
// does; and the order of the jobs does not matter.
func FuzzQueueBound(f *testing.F) {
	f.Add([]byte{})
	steps := make([]byte, 0, 120)
	for i := range 30 {
		steps = append(steps, 0, 0, byte(i/3), 1)
	}
	f.Add(steps)
	f.Fuzz(func(t *testing.T, data []byte) {
		var spans []bench.Span
		for data = data[:min(len(data), 4<<10)]; len(data) >= 4; data = data[4:] {
			submitted := time.Duration(int16(binary.LittleEndian.Uint16(data)))
			started := submitted + time.Duration(int8(data[2]))
			spans = append(spans, bench.Span{
				Submitted: submitted, Started: started, Finished: started + time.Duration(int8(data[3])), Width: 1,
			})
		}
		q, ok := diagnose.QueueBound(&bench.Result{Spans: spans})
		if _, inOpen := diagnose.QueueBound(&bench.Result{Spans: spans, Open: true}); inOpen && !ok {
			t.Fatal("a schedule proves more than users do")
		}
		backwards := slices.Clone(spans)
		slices.Reverse(backwards)
		again, still := diagnose.QueueBound(&bench.Result{Spans: backwards})
		if q != again || ok != still {
			t.Fatalf("got %+v, %v, and the other way round %+v, %v", q, ok, again, still)
		}
		if !ok {
			return
		}
		if q.AtOnce < 1 || q.Ran != len(spans) || q.Ran < 10 || q.Ran < 3*q.AtOnce ||
			q.Steady < 0.95 || q.Steady > 1 || q.Waiting < 0.5 || q.Waiting > 1 ||
			q.Full < 0.95 || q.Full > 1 || q.Busy <= 0 {
			t.Fatalf("got %+v of %d jobs", q, len(spans))
		}
	})
}
