//go:build unix

package mockllm

import (
	"os/exec"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

// Workers that die as soon as they are born must not fill the machine with births.
func TestDelayBeforeAReplacement(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		failures int
		booted   bool
		want     time.Duration
	}{
		{1, true, 0},
		{2, true, 100 * ms},
		{3, true, 200 * ms},
		{7, true, 3200 * ms},
		{8, true, 5000 * ms},
		{1_000_000, true, 5000 * ms},
		{1, false, 100 * ms},
		{2, false, 200 * ms},
		{1_000_000, false, 5000 * ms},
	}
	for _, test := range tests {
		if got := delay(test.failures, test.booted); got != test.want {
			t.Errorf("delay(%d, %v) = %v, want %v", test.failures, test.booted, got, test.want)
		}
	}
}

// A reload whose new workers do not begin must leave the old ones in service.
func TestReloadThatFailsKeepsTheOldWorkers(t *testing.T) {
	t.Parallel()
	var broken atomic.Bool
	cfg := Config{}
	c := newCourt(t, &cfg, func() *exec.Cmd {
		if broken.Load() {
			return self("mute")
		}
		return selfWorker()
	})
	c.base = c.await(`ready (\S+)`)[1]
	broken.Store(true)
	c.order(Reload)
	c.await(`worker 1 \(pid \d+\) ended: exit status 3`)
	c.await(`worker 1 stays as it is: its successor does not start`)
	if status, _, err := c.get("/healthz", ""); status != 200 {
		t.Errorf("after the reload: %d, %v", status, err)
	}
	broken.Store(false)
	c.order(Reload)
	c.await(`worker 1 \(pid \d+\) restarted`)
	c.stop()
	events := c.events()
	slices.Sort(events)
	if want := []string{"exit 1", "exit 1", "exit 1", "restarted 1", "restarted 1", "start 1"}; !slices.Equal(events, want) {
		t.Errorf("worker events %q, want %q", events, want)
	}
}

func TestDeafWorkerIsKilledForGood(t *testing.T) {
	t.Parallel()
	cfg := Config{Timeout: 100 * time.Millisecond}
	c := newCourt(t, &cfg, func() *exec.Cmd { return self("deaf") })
	c.await(`worker 1 \(pid \d+\) killed: no heartbeat for`)
	c.await(`worker 1 \(pid \d+\) ended: signal: killed`)
	c.await(`worker 1 \(pid \d+\) restarted`)
}

// Ctrl-Z and a laptop's lid stop arbiter and workers together: afterwards nobody must be killed for it.
func TestArbiterThatWasStoppedItselfBlamesNobody(t *testing.T) {
	a, err := NewArbiter(Config{Timeout: time.Second}, ArbiterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	p := &process{booted: true, beaten: now.Add(-900 * time.Millisecond)}
	a.alive = map[*process]bool{p: true}
	a.watched = now
	now = now.Add(time.Hour)
	a.watch(now)
	if p.killed {
		t.Error("a worker was killed for the hour in which the arbiter did not run")
	}
	if want := now.Add(-900 * time.Millisecond); !p.beaten.Equal(want) {
		t.Errorf("last heartbeat counts as of %v, want %v", p.beaten, want)
	}
}
