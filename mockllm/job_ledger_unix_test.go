//go:build unix

package mockllm

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"
)

// queues are specs of a queue of each kind that a server can have.
func queues() map[string]func(t *testing.T) string {
	return map[string]func(t *testing.T) string{
		"sqlite": func(*testing.T) string { return "" },
		"memory": func(*testing.T) string { return "memory" },
		"redis":  startRedis,
	}
}

// startRedis runs a server on a free port until the test ends. A test that asks for it is skipped where there is none,
// unless real parts are required.
func startRedis(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("AIBENCH_REQUIRE_REAL") == "1" {
			t.Fatal(err)
		}
		t.Skip("without redis-server nothing is shown here:", err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	ln.Close()
	cmd := exec.Command("redis-server", "--bind", "127.0.0.1", "--port", port, "--dir", t.TempDir(), "--save", "")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return "redis://127.0.0.1:" + port + "/0" // whoever opens it waits until it is there
}

// What the ledger says of a job and what the server tells its client are one truth, for every event: the queue's own
// instant of it.
func TestLedgerHasTheStampsOfJobs(t *testing.T) {
	for name, spec := range queues() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startArbiter(t, Config{
				Workers: 2, Queue: spec(t), AllowFaults: true, JobWorkers: 4, JobTime: 2 * time.Millisecond, JobLease: 300 * time.Millisecond,
			})
			k := c.clerk()
			var mu sync.Mutex
			seen := map[string]jobSeen{}
			if err := all(60, func(i int) error {
				j, err := k.lead(i)
				mu.Lock()
				defer mu.Unlock()
				seen[j.ID] = j
				return err
			}); err != nil {
				t.Fatal(err)
			}
			k.stop()
			checkStamps(t, c.ledger, seen)
		})
	}
}

// lead leads a job to one of the ends that there are.
func (k *clerk) lead(i int) (jobSeen, error) {
	var id string
	var err error
	switch i % 6 {
	case 0:
		id, err = k.submit(`{"fail":true}`)
	case 1:
		if id, err = k.submit(`{"ms":60000}`); err == nil {
			_, err = k.do(http.MethodPost, jobPath+"/"+id+"/cancel", "")
		}
	case 2:
		id, err = k.submit(`{}`, faultHeader, fmt.Sprintf("kind=crash; times=1; key=k%d", i/30))
	default:
		id, err = k.submit(`{}`)
	}
	if err != nil {
		return jobSeen{}, err
	}
	return k.follow(id)
}

// checkStamps holds the ledger's instants against those that clients were told.
func checkStamps(t *testing.T, ledger string, seen map[string]jobSeen) {
	t.Helper()
	clock := newClock()
	ends := map[string]string{"finished": "succeeded", "failed": "failed", "canceled": "canceled"}
	events := map[string]int{}
	for _, line := range readLedger(t, ledger, "job") {
		j := seen[line.ID]
		var stamp *float64
		switch line.Event {
		case "submitted":
			stamp = j.Created
		case "claimed", "redelivered":
			if line.Attempt < j.Attempts {
				continue // clients are told of the last
			}
			stamp = j.Started
		default:
			if j.Status != ends[line.Event] {
				t.Errorf("ledger says %s, client was told %+v", line.Event, j)
			}
			stamp = j.Completed
		}
		events[line.Event]++
		if stamp == nil {
			t.Errorf("ledger says %s, client was told %+v", line.Event, j)
			continue
		}
		told := clock.stampOfWall(time.UnixMicro(int64(*stamp * 1e6)))
		if off := time.Duration(line.At - told); off.Abs() > time.Millisecond {
			t.Errorf("%s: the ledger is %v off", line.Event, off)
		}
	}
	for _, event := range []string{"submitted", "claimed", "redelivered", "finished", "failed", "canceled"} {
		if events[event] == 0 {
			t.Errorf("no job was %s: %v", event, events)
		}
	}
	if events["submitted"] != len(seen) || events["finished"]+events["failed"]+events["canceled"] != len(seen) {
		t.Errorf("events %v of %d jobs", events, len(seen))
	}
}

// A worker hears of a cancel in another process, and not only when it extends its lease.
func TestCancelFreesAWorkerInAnotherProcess(t *testing.T) {
	const lease = 10 * patience
	for name, spec := range queues() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startArbiter(t, Config{Workers: 2, Queue: spec(t), JobWorkers: 1, JobTime: time.Millisecond, JobLease: lease})
			k := c.clerk()
			for _, ran := range []time.Duration{0, 2 * unwatched, 4 * unwatched} {
				long, next := k.mustSubmit(`{"ms":600000}`), k.mustSubmit(`{}`)
				k.mustRun(long, ran)
				if a, err := k.do(http.MethodDelete, jobPath+"/"+long, ""); err != nil || a.status != http.StatusOK {
					t.Fatalf("cancel: %d %s, %v", a.status, a.body, err)
				}
				canceled, j := k.mustFollow(long), k.mustFollow(next) // for less than a third of the lease
				t.Logf("canceled after %v, its worker was free %.1f ms later", ran, 1e3*(*j.Started-*canceled.Completed))
			}
			k.stop()
		})
	}
}

// mustRun waits until a job has run for so long.
func (k *clerk) mustRun(id string, d time.Duration) {
	k.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		a, err := k.do(http.MethodGet, jobPath+"/"+id, "")
		if err != nil || a.status != http.StatusOK {
			continue
		}
		if j := a.job(k.t); j.Started != nil && time.Since(time.UnixMicro(int64(*j.Started*1e6))) >= d {
			return
		}
	}
	k.t.Fatalf("job %s does not run", id)
}
