package cmd

import (
	"context"
	"sync"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/verdict"
)

// An abortWatch ends a run when a condition comes true that must not. It looks
// once a second and only while requests are being started: what a run came to
// in the end is for thresholds to judge.
type abortWatch struct {
	conditions []verdict.Threshold
	slo        bool  // the run has one, so that goodput is known
	requests   int64 // how many are started; 0: not bounded
}

const (
	abortEvery = time.Second
	// abortShareFrom is how many requests must be over before a share of them
	// is looked at: the first one may fail without 100 % meaning anything.
	abortShareFrom = 20
	// abortDrain bounds how long the requests in flight are followed then.
	abortDrain = 5 * time.Second
)

// watchedRun is what the watch needs of a [bench.Runner].
type watchedRun interface {
	SnapshotInto(s *bench.Snapshot)
	Stop()
}

// watch looks at the run until finish is called, which waits for the watch and
// says what it did: nil when nothing. The returned context is the run's: it
// ends abortDrain after a condition has come true. tell is told at once.
func (w *abortWatch) watch(
	ctx context.Context, run watchedRun, tell func(report.Aborted),
) (running context.Context, finish func() *report.Aborted) {
	if len(w.conditions) == 0 {
		return ctx, func() *report.Aborted { return nil }
	}
	running, cut := context.WithCancel(ctx)
	over, end := context.WithCancel(running)
	var aborted *report.Aborted
	var watcher sync.WaitGroup
	watcher.Go(func() {
		if aborted = w.await(over, run); aborted == nil {
			return
		}
		tell(*aborted)
		run.Stop()
		select {
		case <-over.Done():
		case <-time.After(abortDrain):
			cut()
		}
	})
	return running, func() *report.Aborted {
		end()
		watcher.Wait()
		cut()
		return aborted
	}
}

// await gives the first condition that comes true, nil when none did before
// ctx ended or the last request was started.
func (w *abortWatch) await(ctx context.Context, run watchedRun) *report.Aborted {
	tick := time.NewTicker(abortEvery)
	defer tick.Stop()
	var s bench.Snapshot
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		run.SnapshotInto(&s)
		if s.Over || w.requests > 0 && s.Flow.Started >= w.requests {
			return nil
		}
		if a := w.look(&s); a != nil {
			return a
		}
	}
}

// look gives the first condition that holds. A value that is not known makes
// none come true, and while new starts are paused by hand nothing does.
func (w *abortWatch) look(s *bench.Snapshot) *report.Aborted {
	if s.Paused {
		return nil
	}
	source := report.SnapshotSource(s, w.slo)
	for _, t := range w.conditions {
		if t.Subject.Share && over(&s.Tally) < abortShareFrom {
			continue
		}
		if j := t.Judge(source); j.OK {
			return &report.Aborted{Expr: t.String(), Value: j.Value, AtS: s.At.Round(time.Millisecond).Seconds()}
		}
	}
	return nil
}

// over counts the requests that have ended.
func over(t *bench.Tally) int64 { return t.Requests() - t.InFlight }
