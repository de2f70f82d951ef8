package cmd

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aibench/aibench/bench"
)

func TestProgress(t *testing.T) {
	for _, terminal := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			app, _, errs := testApp(nil)
			app.ErrIsTerminal, app.Width = terminal, 20
			tell := func() bool { return true }
			stop := app.showProgress(fixedSnapshot, 0, tell)
			time.Sleep(everyLine + everyFrame/2)
			stop()
			got := errs.String()
			if frames := strings.Count(got, clearLine); terminal && frames != int(everyLine/everyFrame) {
				t.Errorf("%d frames, want %d", frames, everyLine/everyFrame)
			}
			if terminal && !strings.HasSuffix(got, clearLine) {
				t.Errorf("the last frame stays: %q", got[len(got)-20:])
			}
			if want := "0 s · 3 in flight · 0 done\n"; !terminal && got != want {
				t.Errorf("a log gets %q, want %q", got, want)
			}
		})
	}
}

// A screen that cannot be redrawn, or is not to be, gets lines as a log does.
func TestProgressWithoutRefresh(t *testing.T) {
	for name, set := range map[string]func(*App){
		"TERM=dumb": func(a *App) { a.Env = func(name string) (string, bool) { return "dumb", name == "TERM" } },
		"--no-tui":  func(a *App) { a.screen.plain = true },
	} {
		synctest.Test(t, func(t *testing.T) {
			app, _, errs := testApp(nil)
			app.ErrIsTerminal, app.Width = true, 20
			set(app)
			stop := app.showProgress(fixedSnapshot, 0, func() bool { return true })
			time.Sleep(2*everyLine + everyFrame)
			stop()
			if got, want := errs.String(), strings.Repeat("0 s · 3 in flight · 0 done\n", 2); got != want {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
		})
	}
}

// What is found out early is told early, and once.
func TestProgressTellsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, _, errs := testApp(nil)
		start, known := time.Now(), 250*time.Millisecond
		stop := app.showProgress(fixedSnapshot, 0, func() bool {
			at := time.Since(start)
			if at >= known {
				app.note("found after %v", at)
			}
			return at >= known
		})
		time.Sleep(time.Second)
		stop()
		if got, want := errs.String(), "found after 300ms\n"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func fixedSnapshot() bench.Snapshot { return bench.Snapshot{InFlight: 3} }

// A note never lands in a line that is refreshed.
func TestNoteTakesTheProgressLineAway(t *testing.T) {
	app, _, errs := testApp(nil)
	app.ErrIsTerminal, app.Width = true, 8
	app.draw("a long line")
	app.note("stopping")
	app.note("really")
	if got, want := errs.String(), "a long "+clearLine+"stopping\nreally\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
