package diagnose_test

import (
	"fmt"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/diagnose"
)

// Twelve jobs of a second each, submitted at once to two workers.
func ExampleQueueBound() {
	var spans []bench.Span
	for i := range 12 {
		started := time.Duration(i/2) * time.Second
		spans = append(spans, bench.Span{Started: started, Finished: started + time.Second})
	}
	if q, ok := diagnose.QueueBound(&bench.Result{Spans: spans}); ok {
		fmt.Printf("%d at a time in %.0f %% of the time in which jobs waited\n", q.AtOnce, 100*q.Steady)
	}
	// Output:
	// 2 at a time in 100 % of the time in which jobs waited
}
