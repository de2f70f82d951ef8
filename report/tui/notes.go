package tui

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// note is a line of news.
type note struct {
	at   time.Time
	text string
}

// notes are what the user was told while the display was there.
type notes struct {
	out io.Writer // where they are printed when the display is gone

	mu   sync.Mutex // guards all below
	list []note
	gone bool
}

// most is how many notes are kept; it is far more than a run has.
const most = 1000

func (n *notes) add(text string, at time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.gone {
		fmt.Fprintln(n.out, printable(text))
		return
	}
	if len(n.list) < most {
		n.list = append(n.list, note{at, printable(text)})
	}
}

// release prints the notes in their order; those that come from now on are
// printed at once.
func (n *notes) release() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.gone = true
	for _, told := range n.list {
		fmt.Fprintln(n.out, told.text)
	}
}

// latest is the newest note; "" when there is none.
func (n *notes) latest() (text string, at time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.list) == 0 {
		return "", time.Time{}
	}
	last := n.list[len(n.list)-1]
	return last.text, last.at
}

// all lists the notes in order.
func (n *notes) all() []note {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.list)
}
