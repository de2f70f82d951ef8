//go:build unix

package cmd_test

import (
	"cmp"
	"errors"
	"os/exec"
	"path/filepath"
	"runtime"
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
	outcome, basis                               string
	sent, accepted, submitted, started, finished time.Duration
	seen                                         time.Duration
	submittedWidth, startedWidth, finishedWidth  time.Duration
}

// TestJobsAgreeWithTheLedger holds what the client says of each job against
// what the processes of the server wrote down: how long it waited, how long it
// ran, and that no job is missing or made up, whichever way its end is learned
// of. Only the learning differs.
func TestJobsAgreeWithTheLedger(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only there do run file and ledger tell the same clock's time")
	}
	t.Parallel()
	ways := []string{"poll", "ws", "sse"}
	discoveries := make([]time.Duration, len(ways))
	t.Cleanup(func() {
		if polled := discoveries[0]; !t.Failed() && !t.Skipped() && (discoveries[1] >= polled || discoveries[2] >= polled) {
			t.Errorf("median discoveries by %v: %v; want that of polling every 100 ms to be the largest", ways, discoveries)
		}
	})
	for i, wait := range ways {
		t.Run(wait, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			ledger, file := filepath.Join(dir, "ledger"), filepath.Join(dir, "s.samples.jsonl.gz")
			s := startServe(t, "--ledger", ledger, "--queue", "sqlite:"+filepath.Join(dir, "jobs"), "--job-workers", "2", "--job-time", "60ms")
			runJobs(t, s.url, "--wait", wait, "-r", "40/s", "-n", "50", "--poll-interval", "fixed:100ms", "-o", file)
			s.signal(t, syscall.SIGTERM)
			for s.lines.Scan() {
			}
			samples, epoch := readJobs(t, file)
			jobs := jobsOf(readLines[jobLine](t, open(t, ledger, false)))
			discoveries[i] = reconcileJobs(t, jobs, samples, epoch)
		})
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

// readJobs reads raw samples: the run's epoch in CLOCK_MONOTONIC, and the jobs in
// the order of their submission.
func readJobs(t *testing.T, file string) (samples []jobSample, epoch time.Duration) {
	t.Helper()
	for _, l := range readLines[map[string]any](t, open(t, file, true)) {
		at := func(name string) time.Duration { v, _ := l[name].(float64); return time.Duration(v) }
		text := func(name string) string { v, _ := l[name].(string); return v }
		switch l["type"] {
		case "run":
			epoch = at("epoch_mono_ns")
		case "request":
			samples = append(samples, jobSample{
				outcome: text("outcome"), basis: text("basis"),
				sent: at("sent_ns"), accepted: at("accepted_ns"), submitted: at("submitted_ns"),
				started: at("started_ns"), finished: at("finished_ns"), seen: at("seen_ns"),
				submittedWidth: at("submitted_width_ns"), startedWidth: at("started_width_ns"), finishedWidth: at("finished_width_ns"),
			})
		}
	}
	slices.SortFunc(samples, func(a, b jobSample) int { return cmp.Compare(a.sent, b.sent) })
	return samples, epoch
}

// How far a span may be from the same span by the ledger, beyond the width that
// the client itself gives it. Stamps and ledger are written by the same
// processes one after the other, so the difference is their own time between
// two lines, and that of whatever else this machine runs.
const (
	ledgerBound = 15 * time.Millisecond // half of all spans
	ledgerWorst = time.Second           // each of them
)

// reconcileJobs compares job by job and gives the median discovery.
func reconcileJobs(t *testing.T, jobs []*truth, samples []jobSample, epoch time.Duration) time.Duration {
	t.Helper()
	if len(jobs) != len(samples) || len(samples) != 50 {
		t.Fatalf("%d jobs in the ledger, %d samples, want 50 of each", len(jobs), len(samples))
	}
	var errs, discoveries []time.Duration
	for i, s := range matched(t, jobs, samples, epoch) {
		j := jobs[i]
		if s.outcome != "ok" || j.ended != "finished" || j.attempts != 1 {
			t.Errorf("job %s: %s; in the ledger %s after %d claims", j.id, s.outcome, j.ended, j.attempts)
			continue
		}
		errs = append(errs, offBy(t, j, s)...)
		if s.basis == "server" {
			discoveries = append(discoveries, s.seen-s.finished)
		}
	}
	slices.Sort(errs)
	slices.Sort(discoveries)
	// A stamp that an answer contradicts is not believed: the server took it
	// before the state that it is of could be seen.
	if n := len(discoveries); n < len(samples)*4/5 {
		t.Fatalf("%d of %d jobs by the server's stamps", n, len(samples))
	}
	if median := errs[len(errs)/2]; median > ledgerBound {
		t.Errorf("half of the spans are within %v of the ledger's, want %v", median, ledgerBound)
	}
	t.Logf("off by %v (median), %v (p90), %v (max); discovery %v (median of %d)",
		errs[len(errs)/2], errs[len(errs)*9/10], errs[len(errs)-1], discoveries[len(discoveries)/2], len(discoveries))
	return discoveries[len(discoveries)/2]
}

// matched gives the sample of each job. A job was submitted between the send of
// one request and its acceptance; where several were under way at that instant
// it is taken for that of the first to be accepted. So every job finds its
// request if there is a way to give each one.
func matched(t *testing.T, jobs []*truth, samples []jobSample, epoch time.Duration) []jobSample {
	t.Helper()
	const slewed = time.Millisecond // a clock may be slewed meanwhile
	left := slices.SortedFunc(slices.Values(samples), func(a, b jobSample) int { return cmp.Compare(a.accepted, b.accepted) })
	var found []jobSample
	for _, j := range jobs {
		i := slices.IndexFunc(left, func(s jobSample) bool { return epoch+s.sent <= j.submitted+slewed })
		if i < 0 || epoch+left[i].accepted < j.submitted-slewed {
			t.Fatalf("job %s was submitted at %v, while no request that has no job yet was under way", j.id, j.submitted-epoch)
		}
		found = append(found, left[i])
		left = slices.Delete(left, i, i+1)
	}
	return found
}

// offBy gives how far each span of a job that is known lies outside of what the
// client says of it.
func offBy(t *testing.T, j *truth, s jobSample) (errs []time.Duration) {
	t.Helper()
	for _, span := range []struct {
		name              string
		from, to          time.Duration
		width, fromLedger time.Duration
	}{
		{"queue_wait", s.submitted, s.started, s.submittedWidth + s.startedWidth, j.claimed - j.submitted},
		{"run", s.started, s.finished, s.startedWidth + s.finishedWidth, j.finished - j.claimed},
		{"turnaround", s.submitted, s.finished, s.submittedWidth + s.finishedWidth, j.finished - j.submitted},
	} {
		if span.from == 0 || span.to == 0 {
			continue // no answer showed it
		}
		off := max((span.to-span.from-span.fromLedger).Abs()-span.width, 0)
		errs = append(errs, off)
		if off > ledgerWorst {
			t.Errorf("job %s: %s %v, by the ledger %v", j.id, span.name, span.to-span.from, span.fromLedger)
		}
	}
	return errs
}
