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

func TestTermination(t *testing.T) {
	interrupted(t, func(app *App, signals chan<- os.Signal) {
		_, _, end := app.interruptible(context.Background(), false)
		signals <- syscall.SIGTERM
		synctest.Wait()
		if code := app.finish(end()); code != 143 {
			t.Errorf("exit %d, want 143", code)
		}
	})
}

func TestNoSignal(t *testing.T) {
	interrupted(t, func(app *App, _ chan<- os.Signal) {
		soft, _, end := app.interruptible(context.Background(), false)
		if err := end(); err != nil || soft.Err() == nil {
			t.Errorf("end() = %v, soft %v", err, soft.Err())
		}
	})
}
