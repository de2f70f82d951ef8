package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/diagnose"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file of testdata, and leaves it beside that file
// when they differ.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	actual := path + ".actual"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		if err := os.WriteFile(actual, []byte(got), 0o644); err != nil {
			t.Error(err)
		}
		t.Errorf("%s (-want +got), see %s:\n%s", path, actual, diff)
		return
	}
	_ = os.Remove(actual) // it is there only after a failure
}

// result is a run of n requests with TTFTs from 100 ms upwards, in steps of
// 0.1 ms, each followed by 9 gaps of 20 ms.
func result(n int) *bench.Result {
	res := &bench.Result{To: 10 * time.Second, Health: bench.Health{Watched: true, CPU: 0.31, CPUKnown: true}}
	t := &res.Tally
	for i := range int64(n) {
		ttft := int64(100*time.Millisecond) + i*int64(100*time.Microsecond)
		t.Dists[bench.TTFT].Add(ttft, 1)
		t.Dists[bench.ChunkGap].Add(int64(20*time.Millisecond), 9)
		t.Dists[bench.TPOT].Add(int64(20*time.Millisecond), 1)
		t.Dists[bench.E2E].Add(ttft+int64(180*time.Millisecond), 1)
		t.SendLag.Add(int64(50*time.Microsecond), 1)
		t.ReadLag.Add(int64(70*time.Microsecond), 10)
	}
	t.Outcomes[bench.OK] = int64(n)
	t.GapRequests = int64(n)
	t.Events, t.Chunks, t.Tokens = int64(11*n), int64(10*n), int64(10*n)
	t.UsageDiffers = 1
	t.Window = bench.Flow{Started: int64(n), Ended: int64(n), Events: int64(11 * n), Chunks: int64(10 * n)}
	return res
}

func about() *About {
	return &About{
		ID: "20260102-150405-abcd", Started: time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC),
		Command: []string{"aibench", "stream", "-c", "100"}, Seed: 7,
		Target: Target{
			URL: "http://127.0.0.1:8000/v1/chat/completions", Dialect: new("openai-chat"), Protocol: "HTTP/1.1",
		},
		Environment: Environment{OS: "linux", Arch: "amd64", CPUs: 2, Version: "devel"},
		Load:        Load{Kind: "closed", Concurrency: new(100), DurationS: new(10.0), DrainS: 30},
	}
}

// makers make runs of each kind that a report must tell apart.
func makers() map[string]func(t *testing.T) *Run {
	plain := func(res func() *bench.Result, changes ...func(*About)) func(*testing.T) *Run {
		return func(t *testing.T) *Run {
			t.Helper()
			a := about()
			for _, change := range changes {
				change(a)
			}
			run, err := FromResult(res(), a)
			if err != nil {
				t.Fatal(err)
			}
			return run
		}
	}
	of := func(n int) func() *bench.Result { return func() *bench.Result { return result(n) } }
	all := map[string]func(*testing.T) *Run{
		"valid":      plain(of(5000)),
		"few":        plain(of(120)),
		"invalid":    plain(limited),
		"censored":   plain(censored),
		"failing":    plain(failing),
		"hopeless":   plain(hopeless),
		"open":       plain(open, asOpen),
		"unmeasured": plain(func() *bench.Result { return &bench.Result{Ending: bench.Stopped} }),
	}
	for name, res := range jobCases() {
		all[name] = plain(res, asJobs)
	}
	all["gated"] = func(t *testing.T) *Run {
		run := plain(gated)(t)
		judge(run)
		abort(run)
		return run
	}
	all["job_bound"] = func(t *testing.T) *Run {
		run := plain(func() *bench.Result { return jobResult(400) }, asJobs)(t)
		run.Findings = []Finding{bound(&diagnose.Queue{
			AtOnce: 4, Ran: 400, Steady: 0.991, Waiting: 0.97, Busy: 20 * time.Second,
			Handover: 4 * time.Millisecond, Run: 200 * time.Millisecond, Wait: 2 * time.Second,
		})}
		return run
	}
	return all
}

// cases are the runs of all makers.
func cases(t *testing.T) map[string]*Run {
	t.Helper()
	runs := map[string]*Run{}
	for name, make := range makers() {
		runs[name] = make(t)
	}
	return runs
}

