//go:build unix

package cmd_test

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aibench/aibench/mockllm"
)

// TestTenThousandJobsSurviveKills kills a job worker every second, and a Redis
// that keeps the jobs once: every acknowledged job must end well, whatever died
// beneath it, and those that ran twice must be reported as such, no more and no
// fewer than the ledger has.
//
//	AIBENCH_LONG=1 go test ./cmd -run TenThousand -v
//
// runs all ten thousand; else they are 600.
func TestTenThousandJobsSurviveKills(t *testing.T) {
	n := 600
	if os.Getenv("AIBENCH_LONG") == "1" {
		n = 10_000
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		surviveKills(t, n, "sqlite:"+filepath.Join(t.TempDir(), "jobs.db"), nil)
	})
	t.Run("redis", func(t *testing.T) {
		t.Parallel()
		redis := startRedis(t)
		surviveKills(t, n, "redis://"+redis.address+"/0", redis.killAndRestart)
	})
}

// surviveKills runs n jobs over a store while killing job workers, and the
// store once, if there is a way to.
func surviveKills(t *testing.T, n int, store string, killStore func(*testing.T)) {
	dir := t.TempDir()
	ledger, file := filepath.Join(dir, "ledger"), filepath.Join(dir, "s.samples.jsonl.gz")
	cmd := aibench(t, "serve", "--child", "--bind", "127.0.0.1:0", "--ledger", ledger, "--queue", store,
		"--job-workers", "8", "--job-time", "40ms", "--job-lease", "1s")
	url, stop, err := mockllm.StartChild(context.Background(), cmd)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()

	done := make(chan struct{})
	var killer sync.WaitGroup
	kills := 0
	killer.Go(func() { kills = killWorkers(t, ledger, killStore, done) })
	saved := filepath.Join(dir, "run.json")
	runJobs(t, url, "-o", saved, "-c", "64", "-n", strconv.Itoa(n), "--poll-interval", "fixed:100ms", "--max-wait", "2m", "--retries", "20", "-o", file)
	close(done)
	killer.Wait()
	stop()

	counted := map[string]int{}
	samples, _ := readJobs(t, file)
	for _, s := range samples {
		counted[s.outcome]++
	}
	ran := 0
	jobs := jobsOf(readLines[jobLine](t, open(t, ledger, false)))
	for _, j := range jobs {
		if j.attempts > 1 {
			ran++
		}
	}
	t.Logf("%d kills; outcomes %v; the ledger has %d jobs, %d of them claimed more than once", kills, counted, len(jobs), ran)
	switch {
	case counted["ok"]+counted["duplicated"] != n:
		text, _ := os.ReadFile(saved)
		t.Errorf("outcomes %v: want %d, each ok or duplicated\n%s", counted, n, regexp.MustCompile(`"outcome_details":.*`).Find(text))
	case len(jobs) != n:
		t.Errorf("the ledger has %d jobs, want %d", len(jobs), n)
	case counted["duplicated"] != ran:
		t.Errorf("%d duplicated, and %d claimed more than once in the ledger", counted["duplicated"], ran)
	case kills == 0:
		t.Error("nothing was killed")
	}
}

// killWorkers kills a job worker every second until done, and the store in the
// third.
func killWorkers(t *testing.T, ledger string, killStore func(*testing.T), done <-chan struct{}) (kills int) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for second := 1; ; second++ {
		select {
		case <-done:
			return kills
		case <-tick.C:
		}
		if second == 3 && killStore != nil {
			killStore(t)
		}
		alive := jobWorkers(t, ledger)
		if len(alive) == 0 {
			continue
		}
		// One that has just gone is no job worker any more, and nobody else's.
		if syscall.Kill(alive[second%len(alive)], syscall.SIGKILL) == nil {
			kills++
		}
	}
}

// jobWorkers lists the processes that run jobs, by the ledger.
func jobWorkers(t *testing.T, ledger string) []int {
	text, err := os.ReadFile(ledger)
	if err != nil {
		t.Error(err)
		return nil
	}
	var alive []int
	for line := range strings.Lines(string(text)) {
		var l jobLine
		if json.Unmarshal([]byte(line), &l) != nil || l.Kind != "worker" || l.Role != "job" {
			continue // the last line may be half written
		}
		alive = slices.DeleteFunc(alive, func(pid int) bool { return pid == l.PID })
		if l.Event == "start" || l.Event == "restarted" {
			alive = append(alive, l.PID)
		}
	}
	return alive
}

// redis is a redis-server of its own.
type redis struct {
	address, dir string
	cmd          *exec.Cmd
}

// startRedis starts a Redis that lives until the test ends. It writes every
// change to its log before it says so: with "everysec", when the disk is busy,
// it acknowledges what it has not written yet, and a kill then loses jobs.
func startRedis(t *testing.T) *redis {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("AIBENCH_REQUIRE_REAL") == "1" {
			t.Fatal(err)
		}
		t.Skip("there is no redis-server here")
	}
	address, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	r := &redis{address: address, dir: t.TempDir()}
	r.start(t)
	t.Cleanup(r.kill)
	return r
}

func (r *redis) start(t *testing.T) {
	_, port, err := net.SplitHostPort(r.address)
	if err != nil {
		t.Error(err)
		return
	}
	r.cmd = exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", r.dir, "--appendonly", "yes", "--appendfsync", "always", "--save", "")
	if err := r.cmd.Start(); err != nil {
		t.Error(err)
		return
	}
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for limit := time.Now().Add(20 * time.Second); time.Now().Before(limit); <-look.C {
		if conn, err := net.DialTimeout("tcp", r.address, time.Second); err == nil {
			conn.Close()
			return
		}
	}
	t.Error("redis-server does not listen")
}

func (r *redis) kill() {
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
}

func (r *redis) killAndRestart(t *testing.T) {
	r.kill()
	r.start(t)
}
