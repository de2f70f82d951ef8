package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/aibench/aibench/bench"
)

// gated is a run of two seconds that was held to thresholds and steered.
func gated() *bench.Result {
	res := result(1000)
	res.Series = []bench.Second{
		{
			At: time.Second, Length: time.Second, InFlight: 100,
			Flow: bench.Flow{Started: 600, Ended: 500, Events: 6000, Chunks: 5000, Errors: 2},
			TTFT: bench.Pair{Known: true, P50: 150, P99: 199}, Gap: bench.Pair{Known: true, P50: 20, P99: 20},
			Total: bench.Pair{Known: true, P50: 330, P99: 379}, Heat: column(bench.TTFT, 21, 480, 22, 20),
		},
		{At: 1500 * time.Millisecond, Length: 500 * time.Millisecond, Heat: column(bench.TTFT)},
	}
	res.Steered = []bench.Steer{
		{At: 3210 * time.Millisecond, Users: 200}, {At: 5 * time.Second, Paused: true, Users: 200},
		{At: 6 * time.Second, Users: 200},
	}
	return res
}

// column is the heat of a metric: row, count, row, count, …
func column(id bench.MetricID, pairs ...uint32) bench.Heat {
	counts := make([]uint32, bench.HeatRows)
	for i := 0; i < len(pairs); i += 2 {
		counts[pairs[i]] = pairs[i+1]
	}
	return bench.Heat{{Metric: id, Counts: counts}}
}

// judge gives a run thresholds of each kind that a report must tell apart.
func judge(run *Run) {
	run.Thresholds = []ThresholdResult{
		{Expr: "ttft.p50<800ms", Value: new(150.015), OK: true},
		{Expr: "errors<1%", Value: new(0.0174)},
		{Expr: "ttft.p999<1s", Why: new("withheld (needs 6,905 requests, have 1,000)")},
		{Expr: "e2e.p99<5s", Value: new(9800.0), Why: new("20 requests were still running")},
		{Expr: "truncated==0", Value: new(17.0)},
		{Expr: "goodput>50/s", Value: new(90.2), OK: true},
		{Expr: "output_tokens_per_s>20", Value: new(1234.5), OK: true},
		{Expr: "unheard.of|<1", Value: new(1.5)},
	}
}

func abort(run *Run) {
	run.Ending = "stopped"
	run.Aborted = &Aborted{Expr: "ttft.p99>5s", Value: 6200, AtS: 12}
}

// Thresholds read in the units of what they are about.
func TestValueOf(t *testing.T) {
	run := &Run{}
	judge(run)
	want := []string{
		"150 ms", "1.7 %", "withheld (needs 6,905 requests, have 1,000)",
		"≥ 9.80 s: 20 requests were still running", "17", "90.2/s", "1,235/s", "1.50",
	}
	for i := range run.Thresholds {
		if got := run.ValueOf(&run.Thresholds[i]); got != want[i] {
			t.Errorf("%s: got %q, want %q", run.Thresholds[i].Expr, got, want[i])
		}
	}
	if run.Missed() != 5 {
		t.Errorf("missed %d, want 5", run.Missed())
	}
}

// Of a run that somebody played with, the report tells the first changes.
func TestSteering(t *testing.T) {
	closed, open := sample(t, "gated"), sample(t, "open")
	open.Load.Steered = []Steered{
		{AtS: 1, Speed: new(1.5)}, {AtS: 2, Speed: new(1.5), Paused: true}, {AtS: 3, Speed: new(1.5)},
		{AtS: 4, Speed: new(2.0)}, {AtS: 5, Speed: new(2.0)}, {AtS: 6, Speed: new(3.0)},
	}
	for _, tt := range []struct {
		run  *Run
		want string
	}{
		{closed, "at 3.2 s: 200 users|at 5.0 s: paused|at 6.0 s: went on"},
		{open, "at 1.0 s: 1.50 x the rate|at 2.0 s: paused|at 3.0 s: went on|at 4.0 s: 2.00 x the rate|and steered 2 times more"},
		{&Run{}, ""},
	} {
		got := strings.ReplaceAll(strings.Join(tt.run.Steering(), "|"), "steered by hand ", "")
		if got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}

// Runs of streams stand side by side under their labels, else the names of
// their files.
func TestStreamsSideBySide(t *testing.T) {
	runs := cases(t)
	list := []*Run{runs["open"], runs["failing"], runs["invalid"], runs["few"], runs["censored"]}
	var b bytes.Buffer
	if err := (Text{}).SideBySide(&b, list, "unused", "base.json", "a-long-name.json", ""); err != nil {
		t.Fatal(err)
	}
	golden(t, "streams_side_by_side.txt", b.String())
	wide := strings.Builder{}
	if err := (Text{Width: 100}).SideBySide(&wide, list[2:4], "a-long-name.json"); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(wide.String(), "\na-long-name.json !     200 ms") {
		t.Errorf("a name that there is room for is cut:\n%s", wide.String())
	}
	for line := range strings.Lines(b.String()) {
		if n := len([]rune(line)) - 1; n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

// A verdict says what became of the thresholds.
func TestSentenceOnThresholds(t *testing.T) {
	met, missed := ThresholdResult{OK: true}, ThresholdResult{}
	for _, tt := range []struct {
		results []ThresholdResult
		want    string
	}{
		{nil, "199 ms."},
		{[]ThresholdResult{met}, "The threshold was met."},
		{[]ThresholdResult{met, met}, "All 2 thresholds were met."},
		{[]ThresholdResult{missed}, "The threshold was missed."},
		{[]ThresholdResult{met, missed}, "1 of 2 thresholds was missed."},
		{[]ThresholdResult{met, missed, missed}, "2 of 3 thresholds were missed."},
	} {
		run := sample(t, "open")
		run.Load.SLO, run.Thresholds = nil, tt.results
		if got := run.Sentence(); !strings.HasSuffix(got, tt.want) {
			t.Errorf("got %q, want … %s", got, tt.want)
		}
	}
}
