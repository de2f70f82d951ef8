package report

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aibench/aibench/bench"
)

// What was worked out to the sixth digit is not known to the sixth: as many as tell the value from its bound do.
func TestValueAndBoundDifferInAsFewDigitsAsTheyCan(t *testing.T) {
	for _, tt := range []struct {
		a, b         float64
		unit         string
		textA, textB string
	}{
		{0.00522206, 0.005, "fraction", "0.522 %", "0.5 %"},
		{0.005000206, 0.005, "fraction", "0.50002 %", "0.5 %"},
		{5.0001, 5, "ms", "5.0001 ms", "5 ms"},
		{5, 5, "ms", "5.00 ms", "5.00 ms"},
		{0.06, 0.05, "fraction", "6.0 %", "5.0 %"},
	} {
		if a, b := apart(tt.a, tt.b, tt.unit); a != tt.textA || b != tt.textB {
			t.Errorf("apart(%v, %v) = %s, %s; want %s, %s", tt.a, tt.b, a, b, tt.textA, tt.textB)
		}
	}
}

// A breach never reads as if the bound had been kept.
func TestBreachReadsAsABreach(t *testing.T) {
	tests := []struct {
		breach Breach
		want   string
	}{
		{Breach{"late-reads", 0.0503, 0.05, "fraction"}, "5.03 % of the events were read late and together > 5 %"},
		{Breach{"late-reads", 0.2, 0.05, "fraction"}, "20 % of the events were read late and together > 5.0 %"},
		{Breach{"send-lag", 5.0004, 5, "ms"}, "send lag p99 5.0004 ms > 5 ms"},
		{Breach{"rate", 0.9499, 0.95, "fraction"}, "94.99 % of the intended rate was reached < 95 %"},
	}
	for _, tt := range tests {
		if got := tt.breach.String(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

// Two figures of one quantile are told apart by their metrics.
func TestFootnotesNameTheMetricsWhereTheyDiffer(t *testing.T) {
	few := func(title string, have int64) row {
		r := row{title: title}
		r.metric.Withheld.Add("p99", Withheld{Have: have, Need: 688})
		return r
	}
	tests := []struct {
		shown []row
		want  []string
	}{
		{[]row{few("TTFT", 2), few("E2E", 2)}, []string{"– p99 needs 688 requests, have 2"}},
		{[]row{few("TTFT", 2), few("gap", 2), few("E2E", 1)}, []string{
			"– p99 of TTFT, gap needs 688 requests, have 2", "– p99 of E2E needs 688 requests, have 1",
		}},
		{nil, nil},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, tooFew(tt.shown, "p99", counted)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// A run without a warm-up did not end in one: what kept its requests from beginning while it was measured is named.
func TestCauseOfARunThatMissedItsWindow(t *testing.T) {
	late := []Second{{T: 1}, {T: 2, Started: 122}}
	busy := Client{Breaches: []Breach{{Code: "pauses", Value: 0.6, Bound: 0.05, Unit: "fraction"}}}
	for _, tt := range []struct {
		name      string
		run       Run
		what, try string
	}{
		{"an overloaded client", Run{DurationS: 0.5, Series: late, Client: busy},
			"none of 122 requests was started within the 500 ms that were measured: the client was the limit: its own pauses were 60 % of the run > 5.0 %", "a quieter machine"},
		{"after a warm-up", Run{DurationS: 0.5, Load: Load{WarmupS: 1}, Series: late},
			"none of 122 requests was started within the 500 ms that were measured", "a longer -d"},
		{"inside the warm-up", Run{Load: Load{WarmupS: 1.5}, Series: late}, "all 122 fell into the warm-up of 1.5 s", "a shorter --warmup"},
	} {
		if what, try := tt.run.Cause(); what != tt.what || !strings.HasPrefix(try, tt.try) {
			t.Errorf("%s: got %q, %q", tt.name, what, try)
		}
	}
}

// A run that ended inside its warm-up was not without requests.
func TestCauseOfARunInsideItsWarmup(t *testing.T) {
	run := &Run{Load: Load{WarmupS: 2}, Series: []Second{{Started: 3}, {Started: 1}}}
	if got, _ := run.Cause(); got != "all 4 fell into the warm-up of 2 s" {
		t.Errorf("Cause() = %q", got)
	}
	if got, _ := (&Run{}).Cause(); got != "no request was made" {
		t.Errorf("without a request: %q", got)
	}
}

// The run file begins when the run says, not when its result was gathered.
func TestEpochIsTakenOnce(t *testing.T) {
	run, err := FromResult(&bench.Result{EpochMonoNS: 8, EpochKnown: true}, &About{Started: time.Unix(0, 0), EpochMonoNS: new(int64(7))})
	if err != nil || *run.EpochMonoNS != 7 {
		t.Errorf("epoch %v, %v", run, err)
	}
}

// A run of jobs is measured once one of them was followed to some end; what
// never was a job, or cannot be read, is no measurement.
func TestWhatIsAMeasurementOfJobs(t *testing.T) {
	for o := range bench.NumOutcomes {
		run := &Run{Load: Load{Wait: new("poll")}}
		run.Counts.Outcomes.Add(o.String(), 1)
		if o == bench.OK {
			run.Counts.OK = 1
		}
		want := false
		switch o {
		case bench.OK, bench.JobFailed, bench.JobCanceled, bench.Lost, bench.Expired, bench.Stuck, bench.Duplicated:
			want = true
		default:
		}
		if run.Measured() != want {
			t.Errorf("%v: %v, want %v", o, run.Measured(), want)
		}
	}
}

// The progress of jobs is what they are waited for.
func TestProgressOfJobs(t *testing.T) {
	s := &bench.Snapshot{At: 3 * time.Second, InFlight: 50, Tally: jobResult(1000).Tally}
	s.Flow.Ended, s.Flow.Errors = 1000, 2
	want := "3 of 10 s · 50 in flight · 1,000 done · 2 failed · queue wait p50 499 ms p99 989 ms · completion p50 748 ms p99 1.28 s"
	if got := Progress(s, 10*time.Second); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A run that was stopped must not be shown as one that has time left.
func TestProgressOfAStoppedRun(t *testing.T) {
	s := &bench.Snapshot{At: 3 * time.Second, InFlight: 5, Over: true}
	if got, want := Progress(s, 10*time.Second), "3 s, waiting for the last · 5 in flight · 0 done"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// An open loop's progress shows whether it keeps its schedule.
func TestProgressOfAnOpenLoop(t *testing.T) {
	s := &bench.Snapshot{At: 3 * time.Second, InFlight: 5, Open: true, Scheduled: 1200, Dispatched: 1190, Paused: true}
	want := "3 of 10 s, paused · 1,190 of 1,200 due started · 5 in flight · 0 done"
	if got := Progress(s, 10*time.Second); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
