//go:build !unix

package mockllm

import (
	"errors"
	"net"
)

// staff is empty: there is no pre-forking here.
type staff struct{}

// run serves with one worker in this process.
func (a *Arbiter) run(ln net.Listener, ledger *ledger, orders <-chan Order) error {
	if a.cfg.Workers > 1 {
		a.logf("%d workers were asked for; without pre-forking on this system there is one", a.cfg.Workers)
		a.cfg.Workers = 1
	}
	if a.cfg.Queue == queueMemory {
		a.logf(logNotDurable)
	} else if a.cfg.Queue != "" {
		if err := probeQueue(a.cfg.Queue); err != nil {
			return errors.Join(err, ln.Close())
		}
	}
	if !a.jobsAtOnce {
		a.cfg.JobWorkers = 0 // which the server then starts when it needs them
	}
	a.opts.Ready(a.serving(ln, false))
	s := NewServer(a.cfg)
	if ledger != nil {
		ledger.workerEvent("start", "", s.worker, ledger.pid, s.clock.now())
		defer func() { ledger.workerEvent("exit", "", s.worker, ledger.pid, s.clock.now()) }()
	}
	result := make(chan error, 1)
	go func() { result <- s.Serve(ln) }()
	stopping := false
	for {
		select {
		case err := <-result:
			return err
		case order, ok := <-orders:
			switch {
			case !ok:
				orders = nil
			case order == Quit, order == Stop && stopping:
				s.Kill()
			case order == Stop:
				stopping = true
				s.Stop()
			}
		}
	}
}
