package cmd

import (
	"fmt"
	"sync"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
)

// How often progress is shown: often enough for an eye, rarely enough for a
// log.
const (
	everyFrame = 250 * time.Millisecond
	everyLine  = 10 * time.Second
)

// showProgress writes one refreshed line to a terminal, or a line now and then
// to anything else, until stop is called. stop waits, and leaves no half line.
func (a *App) showProgress(snapshot func() bench.Snapshot, whole time.Duration) (stop func()) {
	every, before, after, width := everyLine, "", "\n", 1000
	if a.ErrIsTerminal {
		every, before, after, width = everyFrame, "\r\x1b[K", "", a.columns()-1
	}
	done := make(chan struct{})
	var writer sync.WaitGroup
	writer.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-done:
				fmt.Fprint(a.Err, before)
				return
			case <-tick.C:
				s := snapshot()
				fmt.Fprint(a.Err, before+cut(report.Progress(&s, whole), width)+after)
			}
		}
	})
	return func() {
		close(done)
		writer.Wait()
	}
}

// cut shortens a line to the columns of a terminal.
func cut(s string, columns int) string {
	if r := []rune(s); len(r) > columns {
		return string(r[:max(columns, 0)])
	}
	return s
}
