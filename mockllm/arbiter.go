package mockllm

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"time"
)

// ArbiterOptions is what an [Arbiter] needs from the process that it runs in.
type ArbiterOptions struct {
	// Command returns a command, not yet started, whose process calls [Worker]. Its ExtraFiles are set by the arbiter;
	// secrets reach it through a pipe, never on its command line.
	Command func() *exec.Cmd
	// JobCommand is the same for [JobWorker]; nil: there are no job workers, and jobs stay queued.
	JobCommand func() *exec.Cmd
	// Log gets one short line per event; nil: nobody does. It is written to by one goroutine.
	Log io.Writer
	// Ready is called once, when the first worker accepts connections; nil: nobody is told.
	Ready func(Serving)
}

// Serving is what an [Arbiter] serves.
type Serving struct {
	Address string // http://host:port, https://host:port or unix:PATH, with the true port
	Public  bool   // whether other machines may reach it
	Workers int
	Forked  bool // whether the workers are processes; else there is one, in this process
}

// logNotDurable is said of a queue in memory.
const logNotDurable = "jobs are not durable: they are kept in memory, and end with this server"

// Arbiter is the process manager, as gunicorn's of that name: it opens the listener once, starts workers that share it,
// kills those that give no heartbeat, replaces those that die, and obeys orders.
type Arbiter struct {
	cfg        Config
	opts       ArbiterOptions
	jobsAtOnce bool // job workers do not wait until jobs are asked for
	staff
}

// NewArbiter returns an arbiter for one Run. The error is that of [Config.Validate].
func NewArbiter(cfg Config, opts ArbiterOptions) (*Arbiter, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if opts.Log == nil {
		opts.Log = io.Discard
	}
	if opts.Ready == nil {
		opts.Ready = func(Serving) {}
	}
	return &Arbiter{cfg: cfg.withDefaults(), opts: opts, jobsAtOnce: cfg.jobsAtOnce()}, nil
}

// Run serves until an order ends it, and returns nil then. An error means that the address could not be opened, or that
// workers do not start; all workers have ended when it returns. A closed channel of orders is one that gives none.
func (a *Arbiter) Run(orders <-chan Order) (err error) {
	if _, err := loadTLS(a.cfg); err != nil { // rather here than five times in workers
		return err
	}
	ln, err := listen(a.cfg)
	if err != nil {
		return err
	}
	ledger, err := a.openLedger()
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	if ledger != nil {
		defer func() { err = errors.Join(err, ledger.close()) }()
	}
	return a.run(ln, ledger, orders)
}

// openLedger opens the ledger for the lines on workers, and finds out before any request whether it can be written.
func (a *Arbiter) openLedger() (*ledger, error) {
	if a.cfg.Ledger == "" {
		return nil, nil
	}
	return openLedger(a.cfg.Ledger, 0)
}

// serving describes ln.
func (a *Arbiter) serving(ln net.Listener, forked bool) Serving {
	s := Serving{Address: address(ln, a.cfg), Workers: a.cfg.Workers, Forked: forked}
	if tcp, ok := ln.Addr().(*net.TCPAddr); ok {
		s.Public = !tcp.IP.IsLoopback()
	}
	return s
}

// logf writes one line.
func (a *Arbiter) logf(format string, args ...any) {
	fmt.Fprintf(a.opts.Log, format+"\n", args...)
}

// beatInterval is how often a worker's loop gives a sign of life.
func beatInterval(timeout time.Duration) time.Duration { return min(timeout/4, time.Second) }
