//go:build unix

package cmd_test

import (
	"cmp"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// jobLine is what the server says of one step of a job, or of the life of a
// worker process.
type jobLine struct {
	Kind, ID, Event, Role string
	Attempt, PID          int
	AtNS                  int64 `json:"at_ns"`
}

// truth is one job by the ledger, in CLOCK_MONOTONIC.
type truth struct {
	id                           string
	submitted, claimed, finished time.Duration
	attempts                     int
	ended                        string // the last of finished, failed and canceled
}

// jobsOf gathers the ledger's jobs in the order of their submission. A job that
// was claimed more than once has the last claim.
func jobsOf(lines []jobLine) []*truth {
	byID := map[string]*truth{}
	for _, l := range lines {
		if l.Kind != "job" {
			continue
		}
		j := byID[l.ID]
		if j == nil {
			j = &truth{id: l.ID}
			byID[l.ID] = j
		}
		j.attempts = max(j.attempts, l.Attempt)
		switch at := time.Duration(l.AtNS); l.Event {
		case "submitted":
			j.submitted = at
		case "claimed", "redelivered":
			j.claimed = max(j.claimed, at)
		case "finished", "failed", "canceled":
			j.finished, j.ended = at, l.Event
		}
	}
	var all []*truth
	for _, j := range byID {
		all = append(all, j)
	}
	slices.SortFunc(all, func(a, b *truth) int { return cmp.Compare(a.submitted, b.submitted) })
	return all
}

// jobSample is what the client measured of one job, in nanoseconds since its
// epoch.
type jobSample struct {
	seq                                          int64
	outcome, basis                               string
	sent, accepted, submitted, started, finished time.Duration
	seen                                         time.Duration
}

// TestJobsAgreeWithTheLedger holds what the client says of each job against
// what the processes of the server wrote down: how long it waited, how long it
// ran, and that no job is missing or made up, whichever way its end is learned
// of. Only the learning differs.
func TestJobsAgreeWithTheLedger(t *testing.T) {
	discoveries := map[string]time.Duration{}
	for _, wait := range []string{"poll", "ws", "sse"} {
		t.Run(wait, func(t *testing.T) {
			dir := t.TempDir()
			ledger, file := filepath.Join(dir, "ledger"), filepath.Join(dir, "s.samples.jsonl.gz")
			s := startServe(t, "--ledger", ledger, "--queue", "sqlite:"+filepath.Join(dir, "jobs"), "--job-workers", "2", "--job-time", "60ms")
			runJobs(t, s.url, "--wait", wait, "-r", "40/s", "-n", "50", "--poll-interval", "fixed:30ms", "-o", file)
			s.signal(t, syscall.SIGTERM)
			for s.lines.Scan() {
			}
			samples, epoch, shared := readJobs(t, file)
			if !shared {
				t.Skip("this system has no clock that two processes share")
			}
			jobs := jobsOf(readLines[jobLine](t, open(t, ledger, false)))
			discoveries[wait] = reconcileJobs(t, jobs, samples, epoch)
		})
	}
	if len(discoveries) < 3 || t.Failed() {
		return
	}
	for _, pushed := range []string{"ws", "sse"} {
		if discoveries[pushed] >= discoveries["poll"] {
			t.Errorf("median discovery: %s %v, not below that of polling every 30 ms, %v", pushed, discoveries[pushed], discoveries["poll"])
		}
	}
}

// runJobs runs the verb. 97 only says that the machine was busy.
func runJobs(t *testing.T, args ...string) {
	t.Helper()
	out, err := aibench(t, append([]string{"job", "-q"}, args...)...).CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() != 97) {
		t.Fatalf("%v\n%s", err, out)
	}
}

// readJobs reads raw samples: the run's epoch in CLOCK_MONOTONIC, where it is
// shared with other processes, and the jobs in the order of their submission.
func readJobs(t *testing.T, file string) (samples []jobSample, epoch time.Duration, shared bool) {
	t.Helper()
	for _, l := range readLines[map[string]any](t, open(t, file, true)) {
		at := func(name string) time.Duration { v, _ := l[name].(float64); return time.Duration(v) }
		text := func(name string) string { v, _ := l[name].(string); return v }
		switch l["type"] {
		case "run":
			_, shared = l["epoch_mono_ns"].(float64)
			epoch = at("epoch_mono_ns")
		case "request":
			samples = append(samples, jobSample{
				seq: int64(at("seq")), outcome: text("outcome"), basis: text("basis"),
				sent: at("sent_ns"), accepted: at("accepted_ns"), submitted: at("submitted_ns"),
				started: at("started_ns"), finished: at("finished_ns"), seen: at("seen_ns"),
			})
		}
	}
	slices.SortFunc(samples, func(a, b jobSample) int { return cmp.Compare(a.sent, b.sent) })
	return samples, epoch, shared
}

// How far a span by the server's stamps may be from the same span by its
// ledger. Both are written by the same processes one after the other, so the
// difference is their own time between two lines, and that of whatever else
// this machine runs.
const (
	ledgerBound = 15 * time.Millisecond  // nine in ten jobs
	ledgerWorst = 500 * time.Millisecond // all of them
)

// reconcileJobs compares job by job and gives the median discovery.
func reconcileJobs(t *testing.T, jobs []*truth, samples []jobSample, epoch time.Duration) time.Duration {
	t.Helper()
	if len(jobs) != len(samples) || len(samples) != 50 {
		t.Fatalf("%d jobs in the ledger, %d samples, want 50 of each", len(jobs), len(samples))
	}
	var errs, discoveries []time.Duration
	for i, s := range samples {
		j := jobs[i]
		// Starts are 25 ms apart, so that order says which is which.
		sent, accepted := epoch+s.sent, epoch+s.accepted
		if j.submitted < sent-time.Millisecond || j.submitted > accepted+time.Millisecond {
			t.Fatalf("job %s was submitted at %v, not between request %d's send at %v and its acceptance at %v", j.id, j.submitted, s.seq, sent, accepted)
		}
		if s.outcome != "ok" || s.basis != "server" || j.ended != "finished" || j.attempts != 1 {
			t.Errorf("job %s: %s by the %s's stamps; in the ledger %s after %d claims", j.id, s.outcome, s.basis, j.ended, j.attempts)
			continue
		}
		for _, span := range []struct {
			name       string
			got, truth time.Duration
		}{
			{"queue_wait", s.started - s.submitted, j.claimed - j.submitted},
			{"run", s.finished - s.started, j.finished - j.claimed},
			{"turnaround", s.finished - s.submitted, j.finished - j.submitted},
		} {
			off := (span.got - span.truth).Abs()
			errs = append(errs, off)
			if off > ledgerWorst {
				t.Errorf("job %s: %s %v, by the ledger %v", j.id, span.name, span.got, span.truth)
			}
		}
		discoveries = append(discoveries, s.seen-s.finished)
	}
	if t.Failed() {
		t.FailNow()
	}
	slices.Sort(errs)
	slices.Sort(discoveries)
	if p90 := errs[len(errs)*9/10]; p90 > ledgerBound {
		t.Errorf("nine in ten spans are within %v of the ledger's, want %v", p90, ledgerBound)
	}
	t.Logf("off by %v (median), %v (p90), %v (max); discovery %v (median)",
		errs[len(errs)/2], errs[len(errs)*9/10], errs[len(errs)-1], discoveries[len(discoveries)/2])
	return discoveries[len(discoveries)/2]
}
