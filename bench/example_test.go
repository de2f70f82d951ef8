package bench_test

import (
	"context"
	"fmt"
	"time"

	"github.com/aibench/aibench/bench"
)

// echo is a Target that answers with two chunks at once.
type echo struct{ epoch time.Time }

func (e echo) Do(_ context.Context, s *bench.Sample) {
	now := func() time.Duration { return time.Since(e.epoch) }
	s.Begin(now())
	s.Mark(bench.Sent, now())
	for range 2 {
		s.Arrive(bench.Arrival{At: now(), Lag: bench.LagUnknown, Kind: bench.Content})
	}
	s.Outcome = bench.OK
}

// A closed loop of ten users makes a thousand requests.
func Example() {
	epoch := time.Now()
	runner, err := bench.NewRunner(bench.Scenario{
		Target:   echo{epoch},
		Load:     bench.Closed{Users: 10},
		Requests: 1000,
		Epoch:    epoch,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := runner.Run(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	t := &result.Tally
	fmt.Println(t.Requests(), "requests,", t.Outcomes[bench.OK], "ok,", t.Chunks, "chunks")
	fmt.Println("p99 founded:", t.Quantile(bench.TTFT, 0.99).Founding == bench.Known)
	// Output:
	// 1000 requests, 1000 ok, 2000 chunks
	// p99 founded: true
}

// A quantile says what it is worth: a number, a lower bound, or nothing.
func ExampleTally_Quantile() {
	var t bench.Tally
	t.Dists[bench.Response].Add(int64(800*time.Millisecond), 60)
	t.Censored[bench.Response].Add(int64(5*time.Second), 40)
	for _, q := range []float64{0.5, 0.9, 0.99} {
		switch v := t.Quantile(bench.Response, q); v.Founding {
		case bench.Known:
			fmt.Printf("p%.0f %.0f ms\n", 100*q, v.Value)
		case bench.Above:
			fmt.Printf("p%.0f > %.0f ms\n", 100*q, v.Value)
		case bench.Withheld:
			fmt.Printf("p%.0f withheld: %d of %d requests\n", 100*q, v.Have, v.Need)
		case bench.Missing:
			fmt.Printf("p%.0f not measured\n", 100*q)
		}
	}
	// Output:
	// p50 800 ms
	// p90 > 5000 ms
	// p99 withheld: 100 of 688 requests
}

// Schedules are made of parts: here two seconds of growing load, one at full
// rate, and then half of it.
func ExamplePacer() {
	p := bench.Constant(2).Ramp(2*time.Second).For(3*time.Second).Then(3*time.Second, bench.Constant(1).For(2*time.Second))
	for at := range p {
		fmt.Println(at.Round(10 * time.Millisecond))
	}
	// Output:
	// 0s
	// 1.41s
	// 2s
	// 2.5s
	// 3s
	// 4s
}
