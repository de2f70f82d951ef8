package mockllm

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// jobServer is a server whose jobs take 100 ms, in memory, with two job workers.
func jobServer() Config {
	return Config{JobWorkers: 2, JobTime: 100 * time.Millisecond, JobLease: 300 * time.Millisecond, JobTTL: time.Minute}
}

// jobSeen is a job as a client sees it in the native style.
type jobSeen struct {
	ID, Status string
	TaskID     string   `json:"task_id"`
	Created    *float64 `json:"created_at"`
	Started    *float64 `json:"started_at"`
	Completed  *float64 `json:"completed_at"`
	Attempts   int
	StatusURL  string `json:"status_url"`
	CancelURL  string `json:"cancel_url"`
	ResultURL  string `json:"result_url"`
	EventsURL  string `json:"events_url"`
	WSURL      string `json:"ws_url"`
	Result     *jobResult
	Error      *jobError
}

// job reads an answer as a job.
func (a answer) job(t testing.TB) jobSeen {
	t.Helper()
	var j jobSeen
	if a.err != nil {
		t.Fatal(a.err)
	}
	if err := json.Unmarshal([]byte(a.body), &j); err != nil || j.ID == "" {
		t.Fatalf("not a job (%v): %d %q", err, a.status, a.body)
	}
	return j
}

// submit submits a job that is accepted.
func (l *lab) submit(body string, header ...string) jobSeen {
	l.Helper()
	a := l.post(jobPath, body, header...)
	if a.status != http.StatusAccepted {
		l.Fatalf("submit: %d %s", a.status, a.body)
	}
	return a.job(l)
}

func (l *lab) status(id string) answer {
	l.Helper()
	return l.do(http.MethodGet, jobPath+"/"+id, "")
}

// after lets virtual time pass in the bubble, and everything happen that is due by then.
func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// jobLines is the ledger's job lines as "event attempt", of one job or, with "", of all. Those of several processes come
// as they come: attempts order them.
func (l *lab) jobLines(id string) []string {
	l.Helper()
	synctest.Wait()
	var all []string
	lines := readLedger(l, l.ledger, "job")
	slices.SortStableFunc(lines, func(a, b ledgerLine) int { return a.Attempt - b.Attempt })
	for _, line := range lines {
		if id == "" || line.ID == id {
			all = append(all, fmt.Sprint(line.Event, " ", line.Attempt))
		}
	}
	return all
}

func TestJobFromSubmissionToResult(t *testing.T) {
	inLab(t, jobServer(), func(l *lab) {
		a := l.post(jobPath, `{"input":{"a":"<1>"},"model":"mock-1","prompt":"x"}`)
		first := a.job(t)
		at := "http://lab/v1/jobs/" + first.ID
		for name, want := range map[string]string{"Location": at, "Operation-Location": at, "Retry-After": "1", "Retry-After-Ms": "100"} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
		}
		links := []string{first.TaskID, first.StatusURL, first.CancelURL, first.ResultURL, first.EventsURL, first.WSURL}
		want := []string{first.ID, at, at + "/cancel", at + "/result", at + "/events", strings.Replace(at, "http", "ws", 1) + "/ws"}
		if diff := cmp.Diff(want, links); diff != "" {
			t.Errorf("links (-want +got):\n%s", diff)
		}
		after(50 * time.Millisecond)
		running := l.status(first.ID)
		if j := running.job(t); j.Status != "running" || j.Attempts != 1 || j.Completed != nil || running.header.Get("Retry-After") == "" {
			t.Errorf("at 50 ms: %+v, %v", j, running.header)
		}
		if a := l.do(http.MethodGet, jobPath+"/"+first.ID+"/result", ""); a.status != http.StatusAccepted || a.header.Get("Retry-After") == "" {
			t.Errorf("the result of a running job: %d %v", a.status, a.header)
		}
		after(100 * time.Millisecond)
		over := l.status(first.ID)
		j := over.job(t)
		if j.Status != "succeeded" || over.status != http.StatusOK || over.header.Get("Retry-After") != "" {
			t.Errorf("at 150 ms: %d %+v", over.status, j)
		}
		if j.Result == nil || string(j.Result.Input) != `{"a":"\u003c1\u003e"}` || j.Result.Attempt != 1 || j.Result.MS != 100 {
			t.Errorf("result %+v", j.Result)
		}
		if took := *j.Completed - *j.Started; took < 0.0999 || took > 0.1001 {
			t.Errorf("it ran for %v s by the server's stamps, want 0.1", took)
		}
		if a := l.do(http.MethodGet, jobPath+"/"+first.ID+"/result", ""); a.status != http.StatusOK || !strings.Contains(a.body, `"attempt":1`) {
			t.Errorf("the result: %d %q", a.status, a.body)
		}
		if diff := cmp.Diff([]string{"submitted 0", "claimed 1", "finished 1"}, l.jobLines(first.ID)); diff != "" {
			t.Errorf("ledger (-want +got):\n%s", diff)
		}
	})
}

// Whoever cancels a job need not wait for its lease to have the worker back.
func TestWorkerOfACanceledJobIsFree(t *testing.T) {
	tests := []struct{ cancel, wait time.Duration }{
		{time.Millisecond, unwatched - time.Millisecond},
		{unwatched, 0},
		{30 * time.Second, 0},
	}
	for _, tt := range tests {
		t.Run(tt.cancel.String(), func(t *testing.T) {
			cfg := jobServer()
			cfg.JobWorkers, cfg.JobLease = 1, time.Hour
			inLab(t, cfg, func(l *lab) {
				long, next := l.submit(`{"ms":600000}`).ID, l.submit(`{}`).ID
				after(tt.cancel)
				j := l.post(jobPath+"/"+long+"/cancel", "").job(t)
				after(time.Second)
				got := *l.status(next).job(t).Started - *j.Completed
				if got := time.Duration(got * float64(time.Second)).Round(time.Millisecond); got != tt.wait {
					t.Errorf("the next job starts %v after the cancel, want %v", got, tt.wait)
				}
				if lines := l.jobLines(long); lines[len(lines)-1] != "canceled 1" {
					t.Errorf("ledger %q", lines)
				}
			})
		})
	}
}
