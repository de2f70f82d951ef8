package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aibench/aibench/bench"
)

// jobResult is a run of n jobs that a server stamped and a client polled: they
// waited from 0 ms upwards in steps of 1 ms, ran for 200 ms, and were seen to
// be over up to 100 ms after that.
func jobResult(n int) *bench.Result {
	res := &bench.Result{
		Kinds: bench.Jobs, To: 10 * time.Second,
		Health: bench.Health{Watched: true, CPU: 0.05, CPUKnown: true},
	}
	t := &res.Tally
	for i := range int64(n) {
		wait, run, late := i*int64(time.Millisecond), int64(200*time.Millisecond), i%100*int64(time.Millisecond)
		t.Dists[bench.Accept].Add(int64(2*time.Millisecond), 1)
		t.Dists[bench.QueueWait].Add(wait, 1)
		t.Dists[bench.Run].Add(run, 1)
		t.Dists[bench.Turnaround].Add(wait+run, 1)
		t.Dists[bench.Discovery].Add(late, 1)
		t.Dists[bench.Completion].Add(wait+run+late, 1)
		t.Dists[bench.Polls].Add(3_000_000, 1)
		t.Widths[bench.Discovery].Add(int64(400*time.Microsecond), 1)
		t.SendLag.Add(int64(50*time.Microsecond), 1)
	}
	t.Outcomes[bench.OK] = int64(n)
	rest(t, int64(n), 0)
	t.Polls, t.PollBytes = int64(3*n), int64(1140*n)
	t.Window = bench.Flow{Started: int64(n), Ended: int64(n)}
	return res
}

// rest says on what the values of a run of jobs rest.
func rest(t *bench.Tally, stamped, bounded int64) {
	for _, id := range []bench.MetricID{bench.QueueWait, bench.Run, bench.Discovery} {
		t.Stamped[id], t.Bounded[id] = stamped, bounded
	}
	t.Stamped[bench.Turnaround] = t.Dists[bench.Turnaround].Count()
}

func asJobs(a *About) {
	a.Command = []string{"aibench", "job", "-c", "50", "-n", "1000"}
	a.Target.URL, a.Target.Dialect, a.Target.Profile = "http://127.0.0.1:8000/v1/jobs", nil, new("native")
	a.Load = Load{
		Kind: "closed", Concurrency: new(50), Requests: new(int64(1000)), DrainS: 30,
		Wait: new("poll"), PollInterval: new("200ms..5s"), MaxWaitS: new(600.0),
	}
}

// unstampedJobs is a run whose server stamps nothing.
func unstampedJobs(n int) *bench.Result {
	res := jobResult(n)
	t := &res.Tally
	t.Dists[bench.Turnaround].Reset()
	rest(t, 0, int64(n))
	t.Widths[bench.Discovery].Reset()
	for i := range int64(n) {
		width := int64(200*time.Millisecond) + i*int64(100*time.Microsecond)
		t.Widths[bench.QueueWait].Add(width, 1)
		t.Widths[bench.Run].Add(2*width, 1)
		t.Widths[bench.Discovery].Add(width, 1)
		t.Widths[bench.Completion].Add(width, 1)
	}
	return res
}

// unseenJobs is a run whose jobs nobody saw running, one of them to its end.
func unseenJobs() *bench.Result {
	res := unstampedJobs(120)
	t := &res.Tally
	t.InFlight = 1
	t.Censored[bench.QueueWait].Add(int64(time.Second), 1)
	t.Censored[bench.Completion].Add(int64(time.Second), 1)
	for _, id := range []bench.MetricID{bench.QueueWait, bench.Run} {
		t.Dists[id].Reset()
		t.Widths[id].Reset()
	}
	return res
}

func lostJobsResult() *bench.Result {
	res := jobResult(1000)
	t := &res.Tally
	t.Outcomes[bench.Lost], t.Outcomes[bench.Stuck], t.Outcomes[bench.Duplicated] = 3, 2, 4
	t.Outcomes[bench.JobFailed], t.Outcomes[bench.ProtocolError], t.Outcomes[bench.SubmitError] = 1, 1, 1
	t.Dists[bench.Accept].Add(int64(2*time.Millisecond), 11)
	t.Details[bench.Lost] = []string{"404 for a job that had been accepted"}
	t.Details[bench.Stuck] = []string{"still queued after 10m0s"}
	t.Details[bench.Duplicated] = []string{"2 runs of one job"}
	t.Details[bench.JobFailed] = []string{"job failed: out of memory"}
	t.Details[bench.ProtocolError] = []string{"the status answer is no JSON: <html>"}
	t.Details[bench.SubmitError] = []string{"503 Service Unavailable: queue full"}
	rest(t, 900, 100)
	t.InFlight = 5
	for range 5 {
		t.Censored[bench.Completion].Add(int64(9800*time.Millisecond), 1)
		t.Censored[bench.QueueWait].Add(int64(9700*time.Millisecond), 1)
	}
	return res
}

// boundJobs is a run whose jobs ran four at a time while the others waited.
func boundJobs() *bench.Result {
	const atOnce, length = 4, 200 * time.Millisecond
	res := jobResult(400)
	for i := range time.Duration(400) {
		turn := i / atOnce
		res.Spans = append(res.Spans, bench.Span{
			Submitted: max(0, turn-10) * length, Started: turn * length, Finished: (turn + 1) * length,
		})
	}
	return res
}

func jobsRefused() *bench.Result {
	res := &bench.Result{Kinds: bench.Jobs, Ending: bench.GaveUp, To: 20 * time.Millisecond}
	res.Tally.Outcomes[bench.SubmitError] = 20
	res.Tally.Details[bench.SubmitError] = []string{"401 Unauthorized: bad key"}
	return res
}

