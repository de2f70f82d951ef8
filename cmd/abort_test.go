package cmd

import (
	"cmp"
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/verdict"
)

// turning is a target of a bubble: its requests end well until the given
// instant; those that start later fail, or hang until they are cut.
type turning struct {
	takes time.Duration // 0: 70 ms
	until time.Time
	hangs bool
}

func (t turning) Do(ctx context.Context, s *bench.Sample) {
	bad := time.Now().After(t.until)
	var over <-chan time.Time
	if !bad || !t.hangs {
		over = time.After(cmp.Or(t.takes, 70*time.Millisecond))
	}
	select {
	case <-over:
		if bad {
			s.Outcome = bench.ServerError
		}
	case <-ctx.Done():
		s.Outcome = bench.Cancelled
	}
}

// abortedRun performs a run of four users in a bubble, whose requests turn bad
// after 2.5 s, and gives what the watch did and when the run was over.
func abortedRun(t *testing.T, sc bench.Scenario, target turning, w abortWatch) (told int, aborted *report.Aborted, over time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		target.until = begin.Add(2500 * time.Millisecond)
		sc.Target, sc.Load = target, bench.Closed{Users: 4}
		runner, err := bench.NewRunner(sc)
		if err != nil {
			t.Fatal(err)
		}
		w.requests = sc.Requests
		running, finish := w.watch(t.Context(), runner, func(report.Aborted) { told++ })
		time.Sleep(50 * time.Millisecond) // of the bubble: the watch and the run never tick at one instant
		if _, err := runner.Run(running); err != nil {
			t.Fatal(err)
		}
		aborted, over = finish(), time.Since(begin)
	})
	return told, aborted, over
}

func TestAbortOn(t *testing.T) {
	const long = time.Hour
	slow := "requests_per_s<10"
	tests := []struct {
		name   string
		sc     bench.Scenario
		target turning
		on     []string
		expr   string  // of the condition that came true; "": none
		at     float64 // when, in seconds
		over   string  // when the run was over
	}{
		// By 3 s 24 of 168 requests have failed, by 4 s 80 of 224.
		{"a share comes true", bench.Scenario{Duration: long, Drain: long}, turning{}, []string{"errors>20%"}, "errors>20%", 4, "4.04s"},
		{"the first that holds", bench.Scenario{Duration: long, Drain: long}, turning{}, []string{"errors>99%", "errors>2"}, "errors>2", 3, "3.06s"},
		{"what is not known is not true", bench.Scenario{Duration: 5 * time.Second, Drain: long}, turning{}, []string{"ttft.p50>0ms", "goodput>=0%"}, "", 0, "5.02s"},
		{"few requests have no share", bench.Scenario{Duration: long, Drain: long}, turning{takes: 700 * time.Millisecond}, []string{"ok>0%"}, "ok>0%", 4, "4.25s"},
		{"what hangs is cut", bench.Scenario{Duration: long, Drain: long}, turning{hangs: true}, []string{slow}, slow, 8, "13s"},
		{"or earlier, by the run's own drain", bench.Scenario{Duration: long, Drain: time.Second}, turning{hangs: true}, []string{slow}, slow, 8, "9s"},
		{"not when the starts are over", bench.Scenario{Duration: 6 * time.Second, Drain: 10 * time.Second}, turning{hangs: true}, []string{slow}, "", 0, "16s"},
		{"not when all requests are made", bench.Scenario{Duration: 10 * time.Second, Requests: 148, Drain: time.Second}, turning{hangs: true}, []string{slow}, "", 0, "11s"},
		{"no condition", bench.Scenario{Duration: 3 * time.Second, Drain: long}, turning{}, nil, "", 0, "3.06s"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := abortWatch{}
			for _, on := range tt.on {
				condition, err := verdict.ParseThreshold(bench.Streams, on)
				if err != nil {
					t.Fatal(err)
				}
				w.conditions = append(w.conditions, condition)
			}
			told, got, over := abortedRun(t, tt.sc, tt.target, w)
			if over.String() != tt.over {
				t.Errorf("over at %v, want %v", over, tt.over)
			}
			switch {
			case tt.expr == "" && (got != nil || told != 0):
				t.Errorf("aborted: %+v, told %d times", got, told)
			case tt.expr != "" && (got == nil || got.Expr != tt.expr || got.AtS != tt.at || told != 1):
				t.Errorf("%+v, told %d times; want %s at %v s, told once", got, told, tt.expr, tt.at)
			}
		})
	}
}

// A run that its user has stopped is not aborted for what becomes of the last
// requests: it would be said to have ended for another reason than it did.
func TestNoAbortOfAStoppedRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner, err := bench.NewRunner(bench.Scenario{
			Target: turning{takes: 3 * time.Second, until: time.Now()}, Load: bench.Closed{Users: 30, Ramp: 3 * time.Second}, Duration: time.Hour, Drain: time.Hour,
		})
		if err != nil {
			t.Fatal(err)
		}
		condition, err := verdict.ParseThreshold(bench.Streams, "errors>2")
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		w := abortWatch{conditions: []verdict.Threshold{condition}}
		running, finish := w.watch(t.Context(), runner, func(report.Aborted) {})
		time.Sleep(50 * time.Millisecond) // of the bubble: the watch and the run never tick at one instant
		defer time.AfterFunc(2450*time.Millisecond, runner.Stop).Stop()
		if _, err := runner.Run(running); err != nil {
			t.Fatal(err)
		}
		if got, over := finish(), time.Since(begin); got != nil || over != 5450*time.Millisecond {
			t.Errorf("%+v after %v, want no abort and an end after 5.45s", got, over)
		}
	})
}

// A run that is left at once while the watch waits for what it stopped leaves
// no goroutine behind.
func TestAbortOfARunThatIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hard, leave := context.WithCancel(t.Context())
		runner, err := bench.NewRunner(bench.Scenario{
			Target: turning{hangs: true, until: time.Now().Add(time.Second / 2)}, Load: bench.Closed{Users: 30}, Duration: time.Hour, Drain: time.Hour,
		})
		if err != nil {
			t.Fatal(err)
		}
		condition, err := verdict.ParseThreshold(bench.Streams, "ok>0%")
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		w := abortWatch{conditions: []verdict.Threshold{condition}}
		running, finish := w.watch(hard, runner, func(report.Aborted) { leave() })
		if _, err := runner.Run(running); err != nil {
			t.Fatal(err)
		}
		if got, over := finish(), time.Since(begin); got == nil || over != time.Second {
			t.Errorf("%+v after %v, want an end after 1s", got, over)
		}
	})
}
