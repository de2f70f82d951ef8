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
	everyLook  = 100 * time.Millisecond // at what may have become known
)

// A screen is standard error while a run is going on: notes and progress come
// from several goroutines, and a note must not land in a refreshed line.
type screen struct {
	mu    sync.Mutex // guards Err, and drawn
	drawn bool       // a line is there that the next write replaces
	plain bool       // lines are not refreshed, terminal or not
}

// clearLine returns to the first column and wipes the line.
const clearLine = "\r\x1b[K"

// note tells the user something, in a line of its own.
func (a *App) note(format string, args ...any) {
	a.screen.mu.Lock()
	defer a.screen.mu.Unlock()
	a.wipe()
	fmt.Fprintf(a.Err, format+"\n", args...)
}

// draw shows a line of progress: refreshed on a terminal, else below the last.
func (a *App) draw(line string) {
	a.screen.mu.Lock()
	defer a.screen.mu.Unlock()
	a.wipe()
	if !a.refreshes() {
		fmt.Fprintln(a.Err, line)
		return
	}
	fmt.Fprint(a.Err, cut(line, a.columns(true)-1))
	a.screen.drawn = true
}

// wipe takes a refreshed line away. The lock is held.
func (a *App) wipe() {
	if a.screen.drawn {
		fmt.Fprint(a.Err, clearLine)
		a.screen.drawn = false
	}
}

// refreshes reports whether a line of progress replaces the one before.
func (a *App) refreshes() bool {
	term, _ := a.env("TERM")
	return a.ErrIsTerminal && !a.screen.plain && term != "dumb"
}

// showProgress draws a line now and then until stop is called. stop waits, and
// leaves no line behind that was meant to be refreshed. tell is called until it
// has told what it knows, for the last time by stop.
func (a *App) showProgress(snapshot func() bench.Snapshot, whole time.Duration, tell func() (told bool)) (stop func()) {
	every := everyLine
	if a.refreshes() {
		every = everyFrame
	}
	told := false
	done := make(chan struct{})
	var drawer sync.WaitGroup
	drawer.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		look := time.NewTicker(everyLook)
		defer look.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				s := snapshot()
				a.draw(report.Progress(&s, whole))
			case <-look.C:
				if told = tell(); told {
					look.Stop()
				}
			}
		}
	})
	return func() {
		close(done)
		drawer.Wait()
		if !told {
			tell()
		}
		a.screen.mu.Lock()
		defer a.screen.mu.Unlock()
		a.wipe()
	}
}

// cut shortens a line to the columns of a terminal.
func cut(s string, columns int) string {
	if r := []rune(s); len(r) > columns {
		return string(r[:max(columns, 0)])
	}
	return s
}
