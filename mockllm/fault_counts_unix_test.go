//go:build unix

package mockllm

import (
	"testing"
	"time"
)

// If each worker counted for itself, a fault meant for the first three requests would strike six.
func TestFaultKeysCountOverAllWorkers(t *testing.T) {
	t.Parallel()
	c := startArbiter(t, Config{Workers: 2, AllowFaults: true})
	struck, answered := 0, map[string]int{}
	for deadline := time.Now().Add(patience); answered["1"] < 4 || answered["2"] < 4; {
		status, worker, err := c.get("/v1/models", "kind=status; times=3; key=k")
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("requests of each worker: %v (%v), want 4", answered, err)
		}
		answered[worker]++
		if status == 500 {
			struck++
		}
	}
	if struck != 3 {
		t.Errorf("struck %d times, want 3; requests of each worker: %v", struck, answered)
	}
}

// The count must outlive the worker, or a client that comes again after a crash meets the crash again, for ever.
func TestFaultKeysOutliveAWorker(t *testing.T) {
	t.Parallel()
	c := startArbiter(t, Config{AllowFaults: true})
	for i, want := range []int{0, 0, 200} {
		status, _, err := c.get("/v1/models", "kind=crash; times=2; key=k")
		if status != want {
			t.Errorf("request %d: status %d (%v), want %d", i, status, err, want)
		}
		if want == 0 {
			c.await(`restarted`)
		}
	}
}
