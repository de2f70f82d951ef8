package cmd

import (
	"context"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
)

// interrupted runs f in a bubble with an App whose signals come from a channel.
func interrupted(t *testing.T, f func(app *App, signals chan<- os.Signal)) {
	synctest.Test(t, func(t *testing.T) {
		app, _, _ := testApp(nil)
		c := make(chan os.Signal, 2)
		app.Signals = func(...os.Signal) (<-chan os.Signal, func()) { return c, func() {} }
		f(app, c)
	})
}

func TestFirstSignalEndsStartsSecondEndsAll(t *testing.T) {
	interrupted(t, func(app *App, signals chan<- os.Signal) {
		soft, hard, end := app.interruptible(context.Background(), true)
		synctest.Wait()
		if soft.Err() != nil || hard.Err() != nil {
			t.Error("ended without a signal")
		}
		signals <- os.Interrupt
		synctest.Wait()
		if soft.Err() == nil || hard.Err() != nil {
			t.Errorf("after one signal: soft %v, hard %v", soft.Err(), hard.Err())
		}
		signals <- os.Interrupt
		synctest.Wait()
		if hard.Err() == nil {
			t.Error("after two signals: not ended")
		}
		if code := app.finish(end()); code != 130 {
			t.Errorf("exit %d, want 130", code)
		}
	})
}

// A terminal that is closed, like a stop, ends the run and not its report.
func TestTermination(t *testing.T) {
	for sig, want := range map[os.Signal]int{syscall.SIGTERM: 143, syscall.SIGHUP: 129} {
		interrupted(t, func(app *App, signals chan<- os.Signal) {
			soft, hard, end := app.interruptible(context.Background(), false)
			signals <- sig
			synctest.Wait()
			if soft.Err() == nil || hard.Err() != nil {
				t.Errorf("%v: soft %v, hard %v", sig, soft.Err(), hard.Err())
			}
			if code := app.finish(end()); code != want {
				t.Errorf("%v: exit %d, want %d", sig, code, want)
			}
		})
	}
}

func TestNoSignal(t *testing.T) {
	interrupted(t, func(app *App, _ chan<- os.Signal) {
		soft, _, end := app.interruptible(context.Background(), false)
		if err := end(); err != nil || soft.Err() == nil {
			t.Errorf("end() = %v, soft %v", err, soft.Err())
		}
	})
}
