package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report/verdict"
)

// demand parses a threshold.
func demand(t *testing.T, kinds bench.Kinds, expr string) verdict.Threshold {
	t.Helper()
	threshold, err := verdict.ParseThreshold(kinds, expr)
	if err != nil {
		t.Fatal(err)
	}
	return threshold
}

// told is what a threshold's value and judgement read like.
func told(j verdict.Judgement) string {
	mark := "✗"
	if j.OK {
		mark = "✓"
	}
	return strings.TrimSpace(fmt.Sprintf("%s %.4g %s", mark, j.Value, j.Why))
}

// fewGaps is a run with 15 failures, and gaps in few of its requests.
func fewGaps() *bench.Result {
	res := result(1000)
	res.Tally.GapRequests = 300
	res.Tally.Outcomes[bench.Truncated], res.Tally.Outcomes[bench.OK] = 15, 985
	res.Tally.InFlight = 10
	return res
}

func TestThresholdsOfARun(t *testing.T) {
	t.Parallel()
	withSLO := func(a *About) { a.Load.SLO = new("ttft<500ms") }
	good := func() *bench.Result {
		res := fewGaps()
		res.Tally.Good, res.Tally.Window.Good = 505, 500
		return res
	}
	tests := []struct {
		name   string
		result *bench.Result
		adjust func(*About)
		want   map[string]string
	}{
		{"streams", fewGaps(), nil, map[string]string{
			"ttft.p50<800ms": "✓ 150", "ttft.p99<0.1s": "✗ 198.9", "ttft.p97<200ms": "✓ 197", "ttft.p999<1s": "✗ NaN withheld (needs 6,905 requests, have 1,000)",
			"ttft.p99.5<1s": "✗ NaN withheld (needs 1,379 requests, have 1,000)", "ttft.min>=100ms": "✓ 100", "ttft.max<=199.9ms": "✓ 199.9", "ttft.mean<1s": "✓ 150",
			"chunk_gap.p97<1s": "✓ 20", "chunk_gap.p98<1s": "✗ NaN withheld (needs 342 requests, have 300)",
			"ttfo.p50<1s": "✗ NaN nothing was measured", "itl.p50<1s": "✗ NaN nothing was measured",
			"errors<1.5%": "✗ 0.015", "errors<=1.5%": "✓ 0.015", "errors<16": "✓ 15", "truncated==15": "✓ 15", "malformed==0": "✓ 0", "ok>98%": "✓ 0.985",
			"requests_per_s>=100/s": "✓ 100", "requests_per_s<1/m": "✗ 100", "events_per_s>1000": "✓ 1100", "output_tokens_per_s>0": "✓ 1000",
			"goodput>1%": "✗ NaN no SLO was given", "goodput>1/s": "✗ NaN no SLO was given", "goodput_per_s>1": "✗ NaN no SLO was given",
			"findings==0": "✓ 0",
		}},
		{"goodput", good(), withSLO, map[string]string{"goodput>50%": "✗ 0.5", "goodput>=50/s": "✓ 50", "goodput_per_s>49": "✓ 50"}},
		{"still running", censored(), nil, map[string]string{
			"e2e.max<1s": "✗ 9800 20 requests were still running", "e2e.mean<1s": "✗ NaN 20 requests were still running",
		}},
		{"nothing over", &bench.Result{}, nil, map[string]string{
			"errors==0": "✗ NaN no request was over", "requests_per_s>1": "✗ NaN the measured window has no length", "ttft.p50<1s": "✗ NaN nothing was measured",
		}},
		{"jobs", lostJobsResult(), asJobs, map[string]string{
			"findings.critical==0": "✗ 2", "findings.lost-jobs==0": "✗ 1", "findings.blocking-call==0": "✓ 0",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := about()
			if tt.adjust != nil {
				tt.adjust(a)
			}
			run, err := FromResult(tt.result, a)
			if err != nil {
				t.Fatal(err)
			}
			for expr, want := range tt.want {
				if got := told(demand(t, kinds(tt.result), expr).Judge(run.Source())); got != want {
					t.Errorf("%s: %s, want %s", expr, got, want)
				}
			}
		})
	}
}

// Twelve polls are no more than twelve, whether the file lists the quantile or
// its histogram, which says 12.007, is asked.
func TestPollsAreWhole(t *testing.T) {
	t.Parallel()
	res := &bench.Result{Kinds: bench.Jobs, To: time.Second}
	res.Tally.Dists[bench.Polls].Add(12_000_000, 500)
	res.Tally.Dists[bench.Polls].Add(50_000_000, 5)
	res.Tally.Outcomes[bench.OK] = 505
	a := about()
	asJobs(a)
	run, err := FromResult(res, a)
	if err != nil {
		t.Fatal(err)
	}
	for _, expr := range []string{"polls.p95<=12", "polls.p94<=12"} {
		if got := told(demand(t, bench.Jobs, expr).Judge(run.Source())); got != "✓ 12" {
			t.Errorf("%s: %s, want ✓ 12", expr, got)
		}
	}
}

