package tui

import (
	"fmt"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/aibench/aibench/bench"
)

// A Subject is a run that can be looked at and steered while it goes on.
// *[bench.Runner] is one.
type Subject interface {
	SnapshotInto(s *bench.Snapshot)
	Pause(on bool)
	SetUsers(n int)
	SetSpeed(f float64)
}

// A Config says what is shown, and where. Its functions are called from the
// display's own goroutine, one at a time; they must neither block nor call the
// display's Close.
type Config struct {
	In  io.Reader // the terminal's keys; it is in raw mode until Close
	Out io.Writer // the terminal to draw on
	Env []string  // its environment: TERM, COLORTERM and the like

	Colour        bool // false: no colours; bold and faint stay
	Width, Height int  // of a terminal that cannot tell; one that can is asked, and followed

	Title  string        // what runs, and against what
	Header func() string // a line that changes, such as "pair 3 of 8"; nil: none

	Whole    time.Duration // how long requests are started; 0: a number of them is the limit
	Requests int64         // how many are started; 0: the time is the limit
	Rate     float64       // of an open loop: starts per second as they were asked for; 0: a closed loop

	Fixed bool // the load is not the user's to change: p, + and - do nothing

	Mask      func(said string) string         // takes credentials out of what servers say; nil: there are none
	Judge     func(s *bench.Snapshot) []Judged // the thresholds as they stand; nil: none. s is only lent
	Interrupt func()                           // q or ctrl+c was pressed; called for each press
}

// Judged is a threshold as it stands.
type Judged struct {
	Expr  string // as it was typed
	Value string // with its unit; "" while it is not known
	Known bool
	OK    bool
}

// A Display is on the terminal from Start to Close.
type Display struct {
	program *tea.Program
	notes   *notes
	since   time.Time
	gone    chan struct{} // closed when the terminal is restored
	failed  error         // of the program; read when gone is closed
}

// framesPerSecond is how often the terminal is brought up to date at most; the
// frames themselves change half as often.
const framesPerSecond = 20

// Start takes the terminal over and shows a run until Close.
func Start(cfg Config, run Subject) (*Display, error) {
	d := &Display{notes: &notes{out: cfg.Out}, since: time.Now(), gone: make(chan struct{})}
	m := &guard{model: newModel(cfg, run, d.notes), begun: make(chan struct{})}
	d.program = tea.NewProgram(m,
		tea.WithInput(cfg.In), tea.WithOutput(cfg.Out), tea.WithEnvironment(cfg.Env),
		tea.WithWindowSize(cfg.Width, cfg.Height), tea.WithFPS(framesPerSecond),
		tea.WithoutSignalHandler()) // signals are the caller's
	go func() {
		defer close(d.gone)
		_, d.failed = d.program.Run()
		d.notes.release()
	}()
	select {
	case <-m.begun:
		return d, nil
	case <-d.gone:
		return nil, fmt.Errorf("take over the terminal: %w", d.failed)
	}
}

// Note tells the user something: in the notes of the display, and on a line of
// its own beneath it when it is gone. Control characters are taken out. It
// never waits for the display, and may be called from any goroutine.
func (d *Display) Note(text string) { d.notes.add(text, time.Now()) }

// How long Close waits. A terminal answers what it was asked at the start; an
// answer that came later would be read by the shell, as if it had been typed.
const (
	answersWithin = 200 * time.Millisecond
	quitsWithin   = 2 * time.Second
)

// Close restores the terminal and prints the notes, and returns when that is
// done. It may be called more than once and from any goroutine but the
// display's own, one that panics included. It does not wait for a terminal that
// takes no more output.
func (d *Display) Close() {
	d.wait(answersWithin - time.Since(d.since))
	go d.program.Quit()
	if d.wait(quitsWithin) {
		return
	}
	go d.program.Kill()
	d.wait(quitsWithin)
}

// wait waits for the end, but not for longer than given.
func (d *Display) wait(most time.Duration) (ended bool) {
	t := time.NewTimer(most)
	defer t.Stop()
	select {
	case <-d.gone:
		return true
	case <-t.C:
		return false
	}
}
