package mockllm

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Faults that a header asks for: how the job stands when all is over that will be, after 10 s, and what the ledger says.
func TestJobFaults(t *testing.T) {
	const lease = 300 * time.Millisecond // of jobServer: a job whose worker has died waits for its end
	tests := []struct {
		fault  string
		status string // "": it is not known
		ran    time.Duration
		lines  []string
	}{
		{"kind=lost-job", "", 0, nil},
		{"kind=lost-job; ms=50", "", 0, []string{"submitted 0", "claimed 1"}},
		{"kind=lost-job; ms=5000", "", 0, []string{"submitted 0", "claimed 1", "finished 1"}},
		{"kind=stuck-job", "running", 0, []string{"submitted 0", "claimed 1"}},
		{"kind=slow-upstream; ms=400", "succeeded", 500 * time.Millisecond, []string{"submitted 0", "claimed 1", "finished 1"}},
		{"kind=crash; times=1; key=a", "succeeded", 100 * time.Millisecond, []string{"submitted 0", "claimed 1", "redelivered 2", "finished 2"}},
		{"kind=crash; times=2; key=a", "succeeded", 100 * time.Millisecond,
			[]string{"submitted 0", "claimed 1", "redelivered 2", "redelivered 3", "finished 3"}},
		{"kind=slow-upstream; ms=400; times=1; key=a", "succeeded", 500 * time.Millisecond, []string{"submitted 0", "claimed 1", "finished 1"}},
		{"kind=block; ms=50", "succeeded", 100 * time.Millisecond, []string{"submitted 0", "claimed 1", "finished 1"}},
	}
	for _, tt := range tests {
		t.Run(tt.fault, func(t *testing.T) {
			cfg := jobServer()
			cfg.AllowFaults, cfg.JobLease = true, lease
			inLab(t, cfg, func(l *lab) {
				a := l.post(jobPath, `{}`, faultHeader, tt.fault)
				kind, _, _ := strings.Cut(strings.TrimPrefix(tt.fault, "kind="), ";")
				if a.status != http.StatusAccepted || a.header.Get(appliedHeader) != kind {
					t.Errorf("submission: %d %v", a.status, a.header)
				}
				id := a.job(t).ID
				after(10 * time.Second)
				a = l.status(id)
				if tt.status == "" {
					if a.status != http.StatusNotFound {
						t.Errorf("status %d %s, want 404", a.status, a.body)
					}
				} else if j := a.job(t); j.Status != tt.status {
					t.Errorf("job %+v, want %s", j, tt.status)
				} else if tt.ran > 0 {
					if ran := *j.Completed - *j.Started; ran < tt.ran.Seconds()-1e-4 || ran > tt.ran.Seconds()+1e-4 {
						t.Errorf("it ran for %v s, want %v", ran, tt.ran)
					}
				}
				if got := l.jobLines(id); tt.lines != nil && !cmp.Equal(tt.lines, got) {
					t.Errorf("ledger %q, want %q", got, tt.lines)
				}
				if id := l.submit(`{}`).ID; tt.status == "running" { // others go on
					after(time.Second)
					if j := l.status(id).job(t); j.Status != "succeeded" {
						t.Errorf("the next job: %+v", j)
					}
				}
			})
		})
	}
}

// A job that kills whoever runs it is given up, and does not keep workers dying for ever.
func TestPoisonedJob(t *testing.T) {
	cfg := jobServer()
	cfg.AllowFaults = true
	inLab(t, cfg, func(l *lab) {
		id := l.submit(`{}`, faultHeader, "kind=crash").ID
		other := l.submit(`{}`).ID
		after(time.Minute / 2)
		if j := l.status(id).job(t); j.Status != "failed" || j.Attempts != maxJobAttempts || j.Error == nil || j.Error.Code != "attempts_exhausted" {
			t.Errorf("after all attempts: %+v %+v", j, j.Error)
		}
		if j := l.status(other).job(t); j.Status != "succeeded" || j.Attempts != 1 {
			t.Errorf("another job: %+v", j)
		}
	})
}

