package cmd

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// interruptible turns signals, and keys that stand for them, into the end of two
// contexts: the first signal ends soft, so that no more requests start and those
// in flight are followed; the second ends hard too, so that everything is left at
// once. end stops listening, ends both, and gives the failure that stands for
// the first signal, nil when there was none.
func (a *App) interruptible(ctx context.Context, quiet bool) (soft, hard context.Context, end func() error) {
	hard, endHard := context.WithCancel(ctx)
	soft, endSoft := context.WithCancel(hard)
	if a.Signals == nil {
		return soft, hard, func() error { endHard(); endSoft(); return nil }
	}
	endings := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup asks to outlive the terminal
		endings = append(endings, syscall.SIGHUP)
	}
	signals, stop := a.Signals(endings...)
	keys := a.screen.listen()
	var first os.Signal
	var listener sync.WaitGroup
	listener.Go(func() {
		select {
		case first = <-signals:
		case first = <-keys:
		case <-hard.Done():
			return
		}
		endSoft()
		if !quiet {
			a.note("stopping: what is running is followed to its end; once more to leave at once")
		}
		select {
		case <-signals:
			endHard()
		case <-keys:
			endHard()
		case <-hard.Done():
		}
	})
	return soft, hard, func() error {
		stop()
		endSoft()
		endHard()
		listener.Wait()
		return signalled(first)
	}
}

func signalled(sig os.Signal) error {
	switch sig {
	case nil:
		return nil
	case syscall.SIGTERM:
		return &failure{code: exitTerminated}
	case syscall.SIGHUP:
		return &failure{code: exitHangup}
	}
	return &failure{code: exitInterrupt}
}
