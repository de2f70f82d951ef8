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
			stop := app.showProgress(fixedSnapshot, 0)
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
