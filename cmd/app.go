package cmd

import (
	"context"
	"io"
	"os"
	"os/signal"
)

// An App is what the program may touch of the process around it. Tests build
// one from buffers; System gives the real one.
type App struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer

	// Env looks up an environment variable.
	Env func(name string) (string, bool)

	InIsTerminal  bool // and its keys are this process's: it is not in the background
	OutIsTerminal bool
	ErrIsTerminal bool
	Width         int // columns of the terminal; 0: unknown, taken as 80

	// Signals subscribes to the signals given. stop ends the subscription.
	Signals func(sigs ...os.Signal) (c <-chan os.Signal, stop func())

	args   []string // what Main was given
	screen screen

	// Version is this program's version; empty: as the build recorded it.
	Version string
}

// System is the App of this process.
func System() *App {
	width, outTTY := terminal(os.Stdout)
	errWidth, errTTY := terminal(os.Stderr)
	if !outTTY {
		width = errWidth
	}
	return &App{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Env:          os.LookupEnv,
		InIsTerminal: attended(os.Stdin), OutIsTerminal: outTTY, ErrIsTerminal: errTTY, Width: width,
		Signals: notify,
	}
}

// notify buffers a few signals: the second interrupt must not be lost while
// the first is being served.
func notify(sigs ...os.Signal) (<-chan os.Signal, func()) {
	c := make(chan os.Signal, 8)
	signal.Notify(c, sigs...)
	return c, func() { signal.Stop(c) }
}

// Main runs the program with the arguments after its name and returns its exit
// code. Errors have been printed to a.Err by then.
func (a *App) Main(ctx context.Context, args []string) int {
	a.args = args
	err := a.execute(ctx, args)
	return a.finish(err)
}

// env looks up a variable; an App without an environment has none.
func (a *App) env(name string) (string, bool) {
	if a.Env == nil {
		return "", false
	}
	return a.Env(name)
}

// colour reports whether text on a terminal may carry colours.
func (a *App) colour(isTerminal, refused bool) bool {
	if noColor, set := a.env("NO_COLOR"); set && noColor != "" {
		return false
	}
	term, _ := a.env("TERM")
	return isTerminal && !refused && term != "dumb"
}

// columns is the width to draw for: that of the terminal, where there is one.
func (a *App) columns(isTerminal bool) int {
	if !isTerminal || a.Width <= 0 {
		return 80
	}
	return a.Width
}