// sample is one of the cases.
func sample(t *testing.T, name string) *Run {
	t.Helper()
	return makers()[name](t)
}

func limited() *bench.Result {
	res := result(2000)
	for range 200 {
		res.Tally.SendLag.Add(int64(31200*time.Microsecond), 1)
	}
	res.Health.BusySeconds, res.Health.PauseFraction = 0.4, 0.01
	return res
}

func censored() *bench.Result {
	res := result(1000)
	t := &res.Tally
	t.InFlight = 20
	for range 20 {
		t.Censored[bench.E2E].Add(int64(9800*time.Millisecond), 1)
	}
	return res
}

func failing() *bench.Result {
	res := result(1000)
	t := &res.Tally
	t.Outcomes[bench.Truncated], t.Outcomes[bench.ServerError] = 15, 2
	t.Details[bench.Truncated] = []string{"the stream ended after 12 tokens without finish_reason or [DONE]"}
	t.Details[bench.ServerError] = []string{"503 Service Unavailable: \x1b[31mupstream\x1b[0m " + strings.Repeat("down ", 60)}
	return res
}

func hopeless() *bench.Result {
	res := &bench.Result{Ending: bench.GaveUp, To: 20 * time.Millisecond}
	res.Tally.Outcomes[bench.ClientError] = 8
	res.Tally.Details[bench.ClientError] = []string{"404 Not Found: no such path"}
	return res
}

func open() *bench.Result {
	res := result(1000)
	res.Open, res.Scheduled, res.Dispatched, res.Full, res.Unstarted = true, 1200, 1000, true, 200
	t := &res.Tally
	t.Good, t.Window.Good = 900, 900
	t.UsageAgrees, t.UsageDiffers = 1000, 0
	for i := range int64(1000) {
		t.Dists[bench.ITL].Add(int64(20*time.Millisecond), 9)
		t.Dists[bench.Response].Add(int64(300*time.Millisecond)+i*int64(time.Millisecond), 1)
	}
	return res
}

func asOpen(a *About) {
	a.Label = "nightly"
	a.Load = Load{
		Kind: "open", RatePerS: new(100.0), Arrival: new("poisson"), MaxInFlight: new(50),
		DurationS: new(10.0), WarmupS: 2, DrainS: 30, SLO: new("ttft<190ms"),
	}
}

func TestText(t *testing.T) {
	for name, run := range cases(t) {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := (Text{Width: 80}).Write(&b, run); err != nil {
				t.Fatal(err)
			}
			golden(t, name+".txt", b.String())
			for line := range strings.Lines(b.String()) {
				if n := utf8.RuneCountInString(line) - 1; n > 80 && !strings.HasPrefix(line, "INVALID") {
					t.Errorf("%d columns: %s", n, line)
				}
			}
		})
	}
}

// Colours change nothing but the colour: a report must read the same in a log.
func TestColourOnlyColours(t *testing.T) {
	for name, run := range cases(t) {
		var plain, coloured bytes.Buffer
		if err := (Text{Width: 100}).Write(&plain, run); err != nil {
			t.Fatal(err)
		}
		if err := (Text{Width: 100, Colour: true}).Write(&coloured, run); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(coloured.String(), "\x1b[") {
			t.Errorf("%s: no colours", name)
		}
		stripped := coloured.String()
		for _, c := range []paint{bold, dim, red, green, "0"} {
			stripped = strings.ReplaceAll(stripped, "\x1b["+string(c)+"m", "")
		}
		if diff := cmp.Diff(plain.String(), stripped); diff != "" {
			t.Errorf("%s (-plain +coloured):\n%s", name, diff)
		}
	}
}

// A saved run prints as it did when it was fresh.
func TestSavedRunPrintsTheSame(t *testing.T) {
	for name, run := range cases(t) {
		var file, fresh, saved bytes.Buffer
		if err := Write(&file, run); err != nil {
			t.Fatal(err)
		}
		again, err := Read(&file)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := (Text{}).Write(&fresh, run); err != nil {
			t.Fatal(err)
		}
		if err := (Text{}).Write(&saved, again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(fresh.String(), saved.String()); diff != "" {
			t.Errorf("%s (-fresh +saved):\n%s", name, diff)
		}
	}
}
