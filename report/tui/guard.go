package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"
)

// A guard ends the display, and not the run, when drawing it goes wrong: what
// is measured is worth more than its picture.
type guard struct {
	*model
	begun  chan struct{} // closed when the terminal has been taken over
	broken bool
}

// Init says that the display has begun.
func (g *guard) Init() tea.Cmd {
	close(g.begun)
	return g.model.Init()
}

// Update passes a message on.
func (g *guard) Update(msg tea.Msg) (next tea.Model, cmd tea.Cmd) {
	if g.broken {
		return g, tea.Quit
	}
	defer func() {
		if g.caught(recover()) {
			next, cmd = g, tea.Quit
		}
	}()
	_, cmd = g.model.Update(msg)
	return g, cmd
}

// View draws. What it cannot draw it leaves to the next Update to end.
func (g *guard) View() (v tea.View) {
	v.AltScreen = true
	defer func() { g.caught(recover()) }()
	if g.broken {
		return v
	}
	return g.model.View()
}

// caught notes a panic.
func (g *guard) caught(reason any) bool {
	if reason == nil {
		return false
	}
	g.broken = true
	g.notes.add(fmt.Sprintf("the display could not go on (%v); the run does", reason), g.now())
	return true
}
