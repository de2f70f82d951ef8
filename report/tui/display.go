package tui

import (
	"io"
	"time"

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
type Display struct{}

// Start takes the terminal over and shows a run until Close.
func Start(cfg Config, run Subject) (*Display, error) { return &Display{}, nil }

// Note tells the user something: in the notes of the display, and on a line of
// its own beneath it when it is gone. Control characters are taken out. It
// never blocks, and may be called from any goroutine.
func (d *Display) Note(text string) {}

// Close restores the terminal and prints the notes, and returns when that is
// done. It may be called more than once and from any goroutine, one that
// panics included.
func (d *Display) Close() {}
