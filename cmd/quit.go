package cmd

import "sync"

// restoring calls restore before a signal that ends the process at once does
// so, until stop is called. The shell would be left with a terminal that neither
// shows what is typed nor knows a line's end.
func (a *App) restoring(restore func()) (stop func()) {
	list := dumps()
	if a.Signals == nil || len(list) == 0 {
		return func() {}
	}
	signals, unlisten := a.Signals(list...)
	done := make(chan struct{})
	var listener sync.WaitGroup
	listener.Go(func() {
		select {
		case sig := <-signals:
			restore()
			unlisten()
			again(sig)
		case <-done:
		}
	})
	return func() {
		close(done)
		listener.Wait()
		unlisten()
	}
}