func TestJudgeKeepsWhatBecameOfThresholds(t *testing.T) {
	t.Parallel()
	run, err := FromResult(result(1000), about())
	if err != nil {
		t.Fatal(err)
	}
	run.Judge([]verdict.Threshold{demand(t, bench.Streams, "ttft.p99<0.1s"), demand(t, bench.Streams, "e2e.p99.9<9s")})
	got := run.Thresholds
	if len(got) != 2 || got[0].Expr != "ttft.p99<0.1s" || *got[0].Value != 198.911 || got[0].OK || got[0].Why != nil {
		t.Errorf("%+v", got)
	}
	if got[1].Value != nil || got[1].OK || *got[1].Why != "withheld (needs 6,905 requests, have 1,000)" {
		t.Errorf("%+v", got[1])
	}
	run.Judge(nil)
	if run.Thresholds == nil || len(run.Thresholds) != 0 {
		t.Errorf("no thresholds are an empty list: %+v", run.Thresholds)
	}
}

// Of any quantile the run file tells what the run itself knew: the same value,
// withheld alike, and no lower bound that is too high.
func TestQuantilesOfTheFileAreThoseOfTheRun(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		res := &bench.Result{To: time.Second}
		values := rapid.SliceOfN(rapid.Int64Range(1e6, 1e11), 0, 40).Draw(t, "values")
		ages := rapid.SliceOfN(rapid.Int64Range(1e6, 1e11), 0, 5).Draw(t, "ages")
		each := rapid.Int64Range(1, 30).Draw(t, "each")
		for _, v := range values {
			res.Tally.Dists[bench.E2E].Add(v, each)
		}
		for _, age := range ages {
			res.Tally.Censored[bench.E2E].Add(age, 1)
		}
		res.Tally.Outcomes[bench.OK], res.Tally.InFlight = int64(len(values))*each, int64(len(ages))
		run, err := FromResult(res, about())
		if err != nil {
			t.Fatal(err)
		}
		stat := rapid.SampledFrom([]string{"p1", "p3", "p50", "p66", "p75", "p90", "p93", "p95", "p97", "p98.5", "p99"}).Draw(t, "stat")
		q, _ := verdict.Quantile(stat)
		want := res.Tally.Quantile(bench.E2E, q)
		got, why := run.Source().Value(verdict.Subject{Topic: verdict.Statistic, Name: "e2e", Stat: stat})
		switch want.Founding {
		case bench.Known:
			if math.Abs(got-want.Value) > 1e-3*want.Value || why != "" {
				t.Errorf("%s: %v %q, want %v", stat, got, why, want.Value)
			}
		case bench.Above:
			if got > want.Value*(1+1e-5) || !strings.Contains(why, "still running") {
				t.Errorf("%s: %v %q, want at most %v", stat, got, why, want.Value)
			}
		case bench.Withheld, bench.Missing:
			if !math.IsNaN(got) || why == "" {
				t.Errorf("%s: %v %q, want nothing", stat, got, why)
			}
		}
	})
}

func TestThresholdsOfASnapshot(t *testing.T) {
	t.Parallel()
	res := fewGaps()
	live := &bench.Snapshot{Kinds: bench.Streams, Tally: res.Tally}
	live.Tally.Good = 500
	live.Recent.Span, live.Recent.Flow = 5*time.Second, bench.Flow{Ended: 70, Errors: 20, Events: 100, Chunks: 80, Good: 40}
	early := *live
	early.Recent.Span = 4 * time.Second
	warming := *live
	warming.Tally.Window = bench.Flow{}
	tests := []struct {
		name     string
		snapshot *bench.Snapshot
		slo      bool
		want     map[string]string
	}{
		{"live", live, true, map[string]string{
			"ttft.p50<800ms": "✓ 150", "ttft.p999<1s": "✗ NaN withheld (needs 6,905 requests, have 1,000)", "ttft.mean<1s": "✓ 150", "ttft.max<=199.9ms": "✓ 199.9",
			"ttfo.p50<1s": "✗ NaN nothing was measured", "errors>1%": "✓ 0.015", "truncated==15": "✓ 15", "ok>98%": "✓ 0.985", "goodput>=50%": "✓ 0.5",
			"goodput>7/s": "✓ 8", "requests_per_s<10": "✗ 10", "events_per_s>0": "✓ 20", "output_tokens_per_s>0": "✓ 16",
			"findings==0": "✗ NaN findings are made when the run is over",
		}},
		{"without an SLO", live, false, map[string]string{"goodput>=50%": "✗ NaN no SLO was given", "goodput>7/s": "✗ NaN no SLO was given"}},
		{"four seconds old", &early, true, map[string]string{"requests_per_s<100": "✗ NaN it takes five seconds of the measured window"}},
		{"warming up", &warming, true, map[string]string{"requests_per_s<100": "✗ NaN it takes five seconds of the measured window"}},
		{"nothing yet", &bench.Snapshot{Kinds: bench.Streams}, true, map[string]string{
			"errors>0": "✗ NaN no request was over", "ttft.p50>0ms": "✗ NaN nothing was measured", "ttft.mean>0ms": "✗ NaN nothing was measured",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for expr, want := range tt.want {
				if got := told(demand(t, bench.Streams, expr).Judge(SnapshotSource(tt.snapshot, tt.slo))); got != want {
					t.Errorf("%s: %s, want %s", expr, got, want)
				}
			}
		})
	}
}

// A threshold can ask for every finding that there is: one whose code it does
// not know could never be refused a run for.
func TestFindingsCanBeAskedFor(t *testing.T) {
	t.Parallel()
	for _, res := range []*bench.Result{lostJobsResult(), boundJobs()} {
		a := about()
		asJobs(a)
		for _, f := range findings(res, a) {
			if !slices.Contains(verdict.Codes(), f.Code) || !slices.Contains(verdict.Severities(), f.Severity) {
				t.Errorf("%s finding %s is not among what thresholds know", f.Severity, f.Code)
			}
		}
	}
}
