package compare

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aibench/aibench/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file of testdata, and leaves it beside that file when they differ.
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

// streamRun is a run of 1000 streams whose first token took ttft ms, with the rest in proportion.
func streamRun(id string, seed uint64, ttft float64) *report.Run {
	run := &report.Run{
		Schema: report.Schema, ID: id, Seed: seed, DurationS: 10, Verdict: report.Valid, Ending: "completed",
		Command: []string{"aibench", "stream", "-c", "100"},
		Target:  report.Target{URL: "http://127.0.0.1:8000/v1/chat/completions", Dialect: new("openai-chat"), Protocol: "HTTP/1.1"},
		Environment: report.Environment{
			OS: "linux", Arch: "amd64", CPUs: 2, CPUModel: new("a processor"), Kernel: new("6.8.0"), Version: "v1.2.3",
		},
		Load:       report.Load{Kind: "closed", Concurrency: new(100), DurationS: new(10.0), DrainS: 30},
		Counts:     report.Counts{Requests: 1000, OK: 1000, Outcomes: report.Ordered[int64]{{Name: "ok", Value: 1000}}},
		Throughput: report.Throughput{RequestsPerS: new(50_000 / ttft), OutputTokensPerS: new(2_500_000 / ttft)},
		Client:     report.Client{Verdict: report.ClientOK, CPUFraction: new(0.31)},
	}
	run.Metrics.Add("ttft", metricOf(ttft, 1.5*ttft, 2*ttft))
	run.Metrics.Add("chunk_gap", metricOf(ttft/10, ttft/9, ttft/8))
	run.Metrics.Add("tpot", metricOf(ttft/10, ttft/9, ttft/8))
	run.Metrics.Add("e2e", metricOf(6*ttft, 7*ttft, 8*ttft))
	return run
}

// jobRun is a run of 1000 jobs that were done after completion ms, polled, by a service that gives stamps.
func jobRun(id string, seed uint64, completion float64) *report.Run {
	run := streamRun(id, seed, completion/10)
	run.Target.Dialect, run.Target.Profile = nil, new("auto")
	run.Load.Wait, run.Load.PollInterval = new("poll"), new("fixed:100ms")
	run.Metrics = nil
	run.Throughput = report.Throughput{RequestsPerS: new(50_000 / completion)}
	run.Metrics.Add("accept", metricOf(completion/100, completion/50, completion/25))
	for _, share := range []struct {
		name string
		of   float64
	}{{"queue_wait", 0.5}, {"turnaround", 0.9}} {
		m := metricOf(share.of*completion, share.of*completion*1.5, share.of*completion*2)
		m.Basis = new(report.BasisServer)
		run.Metrics.Add(share.name, m)
	}
	run.Metrics.Add("completion", metricOf(completion, 1.5*completion, 2*completion))
	return run
}

func metricOf(p50, p95, p99 float64) report.Metric {
	return report.Metric{Unit: "ms", Count: 1000, P50: &p50, P95: &p95, P99: &p99}
}

// sideOf is a side of k runs made by make around level, which spread by a share of it. Equal seeds give equal runs.
func sideOf(name string, k int, seed uint64, level, spread float64, make func(string, uint64, float64) *report.Run) Side {
	rng := rand.New(rand.NewPCG(seed, 1))
	s := Side{Name: name}
	for i := range k {
		run := make(fmt.Sprintf("%s-%d", name, i+1), uint64(i), level*math.Exp(spread*rng.NormFloat64()))
		s.Runs = append(s.Runs, run)
	}
	return s
}

// pair is a base of streams around 100 ms and a head that differs by a factor, 8 runs each.
func pair(factor float64) []Side {
	return []Side{sideOf("base", 8, 1, 100, 0.03, streamRun), sideOf("head", 8, 2, 100*factor, 0.03, streamRun)}
}

func compared(t *testing.T, sides []Side, o Options) *Comparison {
	t.Helper()
	c, err := Compare(sides, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fail makes n of a run's requests errors.
func fail(run *report.Run, n int64) {
	run.Counts.OK -= n
	run.Counts.Outcomes = report.Ordered[int64]{{Name: "ok", Value: run.Counts.OK}, {Name: "server_error", Value: n}}
}

// limit makes a run one in which the client was the limit.
func limit(run *report.Run) {
	run.Verdict, run.Client.Verdict = report.Invalid, report.ClientLimited
	run.Client.Breaches = []report.Breach{{Code: "send-lag", Value: 31, Bound: 5, Unit: "ms"}}
}

// limitedIn is such a run of a pair.
func limitedIn(pair int, id string) *report.Run {
	run := streamRun(id, uint64(pair), 100)
	run.Pair = &pair
	limit(run)
	return run
}
