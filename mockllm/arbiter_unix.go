//go:build unix

package mockllm

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// arbiterTick bounds how late a frozen worker is noticed.
	arbiterTick = 100 * time.Millisecond
	// killGrace is what a worker gets, when it must die, to write the ledger's lines of its requests.
	killGrace = time.Second
	// exitGrace is what a worker gets to exit after its loop has ended.
	exitGrace = 5 * time.Second
)

// staff is an arbiter's running state, used by the goroutine of Run alone.
type staff struct {
	home     queueHome
	ledger   *ledger
	listener *os.File
	shared   *os.File // nil: no faults are allowed
	serves   Serving

	api, jobs *crew
	alive     map[*process]bool // all that have not ended
	renewals  []*process        // to be replaced, one by one
	events    chan processEvent
	watched   time.Time // when it last looked
	ready     bool
	stopping  bool
	failed    error // why it gave up

	bootFailures int // workers in a row that did not begin
}

// run serves until no worker is left.
func (a *Arbiter) run(ln net.Listener, ledger *ledger, orders <-chan Order) (err error) {
	a.serves = a.serving(ln, true)
	listener, err := listenerFile(ln)
	if err != nil {
		return err
	}
	defer listener.Close()
	defer a.removeSocket(ln)
	shared, err := a.sharedFile()
	if err != nil {
		return err
	}
	if shared != nil {
		defer shared.Close()
	}
	a.staff = staff{
		ledger: ledger, listener: listener, shared: shared, serves: a.serves,
		alive: make(map[*process]bool), events: make(chan processEvent), watched: time.Now(),
	}
	defer func() { err = errors.Join(err, a.home.close()) }()
	if err := a.settleQueue(); err != nil {
		return err
	}
	a.muster()
	a.manage(orders)
	return a.failed
}

// removeSocket removes the file of a unix socket.
func (a *Arbiter) removeSocket(ln net.Listener) {
	if u, ok := ln.Addr().(*net.UnixAddr); ok {
		_ = os.Remove(u.Name)
	}
}

// sharedFile returns a file without a name for what workers have to count together.
func (a *Arbiter) sharedFile() (*os.File, error) {
	if !a.cfg.AllowFaults && len(a.cfg.Faults) == 0 {
		return nil, nil
	}
	f, err := os.CreateTemp("", "aibench-serve-*")
	if err != nil {
		return nil, fmt.Errorf("share faults' counts: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("share faults' counts: %w", err), f.Close())
	}
	return f, nil
}

// manage is the arbiter's loop.
func (a *Arbiter) manage(orders <-chan Order) {
	ticks := time.NewTicker(arbiterTick)
	defer ticks.Stop()
	for {
		a.fill(time.Now())
		if a.stopping && len(a.alive) == 0 {
			return
		}
		select {
		case event := <-a.events:
			a.hear(event)
		case order, ok := <-orders:
			if !ok {
				orders = nil
			}
			a.obey(order)
		case now := <-ticks.C:
			a.watch(now)
		}
	}
}

// obey carries out an order; 0 is none.
func (a *Arbiter) obey(order Order) {
	switch order {
	case Stop:
		a.stop()
	case Quit:
		a.quit()
	case Reload:
		a.reload()
	case More, Fewer:
		a.resize(order)
	}
}

// stop begins a graceful stop; when one has begun it quits.
func (a *Arbiter) stop() {
	if a.stopping {
		a.quit()
		return
	}
	a.logf("stopping: %s to finish what was begun, within %v", workers(len(a.alive)), a.cfg.GracefulTimeout)
	a.stopping = true
	_ = a.listener.Close() // the last worker's closing is then the socket's end: connections are refused
	for p := range a.alive {
		a.dismiss(p)
	}
}

// quit ends all workers at once.
func (a *Arbiter) quit() {
	a.logf("stopping at once")
	a.stopping = true
	for p := range a.alive {
		p.leaving = true
		a.abort(p)
	}
}

// reload begins to replace the workers one by one.
func (a *Arbiter) reload() {
	if a.stopping {
		return
	}
	a.logf("replacing %s, one by one", workers(a.api.wanted+a.jobs.wanted))
	a.renewals = a.renewals[:0]
	for _, c := range a.crews() {
		for n := 1; n <= c.wanted; n++ {
			if p := c.post(n).p; p != nil {
				a.renewals = append(a.renewals, p)
			}
		}
	}
	a.renew()
}

// resize changes the number of workers that serve the API by one.
func (a *Arbiter) resize(order Order) {
	c := a.api
	switch {
	case a.stopping:
		return
	case order == More:
		c.wanted++
	case c.wanted == 1:
		a.logf("one worker is the least")
		return
	default:
		for p := range a.alive { // more than one in the middle of a reload
			if p.crew == c && p.number == c.wanted {
				a.dismiss(p)
			}
		}
		delete(c.posts, c.wanted)
		c.wanted--
	}
	a.logf("%s wanted", workers(c.wanted))
}

// dismiss has p end gracefully. It sees to the graceful timeout by itself; only if it cannot is it killed.
func (a *Arbiter) dismiss(p *process) {
	if p.leaving {
		return
	}
	p.leaving = true
	p.abortAt = time.Now().Add(a.cfg.GracefulTimeout + killGrace)
	p.signal(unix.SIGTERM)
}

// abort kills p, after it has written the ledger's lines of its requests.
func (a *Arbiter) abort(p *process) {
	if p.killed {
		return
	}
	p.killed = true
	p.abortAt, p.killAt = time.Time{}, time.Now().Add(killGrace)
	if !p.booted { // it may not hear signals yet, and it has no requests
		p.signal(unix.SIGKILL)
		return
	}
	p.signal(unix.SIGABRT)
}

// watch kills what is frozen and what has not gone in time. When the arbiter itself did not run, since the terminal or
// the machine had stopped it, heartbeats are in the pipe that it has not read: that time does not count.
func (a *Arbiter) watch(now time.Time) {
	if own := now.Sub(a.watched); own > 5*arbiterTick {
		for p := range a.alive {
			p.beaten = p.beaten.Add(own)
		}
	}
	a.watched = now
	for p := range a.alive {
		silent := now.Sub(p.beaten)
		switch {
		case !p.killAt.IsZero() && now.After(p.killAt):
			p.killAt = now.Add(killGrace)
			p.signal(unix.SIGKILL)
		case !p.killed && !p.mute && silent > a.cfg.Timeout:
			a.logf("%v killed: no heartbeat for %v", p, silent.Round(time.Millisecond))
			a.abort(p)
		case !p.killed && !p.abortAt.IsZero() && now.After(p.abortAt):
			a.logf("%v killed: it did not stop in time", p)
			a.abort(p)
		}
	}
}

// workers words a number of worker processes.
func workers(n int) string {
	if n == 1 {
		return "1 worker"
	}
	return strconv.Itoa(n) + " workers"
}
