//go:build linux

package fastapijobs_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// A home-made API says nothing of its conventions, and no two of them are alike: aibench finds out by itself, and what
// it measures from outside agrees with what the workers wrote down.
func TestJobs(t *testing.T) {
	t.Parallel()
	need(t)
	bin := build(t)
	for _, c := range []struct {
		name, backend, tracked string
		startsSeen             bool
	}{
		{"RQ: a relative Location", "rq", "", true},
		{"Celery: an id and no address", "celery", "TRACK_STARTED=1", true},
		{"Celery that never says STARTED", "celery", "TRACK_STARTED=0", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, c.backend, "QUEUE_WORKERS=2", c.tracked)
			run, samples := measure(t, bin, s.url, "-c", "6", "-n", "24", "-b", `{"ms":150}`)
			failed, _ := measure(t, bin, s.url, "-c", "1", "-n", "2", "-b", `{"ms":0,"fail":true}`)
			s.stop(t)
			checkCounts(t, run, 24, c.startsSeen)
			if got := failed.Counts.Outcomes["failed"]; got != 2 {
				t.Errorf("%d of 2 jobs that raise an exception failed: %v", got, failed.Counts.Outcomes)
			}
			jobs := s.jobs(t)
			if len(samples) != 24 || len(jobs) != 26 {
				t.Fatalf("%d samples and %d jobs in the workers' log, want 24 and 26", len(samples), len(jobs))
			}
			for _, x := range samples {
				checkTruth(t, x, jobs[x.ID], c.startsSeen)
			}
		})
	}
}

// runFile is what is checked of aibench's run file.
type runFile struct {
	Counts struct {
		Requests, OK int
		Polls        int
		Outcomes     map[string]int
		Details      map[string][]string `json:"outcome_details"`
	}
	Metrics map[string]struct {
		Count int
		Basis *string
		Width *struct{ Max *float64 }
	}
}

// sample is what is checked of a job's raw sample: nanoseconds since the run's epoch.
type sample struct {
	Type     string
	ID       string // x-request-id, which is the service's job id
	Outcome  string
	Sent     int64  `json:"sent_ns"`
	Accepted int64  `json:"accepted_ns"`
	Started  *int64 `json:"started_ns"`
	Finished int64  `json:"finished_ns"`
	Seen     int64  `json:"seen_ns"`
	// The widths of the intervals whose middles are started and finished.
	StartedWidth  *int64 `json:"started_width_ns"`
	FinishedWidth int64  `json:"finished_width_ns"`
}

// build makes the program that users have.
func build(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "aibench")
	if out, err := exec.Command("go", "build", "-o", bin, "../../cmd/aibench").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

// measure runs aibench job against the service. A busy machine may make the run invalid, which takes nothing from the
// bounds that are checked here.
func measure(t *testing.T, bin, url string, args ...string) (runFile, []sample) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "run.samples.jsonl.gz")
	args = append([]string{"job", url, "--profile", "auto", "--poll-interval", "fixed:100ms", "--max-wait", "1m", "--json", "-o", file}, args...)
	cmd := exec.Command(bin, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	limit := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer limit.Stop()
	if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != 97 {
		t.Fatalf("%q: %v\n%s", args, err, &stderr)
	}
	var run runFile
	if err := json.Unmarshal(stdout.Bytes(), &run); err != nil {
		t.Fatalf("run file: %v\n%s", err, &stdout)
	}
	return run, read(t, file)
}

// read gives the samples of requests in a file.
func read(t *testing.T, name string) []sample {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all []sample
	for dec := json.NewDecoder(lines); dec.More(); {
		var s sample
		if err := dec.Decode(&s); err != nil {
			t.Fatal(err)
		}
		if s.Type == "request" {
			all = append(all, s)
		}
	}
	return all
}

func checkCounts(t *testing.T, run runFile, n int, startsSeen bool) {
	t.Helper()
	if c := run.Counts; c.Requests != n || c.OK != n || c.Polls < n {
		t.Errorf("%d jobs, %d ok, %d polls, want %d ok: %v %v", c.Requests, c.OK, c.Polls, n, c.Outcomes, c.Details)
	}
	if got := run.Metrics["completion"].Count; got != n {
		t.Errorf("completion is of %d jobs, want %d", got, n)
	}
	for _, id := range []string{"queue_wait", "run"} {
		m := run.Metrics[id]
		switch {
		case !startsSeen && m.Count != 0:
			t.Errorf("%s is of %d jobs, although no start was told", id, m.Count)
		case startsSeen && (m.Count == 0 || m.Basis == nil || *m.Basis != "polls" || m.Width == nil || m.Width.Max == nil):
			t.Errorf("%s is %+v, want values with the width that polls leave", id, m)
		}
	}
}

// slack is for a wall clock that is being set right, a millisecond in seconds.
const slack = 1e-3

// checkTruth holds a job as it was seen against what the workers wrote. The status changed between taken and start, and
// between end and done; it was submitted between sent and accepted. So these inequalities hold however slow the machine
// is, and none of them needs to know how two clocks agree.
func checkTruth(t *testing.T, x sample, truth job, startsSeen bool) {
	t.Helper()
	if truth.ID == "" || truth.Done == 0 || truth.Start == 0 {
		t.Errorf("job %q: the workers' log has %+v", x.ID, truth)
		return
	}
	over := between(x.Finished, x.FinishedWidth)
	within(t, x, "submission to end", span{over.first - seconds(x.Accepted), over.last - seconds(x.Sent)},
		span{truth.End - truth.Submitted, truth.Done - truth.Submitted})
	if seen := seconds(x.Seen - x.Sent); seen < truth.End-truth.Submitted-slack {
		t.Errorf("job %s was seen to be over after %.4f s; it took %.4f s", x.ID, seen, truth.End-truth.Submitted)
	}
	if x.Started == nil {
		return
	}
	if !startsSeen {
		t.Errorf("job %s: a start was seen that nobody told", x.ID)
		return
	}
	began := between(*x.Started, *x.StartedWidth)
	within(t, x, "queue wait", span{began.first - seconds(x.Accepted), began.last - seconds(x.Sent)},
		span{truth.Taken - truth.Submitted, truth.Start - truth.Submitted})
	within(t, x, "run", span{over.first - began.last, over.last - began.first},
		span{truth.End - truth.Start, truth.Done - truth.Taken})
}

// span is an interval, in seconds.
type span struct{ first, last float64 }

func seconds(ns int64) float64 { return float64(ns) / 1e9 }

// between is the interval of the given width around its middle.
func between(middle, width int64) span {
	return span{seconds(middle - width/2), seconds(middle + width/2)}
}

// within checks that two intervals which hold the same truth overlap.
func within(t *testing.T, x sample, what string, measured, truth span) {
	t.Helper()
	if measured.first > truth.last+slack || measured.last < truth.first-slack {
		t.Errorf("job %s, %s: measured %.4f to %.4f s, the workers' log says %.4f to %.4f s",
			x.ID, what, measured.first, measured.last, truth.first, truth.last)
	}
}
