package report

import (
	"bytes"
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/aibench/aibench/bench"
)

// scripted is a server of streams in a bubble's time: it stalls once.
type scripted struct{ epoch time.Time }

// Do streams ten tokens, of which the sixth of every fiftieth request is late.
func (s scripted) Do(ctx context.Context, r *bench.Sample) {
	now := func() time.Duration { return time.Since(s.epoch) }
	r.Begin(now())
	r.Mark(bench.Sent, now())
	for i := range 10 {
		wait := 23 * time.Millisecond
		if i == 5 && r.Seq%50 == 7 {
			wait = 900 * time.Millisecond
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		r.Arrive(bench.Arrival{At: now(), Kind: bench.Content, Tokens: 1})
	}
	r.Mark(bench.End, now())
}

// performed is a run that truly went through a Runner, steered on its way.
func performed(t *testing.T) *Run {
	t.Helper()
	epoch := time.Now()
	runner, err := bench.NewRunner(bench.Scenario{
		Target: scripted{epoch}, Load: bench.Closed{Users: 4}, Duration: 4 * time.Second, Drain: time.Minute, Epoch: epoch,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer time.AfterFunc(1500*time.Millisecond, func() { runner.SetUsers(8) }).Stop()
	res, err := runner.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	about := about()
	about.Load.Concurrency = new(4)
	run, err := FromResult(res, about)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// A run that was truly performed is a run file by the schema, reads back as it
// was written, and its heat holds every value that was measured.
func TestPerformedRun(t *testing.T) {
	schema := compiled(t)
	synctest.Test(t, func(t *testing.T) {
		run := performed(t)
		data := written(t, run)
		if err := schema.Validate(document(t, data)); err != nil {
			t.Error(err)
		}
		again, err := Read(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(run, again, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("(-written +read):\n%s", diff)
		}
		for _, name := range []string{"ttft", "chunk_gap", "e2e"} {
			metric, _ := run.Metrics.Get(name)
			columns, _ := run.Heat.Metrics.Get(name)
			var n int64
			for _, column := range columns {
				for i := 1; i < len(column); i += 2 {
					n += column[i]
				}
			}
			if n != metric.Count || n == 0 {
				t.Errorf("%s: the heat holds %d values of %d", name, n, metric.Count)
			}
		}
		if want := []Steered{{AtS: 1.5, Users: new(8)}}; cmp.Diff(want, run.Load.Steered) != "" {
			t.Errorf("steered: %s", cmp.Diff(want, run.Load.Steered))
		}
	})
}
