package queue

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// beSubmitter submits n jobs, each with a key of its own, and says which id each has got.
func beSubmitter(spec, name, n string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*deadline)
	defer cancel()
	q, err := Open(ctx, spec)
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(n)
	if err != nil {
		return err
	}
	for i := range count {
		key := fmt.Sprint(name, i)
		id, _, err := q.Submit(ctx, NewJob{Key: key})
		if err != nil {
			return err
		}
		fmt.Println(key, id)
	}
	return q.Close()
}

// beWorker runs jobs of 5 ms until its standard input ends, and says which it has finished.
func beWorker(spec string) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	q, err := Open(ctx, spec)
	if err != nil {
		return err
	}
	const lease = 300 * time.Millisecond
	for {
		c, err := q.Claim(ctx, fmt.Sprint("worker-", os.Getpid()), lease)
		if ctx.Err() != nil {
			return q.Close()
		}
		if err != nil {
			return err
		}
		<-time.After(5 * time.Millisecond)
		if finish(ctx, q, c, Result{}) == nil {
			fmt.Println("finished", c.Job.ID)
		}
	}
}

// process is another process of a test, whose lines are handed on.
type process struct {
	cmd   *exec.Cmd
	stdin io.Closer
	lines sync.WaitGroup
}

func start(t *testing.T, line func(first, second string), role string, args ...string) *process {
	t.Helper()
	p := &process{cmd: self(role, args...)}
	stdin, err := p.cmd.StdinPipe()
	must(t, err)
	stdout, err := p.cmd.StdoutPipe()
	must(t, err)
	p.stdin = stdin
	must(t, p.cmd.Start())
	p.lines.Go(func() {
		for scan := bufio.NewScanner(stdout); scan.Scan(); {
			if first, second, whole := strings.Cut(scan.Text(), " "); whole {
				line(first, second)
			}
		}
	})
	return p
}

// kill is kill -9.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	p.lines.Wait()
	_ = p.cmd.Wait()
}

// end lets a worker finish what it does, and a submitter all it has to do.
func (p *process) end() error {
	p.stdin.Close()
	p.lines.Wait()
	return p.cmd.Wait()
}

// log is what the processes of a test have said.
type log struct {
	mu   sync.Mutex
	said map[string][]string
	n    int
}

func (l *log) line(first, second string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said[first] = append(l.said[first], second)
	l.n++
}

func (l *log) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.n
}

// TestKills ends processes with kill -9 while they submit and run jobs: every job that was acknowledged is run, and
// finished once, whatever dies. Redis itself is killed too.
func TestKills(t *testing.T) {
	t.Parallel()
	for _, e := range engines(t) {
		if !e.shared || e.name == "redis" {
			continue
		}
		t.Run(e.name, func(t *testing.T) {
			kills(t, e.make(t), func() {})
		})
	}
	t.Run("redis", func(t *testing.T) {
		server := startRedis(t, t)
		kills(t, server.spec("kills:"), func() {
			server.kill()
			server.start(t)
		})
	})
}

// kills runs jobs, QUEUE_TEST_JOBS of them if that is set, with 3 workers and 2 submitters. A worker is killed
// QUEUE_TEST_KILLS times (8), a submitter once, and the store once.
func kills(t *testing.T, spec string, killStore func()) {
	jobs, times := setting("QUEUE_TEST_JOBS", 240), setting("QUEUE_TEST_KILLS", 8)
	acknowledged, finished := &log{said: map[string][]string{}}, &log{said: map[string][]string{}}
	submitter := func(name string) *process {
		return start(t, acknowledged.line, "submitter", spec, name, fmt.Sprint(jobs/2))
	}
	worker := func() *process { return start(t, finished.line, "worker", spec) }
	submitters := []*process{submitter("a"), submitter("b")}
	workers := []*process{worker(), worker(), worker()}
	t.Cleanup(func() {
		for _, p := range append(workers, submitters...) {
			p.kill()
		}
	})
	q := open(t, spec)

	await(t, "jobs are submitted", func() bool { return acknowledged.count() > jobs/20 })
	submitters[0].kill()
	submitters[0] = submitter("a") // with the same keys
	for i := range times {
		awaitLong(t, "jobs are finished", func() bool { return finished.count() > i*jobs/(times+2) })
		workers[i%3].kill()
		workers[i%3] = worker()
		if i == times/2 {
			killStore()
		}
	}
	for _, p := range submitters {
		must(t, p.end())
	}
	awaitLong(t, "all jobs end", func() bool {
		s, err := q.Stats(within(t))
		must(t, err)
		return s.Queued+s.Running == 0
	})
	for _, p := range workers {
		must(t, p.end())
	}
	audit(t, q, jobs, acknowledged, finished)
}

// audit holds what the processes have said against the store.
func audit(t *testing.T, q Queue, jobs int, acknowledged, finished *log) {
	if len(acknowledged.said) != jobs {
		t.Errorf("%d keys were acknowledged, want %d", len(acknowledged.said), jobs)
	}
	ids, twice := map[string]bool{}, 0
	for key, got := range acknowledged.said {
		for _, id := range got[1:] {
			if id != got[0] {
				t.Errorf("key %s was acknowledged as %v", key, got)
			}
		}
		if ids[got[0]] {
			t.Errorf("job %s has two keys", got[0])
		}
		ids[got[0]] = true
		j := get(t, q, got[0])
		if j.State != Succeeded {
			t.Errorf("job %s is %s after %d attempts", j.ID, j.State, j.Attempts)
		}
		if j.Attempts > 1 {
			twice++
		}
	}
	done := map[string]bool{}
	for _, id := range finished.said["finished"] {
		if done[id] {
			t.Errorf("job %s was finished twice", id)
		}
		done[id] = true
	}
	s, err := q.Stats(within(t))
	must(t, err)
	if !t.Failed() {
		t.Logf("%d jobs acknowledged, all succeeded; %d run more than once, %d redeliveries", len(ids), twice, s.Redelivered)
	}
	if twice == 0 {
		t.Error("no kill has met a running job, so that nothing is shown")
	}
}

// awaitLong is await for what takes longer the more there is to do.
func awaitLong(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 1 + setting("QUEUE_TEST_JOBS", 0)/1000 {
		end := time.Now().Add(deadline)
		for time.Now().Before(end) {
			if holds() {
				return
			}
			<-time.After(5 * time.Millisecond)
		}
	}
	t.Fatalf("waited in vain: %s", what)
}

func setting(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// TestOneKeyInTwoProcesses submits the same keys from two processes at once.
func TestOneKeyInTwoProcesses(t *testing.T) {
	t.Parallel()
	for _, e := range engines(t) {
		if !e.shared {
			continue
		}
		t.Run(e.name, func(t *testing.T) {
			const jobs = 50
			s := e.open(t)
			said := &log{said: map[string][]string{}}
			var both []*process
			for range 2 {
				both = append(both, start(t, said.line, "submitter", s.spec, "k", fmt.Sprint(jobs)))
			}
			for _, p := range both {
				must(t, p.end())
			}
			for key, ids := range said.said {
				if len(ids) != 2 || ids[0] != ids[1] {
					t.Errorf("key %s: got %v", key, ids)
				}
			}
			wantStats(t, s.queue, Stats{Queued: jobs})
		})
	}
}
