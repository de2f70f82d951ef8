package cmd_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/aibench/aibench/report"
)

// saved writes the run files of one side of a comparison:
//
//	saved DIR RUNS SCALE [users=N] [pairs=order] [verdict=invalid]
//
// RUNS runs of 200 streams whose times are SCALE times those of the scale 1,
// each run a little off. With pairs they are numbered, and the runs of a pair
// are the order-th to begin in it.
func saved(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: saved DIR RUNS SCALE [users=N] [pairs=order] [verdict=invalid]")
	}
	runs, err := strconv.Atoi(args[1])
	ts.Check(err)
	scale, err := strconv.ParseFloat(args[2], 64)
	ts.Check(err)
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o755))
	for i := range runs {
		run := savedRun(i, scale*(1+0.01*float64(i*7%5)))
		run.ID = filepath.Base(dir) + "-" + strconv.Itoa(i+1)
		for _, arg := range args[3:] {
			ts.Check(alter(run, i, arg))
		}
		var b bytes.Buffer
		ts.Check(report.Write(&b, run))
		ts.Check(os.WriteFile(filepath.Join(dir, fmt.Sprintf("%02d.json", i+1)), b.Bytes(), 0o644))
	}
}

// alter makes a saved run another one.
func alter(run *report.Run, i int, arg string) error {
	var n int
	switch {
	case arg == "verdict=invalid":
		run.Verdict, run.Client.Verdict = report.Invalid, report.ClientLimited
		run.Client.Breaches = []report.Breach{{Code: "send-lag", Value: 31.2, Bound: 10, Unit: "ms"}}
	case scan(arg, "users=%d", &n):
		run.Load.Concurrency = &n
	case scan(arg, "pairs=%d", &n):
		run.Pair, run.Order, run.Seed = new(i+1), new(n), uint64(100+i)
		run.Started = began.Add(time.Duration(2*i+n) * time.Minute).Format(time.RFC3339Nano)
	default:
		return fmt.Errorf("saved: %s?", arg)
	}
	return nil
}

func scan(s, format string, into *int) bool {
	_, err := fmt.Sscanf(s, format, into)
	return err == nil
}

// began is when the first of all saved runs did.
var began = time.Unix(1e9, 0).UTC()

func savedRun(i int, scale float64) *report.Run {
	const requests = 200
	metric := func(p50, p95 float64) report.Metric {
		return report.Metric{Unit: "ms", Count: requests, P50: new(p50 * scale), P95: new(p95 * scale)}
	}
	run := &report.Run{
		Schema: report.Schema, Started: began.Add(time.Duration(i) * time.Minute).Format(time.RFC3339Nano),
		DurationS: 10, Command: []string{"aibench", "stream"}, Seed: uint64(i), Verdict: report.Valid, Ending: "completed",
		Target:      report.Target{URL: "http://127.0.0.1:8000", Dialect: new("openai-chat"), Protocol: "HTTP/1.1"},
		Environment: report.Environment{OS: "linux", Arch: "amd64", CPUs: 2, Version: "v0.1.0"},
		Load:        report.Load{Kind: "closed", Concurrency: new(20), DurationS: new(10.0), DrainS: 30},
		Counts:      report.Counts{Requests: requests, OK: requests, Events: new(int64(requests * 20)), Tokens: new(int64(requests * 18))},
		Client:      report.Client{Verdict: report.ClientOK},
	}
	run.Counts.Outcomes.Add("ok", requests)
	run.Throughput.RequestsPerS = new(requests / 10 / scale)
	run.Metrics.Add("ttft", metric(100, 150))
	run.Metrics.Add("chunk_gap", metric(20, 30))
	run.Metrics.Add("tpot", metric(20, 25))
	run.Metrics.Add("e2e", metric(500, 600))
	return run
}

// gone waits until the processes are gone whose numbers a file lists, one a
// line, and checks how many there were:
//
//	gone FILE LINES
func gone(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: gone FILE LINES")
	}
	pids := strings.Fields(ts.ReadFile(args[0]))
	if n, err := strconv.Atoi(args[1]); err != nil || n != len(pids) {
		ts.Fatalf("%s lists %d processes, want %s", args[0], len(pids), args[1])
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(20 * time.Second); ; <-tick.C {
		left := slices.DeleteFunc(slices.Clone(pids), func(pid string) bool {
			n, err := strconv.Atoi(pid)
			return err != nil || !alive(n)
		})
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("still there: %v", left)
		}
	}
}

// alive reports whether there is a process of that number. Where signal 0 is
// not known, there is none.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	return err == nil && p.Signal(syscall.Signal(0)) == nil
}