func TestStandingFaultsOfJobs(t *testing.T) {
	tests := []struct {
		spec  string
		lines int // of the ledger that tell of the fault
		other int // of ten jobs, so many end well
	}{
		{"kind=lost-job; p=1", 10, 0},
		{"kind=lost-job; times=3; key=k", 3, 7},
		{"kind=lost-job; every=10ms", 0, 10}, // none was due yet: virtual time stands still
		{"kind=stuck-job; path=/v1/jobs; times=4; key=k", 4, 6},
		{"kind=slow-upstream; ms=1", 10, 10},
		{"kind=crash; path=/v1/jobs; times=5; key=k", 5, 10},
		{"kind=crash; path=/v1/chat/completions", 0, 10},
		{"kind=slow-upstream; ms=1; path=/v1/jobs/{id}", 0, 10},
	}
	for _, tt := range tests {
		t.Run(tt.spec, func(t *testing.T) {
			cfg := jobServer()
			cfg.Faults = []string{tt.spec}
			inLab(t, cfg, func(l *lab) {
				var ids []string
				for range 10 {
					ids = append(ids, l.submit(`{}`).ID)
				}
				after(20 * time.Second)
				ended := 0
				for _, id := range ids {
					if a := l.status(id); a.status == 200 && a.job(t).Status == "succeeded" {
						ended++
					}
				}
				struck := 0
				for _, line := range readLedger(t, l.ledger, "job") {
					if line.Fault != nil {
						struck++
					}
				}
				if ended != tt.other || struck != tt.lines {
					t.Errorf("%d of 10 jobs ended well, %d lines with a fault; want %d and %d", ended, struck, tt.other, tt.lines)
				}
			})
		})
	}
}

// What is meant for jobs leaves everything else alone, and uses up none of its times there.
func TestFaultsOfJobsStrikeNothingElse(t *testing.T) {
	cfg := exact()
	cfg.AllowFaults = true
	cfg.Faults = []string{"kind=stuck-job; every=1ms"}
	inLab(t, cfg, func(l *lab) {
		after(time.Second)
		for _, kind := range []string{"lost-job", "stuck-job"} {
			for range 2 {
				a := l.post("/v1/chat/completions", chatStream, faultHeader, "kind="+kind+"; times=1; key=k")
				if a.status != 200 || a.header.Get(appliedHeader) != "" || len(a.events) != 6 {
					t.Errorf("%s on a chat: %d %v, %d events", kind, a.status, a.header, len(a.events))
				}
			}
		}
		if a := l.post("/v1/embeddings", embedOne, faultHeader, "kind=slow-upstream; ms=5"); a.status != 200 || a.header.Get(appliedHeader) != "" {
			t.Errorf("slow-upstream on embeddings: %d %v", a.status, a.header)
		}
		if a := l.post(jobPath, `{}`, faultHeader, "kind=lost-job; times=1; key=k"); a.header.Get(appliedHeader) != "lost-job" {
			t.Errorf("on a job: %v", a.header)
		}
	})
}

func TestSlowUpstreamDelaysTheFirstToken(t *testing.T) {
	tests := []struct {
		body string
		at   []time.Duration
		end  time.Duration
	}{
		{chatStream, ms(150, 160, 170), 170 * time.Millisecond},
		{chatWhole, nil, 170 * time.Millisecond},
	}
	for _, tt := range tests {
		cfg := exact()
		cfg.AllowFaults = true
		inLab(t, cfg, func(l *lab) {
			a := l.post("/v1/chat/completions", tt.body, faultHeader, "kind=slow-upstream; ms=50")
			if _, at := a.texts(); !cmp.Equal(tt.at, at) || a.at != tt.end || a.header.Get(appliedHeader) != "slow-upstream" {
				t.Errorf("%s: tokens at %v, end at %v, %v", tt.body, at, a.at, a.header)
			}
			if diff := cmp.Diff([]string{"request 200 tokens=3 finish=stop fault=slow-upstream"}, l.summaries()); diff != "" {
				t.Errorf("ledger (-want +got):\n%s", diff)
			}
		})
	}
}
