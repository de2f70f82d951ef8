package cmd

import (
	"context"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/tui"
)

// displayAfter is how long a run must last to be worth a display: one that
// takes the screen only to leave it at once would be a flicker.
const displayAfter = 300 * time.Millisecond

// A dashboard is the live display of one run, from when it is worth one until
// hide.
type dashboard struct {
	app   *App
	start func() (*tui.Display, error)
	later *time.Timer
	quiet func() // gives the signals back that must not stop the process

	mu   sync.Mutex // guards all below
	over bool
	on   *tui.Display
}

// displays reports whether there can be a live display: it takes a terminal
// that redraws, and the keys of the user who looks at it.
func (a *App) displays() bool {
	term, _ := a.env("TERM")
	return a.refreshes() && a.InIsTerminal && (term != "" || runtime.GOOS == "windows")
}

// showDashboard shows a run, a little later, until hide is called. hide waits
// until the terminal is what it was.
func (a *App) showDashboard(o *runOptions, r *rig, runner *bench.Runner) (hide func()) {
	cfg := a.displayed(o, r)
	d := &dashboard{app: a, quiet: func() {}, start: func() (*tui.Display, error) { return tui.Start(cfg, runner) }}
	if signals := suspensions(); a.Signals != nil && len(signals) > 0 {
		_, d.quiet = a.Signals(signals...) // nobody listens: a stopped client measures nothing
	}
	a.screen.use(d)
	d.later = time.AfterFunc(displayAfter, d.open)
	stop := a.restoring(d.hide)
	return func() {
		d.hide()
		stop()
	}
}

// displayed says what of a run the live display shows, and where.
func (a *App) displayed(o *runOptions, r *rig) tui.Config {
	return tui.Config{
		In: a.In, Out: a.Err, Env: a.terminalEnv(),
		Colour: a.colour(a.ErrIsTerminal, o.output.noColor),
		Title:  verbOf(o.output.of) + " " + r.secrets.mask(o.endpoint.shown()),
		Header: o.header, Fixed: o.header != nil,
		Whole: o.load.duration.d, Requests: o.load.requests.n, Rate: o.load.rate.perSecond,
		Mask:      r.secrets.mask,
		Judge:     o.judge(),
		Interrupt: func() { a.screen.press(os.Interrupt) },
	}
}

// open takes the terminal over, unless the run has ended meanwhile.
func (d *dashboard) open() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.over {
		return
	}
	on, err := d.start()
	if err != nil {
		d.app.screen.use(nil)
		d.app.note("no live display: %v", err)
		return
	}
	d.on = on
}

// hide gives the terminal back. It may be called again, and by a goroutine that
// panics.
func (d *dashboard) hide() {
	d.later.Stop()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.over {
		return
	}
	d.over = true
	if d.on != nil {
		d.on.Close()
	}
	d.app.screen.use(nil)
	d.quiet()
}

// tell passes a note on; false: there is no display that would take it.
func (d *dashboard) tell(text string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.on != nil {
		d.on.Note(text)
	}
	return d.on != nil
}

// judge holds the thresholds against a run that goes on; nil when there are
// none.
func (o *runOptions) judge() func(*bench.Snapshot) []tui.Judged {
	list, slo := o.output.thresholds.list, len(o.output.slo.SLO) > 0
	if len(list) == 0 {
		return nil
	}
	var words report.Run // it has the words for any run's thresholds
	if o.output.of == bench.Jobs {
		words.Load.Wait = new("poll") // and asks so what kind of run it is
	}
	return func(s *bench.Snapshot) []tui.Judged {
		source := report.SnapshotSource(s, slo)
		judged := make([]tui.Judged, len(list))
		for i, t := range list {
			j := t.Judge(source)
			was := report.ThresholdResult{Expr: t.String()}
			if j.Known || j.AtLeast {
				was.Value = &j.Value
			}
			if j.Why != "" {
				was.Why = &j.Why
			}
			judged[i] = tui.Judged{Expr: was.Expr, Value: words.ValueOf(&was), Known: j.Known, OK: j.OK}
		}
		return judged
	}
}

// terminalEnv is what the terminal is known by. TMUX is left out: knowing it,
// the display would start a program to ask it for its colours.
func (a *App) terminalEnv() []string {
	var env []string
	for _, name := range []string{
		"TERM", "COLORTERM", "TERM_PROGRAM", "SSH_TTY", "WT_SESSION", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE",
	} {
		if v, ok := a.env(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

func verbOf(k bench.Kinds) string {
	if k == bench.Jobs {
		return "job"
	}
	return "stream"
}

// A shielded target gives the terminal back before a panic of a request ends
// the process: its message would be lost with the display otherwise.
type shielded struct {
	bench.Target
	app *App
}

// Do performs the operation.
func (s shielded) Do(ctx context.Context, sample *bench.Sample) {
	returned := false
	defer func() {
		if !returned {
			s.app.screen.abandon()
		}
	}()
	s.Target.Do(ctx, sample)
	returned = true
}
