package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/aibench/aibench/bench"
)

// Progress is a run's state in one line. whole is how long it starts requests;
// 0 when a number of requests limits it.
func Progress(s *bench.Snapshot, whole time.Duration) string {
	at := fmt.Sprintf("%.0f s", s.At.Seconds())
	switch {
	case s.Over:
		at += ", waiting for the last"
	case whole > 0:
		at = fmt.Sprintf("%.0f of %v s", s.At.Seconds(), whole.Seconds())
	}
	if s.Paused {
		at += ", paused"
	}
	items := []string{at}
	if s.Open {
		items = append(items, grouped(s.Dispatched)+" of "+grouped(s.Scheduled)+" due started")
	}
	items = append(items, grouped(s.InFlight)+" in flight", grouped(s.Flow.Ended)+" done")
	if s.Flow.Errors > 0 {
		items = append(items, grouped(s.Flow.Errors)+" failed")
	}
	add := func(title string, id bench.MetricID) {
		p50, p99 := s.Tally.Quantile(id, 0.5), s.Tally.Quantile(id, 0.99)
		if p50.Founding != bench.Known {
			return
		}
		text := title + " p50 " + millis(p50.Value)
		if p99.Founding == bench.Known {
			text += " p99 " + millis(p99.Value)
		}
		items = append(items, text)
	}
	add("TTFT", bench.TTFT)
	add("gap", bench.ChunkGap)
	add("queue wait", bench.QueueWait)
	add("completion", bench.Completion)
	return strings.Join(items, " · ")
}
