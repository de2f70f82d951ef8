package cmd

import (
	"fmt"
	"os"
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
	mu    sync.Mutex     // guards Err, and all below
	drawn bool           // a line is there that the next write replaces
	plain bool           // lines are not refreshed, terminal or not
	board *dashboard     // what is in the way of lines; nil: nothing
	keys  chan os.Signal // the signals that keys of the display stand for
}

// clearLine returns to the first column and wipes the line.
const clearLine = "\r\x1b[K"

// note tells the user something, in a line of its own.
func (a *App) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if board := a.screen.used(); board != nil && board.tell(text) {
		return
	}
	a.screen.mu.Lock()
	defer a.screen.mu.Unlock()
	a.wipe()
	fmt.Fprintln(a.Err, text)
}

// use puts a display in the way of lines, or, with nil, takes it away.
func (s *screen) use(board *dashboard) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.board = board
}

// used is the display that is in the way of lines, nil when there is none.
func (s *screen) used() *dashboard {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.board
}

// abandon gives the terminal back for whoever is about to end the process.
func (s *screen) abandon() {
	if board := s.used(); board != nil {
		board.hide()
	}
}

// listen gives the signals that keys stand for from now on: a terminal whose
// keys a display reads sends none itself.
func (s *screen) listen() <-chan os.Signal {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = make(chan os.Signal, 8)
	return s.keys
}

// press is a key that stands for a signal.
func (s *screen) press(sig os.Signal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.keys <- sig:
	default: // nobody listens any more, or the user has leant on the key
	}
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
	end := a.follow(every, tell, func() {
		s := snapshot()
		a.draw(report.Progress(&s, whole))
	})
	return func() {
		end()
		a.screen.mu.Lock()
		defer a.screen.mu.Unlock()
		a.wipe()
	}
}

// follow does something now and then until end is called, which waits for it.
// tell is called until it has told what it knows, for the last time by end.
func (a *App) follow(every time.Duration, tell func() (told bool), do func()) (end func()) {
	told := false
	done := make(chan struct{})
	var follower sync.WaitGroup
	follower.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		look := time.NewTicker(everyLook)
		defer look.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				do()
			case <-look.C:
				if told = tell(); told {
					look.Stop()
				}
			}
		}
	})
	return func() {
		close(done)
		follower.Wait()
		if !told {
			tell()
		}
	}
}

// show lets the user see a run while it goes on, as far as the terminal and
// the flags allow, until stop is called.
func (a *App) show(o *runOptions, op operation, r *rig, runner *bench.Runner) (stop func()) {
	if o.output.quiet {
		return func() {}
	}
	a.screen.plain = o.output.noTUI
	tell := func() bool { return op.tell(a) }
	if !a.displays() {
		return a.showProgress(runner.Snapshot, o.load.duration.d, tell)
	}
	hide := a.showDashboard(o, r, runner)
	end := a.follow(everyLine, tell, func() {})
	return func() {
		end()
		hide()
	}
}

// cut shortens a line to the columns of a terminal.
func cut(s string, columns int) string {
	if r := []rune(s); len(r) > columns {
		return string(r[:max(columns, 0)])
	}
	return s
}