// jobCases make results of jobs of each kind that a report must tell apart.
func jobCases() map[string]func() *bench.Result {
	return map[string]func() *bench.Result{
		"job":           func() *bench.Result { return jobResult(1000) },
		"job_few":       func() *bench.Result { return jobResult(7) },
		"job_unstamped": func() *bench.Result { return unstampedJobs(1000) },
		"job_unseen":    unseenJobs,
		"job_losses":    lostJobsResult,
		"job_refused":   jobsRefused,
	}
}

// What has no meaning for a job is null, and so is what only a stream has.
func TestJobsAreNoStreams(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, sample(t, "job")); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"dialect":null,"profile":"native"`, `"events":null,"tokens":null`, `"tokens_basis":null`,
		`"polls":3000,"poll_bytes":1140000`, `"events_per_s":null,"output_tokens_per_s":null`,
		`"wait":"poll","poll_interval":"200ms..5s","max_wait_s":600`,
		`"width":{"p50":0.4,"p99":0.4,"max":0.4},"basis":"server"`, `"polls":{"unit":"polls","count":1000,"min":3`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in\n%s", want, b.String())
		}
	}
	for _, unwanted := range []string{`"ttft":`, `"itl":`, `"tpot":`} {
		if strings.Contains(b.String(), unwanted) {
			t.Errorf("%s in\n%s", unwanted, b.String())
		}
	}
}

// Each metric says whose word it rests on; what the client saw for itself
// rests on nobody's.
func TestBasis(t *testing.T) {
	tests := []struct {
		name, metric string
		want         *string
	}{
		{"job", "accept", nil},
		{"job", "completion", nil},
		{"job", "queue_wait", new(BasisServer)},
		{"job_unstamped", "queue_wait", new(BasisPolls)},
		{"job_unstamped", "turnaround", nil}, // there is none
		{"job_losses", "run", new(BasisMixed)},
		{"job_losses", "turnaround", new(BasisServer)},
	}
	runs := cases(t)
	for _, tt := range tests {
		m, ok := runs[tt.name].Metrics.Get(tt.metric)
		if diff := cmp.Diff(tt.want, m.Basis); !ok || diff != "" {
			t.Errorf("%s, %s (-want +got): %s", tt.name, tt.metric, diff)
		}
	}
}

func TestSideBySide(t *testing.T) {
	poll, ws, sse := sample(t, "job"), sample(t, "job"), sample(t, "job_few")
	ws.Load.Wait, sse.Load.Wait, sse.Label = new("ws"), new("sse"), new("a label that is too long")
	var b bytes.Buffer
	if err := (Text{}).SideBySide(&b, []*Run{poll, ws, sse}); err != nil {
		t.Fatal(err)
	}
	golden(t, "side_by_side.txt", b.String())

	b.Reset()
	for _, runs := range [][]*Run{{poll}, {poll, sample(t, "valid")}, nil} {
		if err := (Text{}).SideBySide(&b, runs); err != nil || b.Len() > 0 {
			t.Errorf("%d runs: %q, %v", len(runs), b.String(), err)
		}
	}
}

// How often a job was asked after has no meaning where it was told.
func TestPushedJobsHaveNoPace(t *testing.T) {
	for wait, want := range map[string]string{
		"poll": "3.00 a job · 3,000 in all · 1.14 MB · every 200 ms to 5 s or as Retry-After says",
		"ws":   "3.00 a job · 3,000 in all · 1.14 MB · asking to be told among them",
	} {
		run := sample(t, "job")
		run.Load.Wait = &wait
		var b bytes.Buffer
		if err := (Text{Width: 200}).Write(&b, run); err != nil || !strings.Contains(b.String(), want) {
			t.Errorf("%s: %v, no %q in\n%s", wait, err, want, b.String())
		}
	}
}

func TestPace(t *testing.T) {
	const obedient = " or as Retry-After says"
	for interval, want := range map[string]string{
		"200ms..5s": "every 200 ms to 5 s" + obedient, "fixed:250ms": "every 250 ms",
		"1m30s": "every 90 s or more" + obedient, "1.5ms": "every 1.5ms or more" + obedient,
		"x..y": "every x to y" + obedient, "fixed:2m": "every 2 min",
	} {
		if got := pace(&interval); got != want {
			t.Errorf("pace(%q) = %q, want %q", interval, got, want)
		}
	}
}

// An uncertainty that no printed digit shows is not printed.
func TestUncertaintyBeneathTheDigits(t *testing.T) {
	tests := []struct {
		p50, widest *float64
		want        bool
	}{
		{new(400.0), new(0.39), false},
		{new(400.0), new(0.4), true},
		{nil, new(0.001), true},
		{new(400.0), nil, true},
		{new(0.0), new(0.001), true},
	}
	for _, tt := range tests {
		m := Metric{P50: tt.p50, Width: &Width{Max: tt.widest}}
		if m.vague() != tt.want {
			t.Errorf("median %v, width %v: %v, want %v", tt.p50, tt.widest, m.vague(), tt.want)
		}
	}
	if (&Metric{}).vague() {
		t.Error("an exact metric is vague")
	}
}

func TestVolume(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 bytes", 999: "999 bytes", 1000: "1.00 kB", 456_000: "456 kB", 999_600: "1.00 MB", 5e12: "5,000 GB",
	} {
		if got := volume(n); got != want {
			t.Errorf("volume(%d) = %q, want %q", n, got, want)
		}
	}
}
