package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aibench/aibench/bench"
)

// Seeing one lost, stuck or doubled job proves that there are such; no other
// failure is a finding by itself.
func TestOutcomesThatAreFindings(t *testing.T) {
	about := &About{Load: Load{MaxWaitS: new(600.0)}}
	for o := range bench.NumOutcomes {
		res := &bench.Result{Kinds: bench.Jobs}
		res.Tally.Outcomes[o] = 1
		var codes []string
		for _, f := range findings(res, about) {
			codes = append(codes, f.Severity+" "+f.Code)
		}
		var want []string
		switch o {
		case bench.Lost:
			want = []string{"critical lost-jobs"}
		case bench.Stuck:
			want = []string{"critical stuck-jobs"}
		case bench.Duplicated:
			want = []string{"warning duplicate-jobs"}
		default:
		}
		if diff := cmp.Diff(want, codes); diff != "" {
			t.Errorf("%v (-want +got):\n%s", o, diff)
		}
	}
}

// A queue that runs four jobs at a time is named with that number.
func TestBoundQueueIsAFinding(t *testing.T) {
	about := about()
	asJobs(about)
	run, err := FromResult(boundJobs(), about)
	if err != nil {
		t.Fatal(err)
	}
	if !run.found("queue-bound") || run.Findings[0].Title != "queue-bound: 4 jobs at a time" {
		t.Errorf("%+v", run.Findings)
	}
}

// A failure has one advice: the finding's, where it became one.
func TestAdviceIsGivenOnce(t *testing.T) {
	var b bytes.Buffer
	if err := (Text{Width: 1000}).Write(&b, sample(t, "job_losses")); err != nil {
		t.Fatal(err)
	}
	for _, outcome := range []string{"lost", "stuck", "duplicated", "failed", "protocol_error"} {
		if n := strings.Count(b.String(), adviceOnJob(outcome)); n != 1 {
			t.Errorf("%s: advice given %d times", outcome, n)
		}
	}
}

// Every outcome of a job but success has advice, and so has every way of not
// being accepted.
func TestAdviceOnJobs(t *testing.T) {
	for o := bench.JobFailed; o < bench.NumOutcomes; o++ {
		if adviceOn(o.String(), "") == "" {
			t.Errorf("no advice on %v", o)
		}
	}
	tests := []struct{ detail, want string }{
		{"307 Temporary Redirect", "redirect"},
		{"401 Unauthorized", "--api-key-env"},
		{"503 Service Unavailable", "server's log"},
		{"connect: 127.0.0.1:9: connection refused", "nothing listens"},
		{"connect: /run/x.sock: no such file or directory", "--unix-socket"},
		{"connect: 192.0.2.1:80: i/o timeout", "the route to it"},
		{"TLS: x509: certificate signed by unknown authority", "--cacert"},
		{`the name "nowhere" does not resolve`, "host's name"},
		{"no answer to the submission within 30s", "handler waits for"},
		{"read response head: connection reset by peer", "cut connections"},
	}
	for _, tt := range tests {
		if got := adviceOn("submit_error", tt.detail); !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want … %s …", tt.detail, got, tt.want)
		}
	}
}

// Evidence reads in the units that its names end with, whatever it is.
func TestEvidenceInWords(t *testing.T) {
	f := Finding{Evidence: Ordered[any]{
		{"jobs", 1234.0},
		{"rate", 1.5},
		{"busy_s", 12.3},
		{"run_ms", 200.0},
		{"steady_fraction", 0.991},
		{"path", "POST /v1/jobs\x1b[31m"},
		{"list", []any{1.0, "two"}},
		{"none", nil},
	}}
	want := []string{
		"jobs 1,234", "rate 1.50", "busy 12.3 s", "run 200 ms", "steady 99.1 %", "path POST /v1/jobs [31m",
		`list [1,"two"]`, "none null",
	}
	if diff := cmp.Diff(want, f.evidence()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What a run of streams proves has a finding of its own kind or none.
func TestStreamsHaveNoFindingsOfJobs(t *testing.T) {
	for name, run := range cases(t) {
		if !run.Jobs() && len(run.Findings) > 0 {
			t.Errorf("%s: %v", name, run.Findings)
		}
	}
}
