//go:build unix

package mockllm

import (
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// jobWorkers are the processes of job workers that the ledger knows to live, in the order of their start.
func (c *court) jobWorkers() []int {
	c.t.Helper()
	var pids []int
	for _, line := range readLedger(c.t, c.ledger, "worker") {
		switch {
		case line.Role != roleJob:
		case line.Event == "start", line.Event == "restarted":
			pids = append(pids, line.PID)
		default:
			pids = slices.DeleteFunc(pids, func(pid int) bool { return pid == line.PID })
		}
	}
	return pids
}

// Whatever kills job workers, and whenever: every job that was acknowledged comes to its one end. Some run twice, and
// each of those says so.
func TestJobsOutliveTheirWorkers(t *testing.T) {
	const jobs, kills = 240, 12
	for _, spec := range []string{"", "memory"} {
		t.Run("queue "+spec, func(t *testing.T) {
			t.Parallel()
			c := startArbiter(t, Config{Workers: 2, Queue: spec, JobWorkers: 4, JobTime: 15 * time.Millisecond, JobLease: 150 * time.Millisecond})
			k := c.clerk()
			var mu sync.Mutex
			seen := map[string]jobSeen{}
			killed := 0
			err := all(jobs, func(i int) error {
				id, err := k.submit(fmt.Sprintf(`{"input":%d}`, i))
				if err != nil {
					return err
				}
				if i%(jobs/kills) == jobs/kills/2 {
					if pids := c.jobWorkers(); len(pids) > 0 && syscall.Kill(pids[0], syscall.SIGKILL) == nil {
						mu.Lock()
						killed++
						mu.Unlock()
					}
				}
				j, err := k.follow(id)
				mu.Lock()
				defer mu.Unlock()
				if seen[id] = j; err == nil && (j.Status != "succeeded" || string(j.Result.Input) != strconv.Itoa(i)) {
					err = fmt.Errorf("job %d: %+v", i, j)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			k.stop()
			if len(seen) != jobs || killed < kills/2 {
				t.Errorf("%d jobs, %d kills, want %d and about %d", len(seen), killed, jobs, kills)
			}
			checkAttempts(t, c.ledger, seen, killed)
		})
	}
}

// checkAttempts holds what clients were told against the ledger. Who is killed between claiming and writing it down
// leaves no line, but the last run, which ended the job, was written down.
func checkAttempts(t *testing.T, ledger string, seen map[string]jobSeen, killed int) {
	t.Helper()
	submitted, finished, last := map[string]int{}, map[string]int{}, map[string]int{}
	for _, line := range readLedger(t, ledger, "job") {
		switch line.Event {
		case "submitted":
			submitted[line.ID]++
		case "finished":
			finished[line.ID]++
		default:
			last[line.ID] = max(last[line.ID], line.Attempt)
			if (line.Attempt > 1) != (line.Event == "redelivered") {
				t.Errorf("ledger: %s of attempt %d", line.Event, line.Attempt)
			}
		}
	}
	for id, j := range seen {
		if j.Attempts != last[id] || j.Result.Attempt != last[id] || submitted[id] != 1 || finished[id] > 1 {
			t.Errorf("job %s: %d attempts, by its result %d, by the ledger %d; %d times submitted, %d times finished",
				id, j.Attempts, j.Result.Attempt, last[id], submitted[id], finished[id])
		}
	}
	if missing := len(seen) - len(finished); missing > killed {
		t.Errorf("after %d kills %d ends are not in the ledger", killed, missing)
	}
}

// A job worker that hangs holds its job, and its lease, for ever, if nobody looks after it.
func TestHungJobWorkerIsReplaced(t *testing.T) {
	t.Parallel()
	c := startArbiter(t, Config{Queue: "memory", JobWorkers: 1, Timeout: time.Second, JobLease: 200 * time.Millisecond})
	k := c.clerk()
	k.mustFollow(k.mustSubmit(`{"ms":0}`))
	if err := syscall.Kill(c.jobWorkers()[0], syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	id := k.mustSubmit(`{"ms":0}`)
	c.await(`^job worker 1 \(pid \d+\) killed: no heartbeat for`)
	c.await(`^job worker 1 \(pid \d+\) restarted`)
	if j := k.mustFollow(id); j.Status != "succeeded" {
		t.Errorf("%+v", j)
	}
	k.stop()
	if events := c.events(); !slices.Contains(events, "job killed 1") {
		t.Errorf("worker events %q", events)
	}
}

func TestCrashInTheMiddleOfAJob(t *testing.T) {
	t.Parallel()
	c := startArbiter(t, Config{AllowFaults: true, JobWorkers: 2, JobTime: 20 * time.Millisecond, JobLease: 150 * time.Millisecond})
	k := c.clerk()
	j := k.mustFollow(k.mustSubmit(`{}`, faultHeader, "kind=crash; times=1; key=k"))
	if j.Status != "succeeded" || j.Attempts != 2 {
		t.Errorf("%+v", j)
	}
	if again := k.mustFollow(k.mustSubmit(`{}`, faultHeader, "kind=crash; times=1; key=k")); again.Attempts != 1 {
		t.Errorf("another job with the key: %+v", again)
	}
	k.stop()
	events := c.events()
	ended := slices.DeleteFunc(slices.Clone(events), func(e string) bool { return !strings.HasPrefix(e, "job exit") })
	if len(ended) != 3 || slices.Contains(events, "restarted 1") {
		t.Errorf("worker events %q, want one job worker's death and no other's", events)
	}
}

func TestReloadReplacesJobWorkersAndLosesNoJob(t *testing.T) {
	t.Parallel()
	c := startArbiter(t, Config{Workers: 1, JobWorkers: 2, JobTime: 5 * time.Millisecond})
	k := c.clerk()
	k.mustFollow(k.mustSubmit(`{}`))
	before := c.jobWorkers()
	done := make(chan error)
	go func() {
		done <- all(100, func(int) error {
			id, err := k.submit(`{}`)
			if err != nil {
				return err
			}
			j, err := k.follow(id)
			if err == nil && (j.Status != "succeeded" || j.Attempts != 1) {
				err = fmt.Errorf("%+v", j)
			}
			return err
		})
	}()
	c.order(Reload)
	c.await(`^job worker 2 \(pid \d+\) restarted`)
	if err := <-done; err != nil {
		t.Error(err)
	}
	k.stop()
	after := map[int]bool{}
	for _, line := range readLedger(t, c.ledger, "worker") {
		after[line.PID] = after[line.PID] || line.Event == "restarted" && line.Role == roleJob
	}
	if n := len(slices.DeleteFunc(slices.Collect(mapKeys(after)), func(pid int) bool { return !after[pid] })); n != 2 || after[before[0]] {
		t.Errorf("%d job workers restarted, want 2 that are not among %v", n, before)
	}
}

func mapKeys(m map[int]bool) func(func(int) bool) {
	return func(yield func(int) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// Who serves streams alone pays nothing for jobs.
func TestJobWorkersStartWithTheFirstJob(t *testing.T) {
	t.Parallel()
	c := startArbiter(t, Config{JobTime: 5 * time.Millisecond})
	for _, path := range []string{"/healthz", "/metrics", "/v1/models"} {
		if status, _, err := c.get(path, ""); status != http.StatusOK {
			t.Errorf("%s: %d, %v", path, status, err)
		}
	}
	if pids := c.jobWorkers(); pids != nil {
		t.Errorf("job workers %v before there is a job", pids)
	}
	k := c.clerk()
	if j := k.mustFollow(k.mustSubmit(`{}`)); j.Status != "succeeded" {
		t.Errorf("%+v", j)
	}
	for range DefaultJobWorkers {
		c.await(`^job worker \d \(pid \d+\) started`)
	}
	k.stop()
}

func TestQueueThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	tests := []struct{ spec, want string }{
		{"sqlite:" + t.TempDir() + "/missing/jobs.db", "missing/jobs.db"},
		{"redis://user:secret@127.0.0.1:1/0", "redis"},
	}
	for _, tt := range tests {
		a, err := NewArbiter(Config{Bind: "127.0.0.1:0", Queue: tt.spec}, ArbiterOptions{Command: selfWorker})
		if err != nil {
			t.Fatal(err)
		}
		err = a.Run(nil)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", tt.spec, err)
		}
	}
}

// A queue that outlives the server is taken up again, with the jobs that were left in it.
func TestDurableQueueIsTakenUpAgain(t *testing.T) {
	t.Parallel()
	spec := "sqlite:" + filepath.Join(t.TempDir(), "jobs.db")
	first := startArbiter(t, Config{Queue: spec, JobWorkers: -1})
	k := first.clerk()
	id := k.mustSubmit(`{"input":"kept","ms":0}`)
	k.stop()
	second := startArbiter(t, Config{Queue: spec, JobWorkers: 1})
	k = second.clerk()
	if j := k.mustFollow(id); j.Status != "succeeded" || string(j.Result.Input) != `"kept"` {
		t.Errorf("%+v", j)
	}
	k.stop()
}

func TestMemoryIsSaidNotToBeDurable(t *testing.T) {
	t.Parallel()
	cfg := Config{Queue: "memory"}
	c := newCourt(t, &cfg, selfWorker)
	if line := c.await(`durable.*`)[0]; !regexp.MustCompile(`not|memory`).MatchString(line) {
		t.Errorf("log: %q", line)
	}
}
