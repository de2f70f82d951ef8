package mockllm

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aibench/aibench/mockllm/queue"
)

func TestJobThatFails(t *testing.T) {
	tests := []struct{ name, body, message string }{
		{"true", `{"fail":true}`, "the job was asked to fail"},
		{"a text", `{"fail":"out of memory"}`, "out of memory"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inLab(t, jobServer(), func(l *lab) {
				id := l.submit(tt.body).ID
				after(150 * time.Millisecond)
				a := l.status(id)
				want := &jobError{Message: tt.message, Code: "job_failed"}
				if j := a.job(t); a.status != http.StatusOK || j.Status != "failed" || j.Result != nil || !cmp.Equal(want, j.Error) {
					t.Errorf("status %d: %+v, error %+v", a.status, j, j.Error)
				}
				r := l.do(http.MethodGet, jobPath+"/"+id+"/result", "")
				if e := r.refusal(t); r.status != http.StatusInternalServerError || e.Message != tt.message {
					t.Errorf("result %d: %+v", r.status, e)
				}
				if diff := cmp.Diff([]string{"submitted 0", "claimed 1", "failed 1"}, l.jobLines(id)); diff != "" {
					t.Errorf("ledger (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestJobBodies(t *testing.T) {
	inLab(t, jobServer(), func(l *lab) {
		tests := []struct {
			name, body string
			status     int
			message    string
		}{
			{"empty object", `{}`, 202, ""},
			{"nulls", `{"ms":null,"fail":null,"input":null}`, 202, ""},
			{"of a chat", chatWhole, 202, ""},
			{"a fraction of a millisecond", `{"ms":0.5}`, 202, ""},
			{"fail of false", `{"fail":false}`, 202, ""},
			{"nothing", ``, 400, "empty"},
			{"null", `null`, 400, "is null"},
			{"an array", `[]`, 400, "send a JSON object"},
			{"no JSON", `{`, 400, "not valid JSON"},
			{"ms is a text", `{"ms":"1"}`, 400, "ms has the wrong type"},
			{"ms is negative", `{"ms":-1}`, 400, "ms is out of range"},
			{"ms is a week", `{"ms":604800000}`, 400, "ms is out of range"},
			{"fail is a number", `{"fail":1}`, 400, "fail has the wrong type"},
			{"a megabyte", `{"input":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "bytes at most"},
		}
		for _, tt := range tests {
			a := l.post(jobPath, tt.body)
			if a.status != tt.status {
				t.Errorf("%s: %d %.100s, want %d", tt.name, a.status, a.body, tt.status)
				continue
			}
			if tt.message != "" && !strings.Contains(a.refusal(t).Message, tt.message) {
				t.Errorf("%s: %.100s, want %q", tt.name, a.body, tt.message)
			}
		}
		if a := l.post(jobPath, `{}`, "Idempotency-Key", strings.Repeat("k", 256)); a.status != 400 {
			t.Errorf("a key of 256 bytes: %d", a.status)
		}
	})
}

func TestIdempotencyKey(t *testing.T) {
	inLab(t, jobServer(), func(l *lab) {
		first := l.submit(`{"input":1}`, "Idempotency-Key", "a")
		again := l.submit(`{"input":1}`, "Idempotency-Key", "a")
		other := l.submit(`{"input":1}`, "Idempotency-Key", "b")
		none := l.submit(`{"input":1}`)
		if again.ID != first.ID || other.ID == first.ID || none.ID == first.ID || none.ID == other.ID {
			t.Errorf("ids %q, again %q, with another key %q, without %q", first.ID, again.ID, other.ID, none.ID)
		}
		after(time.Second)
		if late := l.submit(`{"input":1}`, "Idempotency-Key", "a"); late.ID != first.ID || late.Status != "succeeded" {
			t.Errorf("after the end: %+v", late)
		}
		if diff := cmp.Diff([]string{"submitted 0", "claimed 1", "finished 1"}, l.jobLines(first.ID)); diff != "" {
			t.Errorf("ledger (-want +got):\n%s", diff)
		}
	})
}

func TestCancel(t *testing.T) {
	tests := []struct {
		name, method, path string
		busy               bool // both workers have something else to do
		lines              []string
	}{
		{"queued", "POST", "/cancel", true, []string{"submitted 0", "canceled 0"}},
		{"running", "POST", "/cancel", false, []string{"submitted 0", "claimed 1", "canceled 1"}},
		{"by DELETE", "DELETE", "", false, []string{"submitted 0", "claimed 1", "canceled 1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := jobServer()
			cfg.JobLease = time.Minute
			inLab(t, cfg, func(l *lab) {
				if tt.busy {
					l.submit(`{"ms":1000}`)
					l.submit(`{"ms":1000}`)
				}
				id := l.submit(`{"ms":60000}`).ID
				after(50 * time.Millisecond)
				for range 2 { // the second changes nothing
					a := l.do(tt.method, jobPath+"/"+id+tt.path, "")
					if j := a.job(t); a.status != http.StatusOK || j.Status != "canceled" {
						t.Fatalf("cancel: %d %+v", a.status, j)
					}
				}
				if a := l.do(http.MethodGet, jobPath+"/"+id+"/result", ""); a.status != http.StatusGone {
					t.Errorf("the result of a canceled job: %d", a.status)
				}
				if diff := cmp.Diff(tt.lines, l.jobLines(id)); diff != "" {
					t.Errorf("ledger (-want +got):\n%s", diff)
				}
				if tt.busy {
					after(time.Second)
				}
				// Its worker is free for others at once, however long the lease is.
				next := []string{l.submit(`{}`).ID, l.submit(`{}`).ID}
				after(150 * time.Millisecond) // one worker would take 200
				for _, id := range next {
					if j := l.status(id).job(t); j.Status != "succeeded" {
						t.Errorf("a job afterwards: %+v", j)
					}
				}
				if a := l.do(tt.method, jobPath+"/"+next[0]+tt.path, ""); a.status != http.StatusOK || a.job(t).Status != "succeeded" {
					t.Errorf("cancel of a job that is over: %d %s", a.status, a.body)
				}
			})
		})
	}
}

func TestUnknownAndExpiredJobs(t *testing.T) {
	inLab(t, jobServer(), func(l *lab) {
		id := l.submit(`{}`).ID
		after(time.Minute)
		after(200 * time.Millisecond)
		tests := []struct {
			id     string
			status int
			code   string
		}{{id, 410, "job_expired"}, {"nobody", 404, "job_not_found"}, {"a%2Fb", 404, "unknown_url"}}
		for _, tt := range tests {
			for _, path := range []string{"", "/result", "/events", "/ws"} {
				a := l.do(http.MethodGet, jobPath+"/"+tt.id+path, "")
				if e := a.refusal(t); a.status != tt.status || e.Code == nil || *e.Code != tt.code {
					t.Errorf("GET %s%s: %d %s", tt.id, path, a.status, a.body)
				}
			}
			if a := l.post(jobPath+"/"+tt.id+"/cancel", ""); a.status != tt.status {
				t.Errorf("cancel of %s: %d %s", tt.id, a.status, a.body)
			}
		}
	})
}

func TestJobsStayQueuedWithoutJobWorkers(t *testing.T) {
	cfg := jobServer()
	cfg.JobWorkers = -1
	inLab(t, cfg, func(l *lab) {
		id := l.submit(`{}`).ID
		after(time.Hour)
		if j := l.status(id).job(t); j.Status != "queued" || j.Attempts != 0 || j.Started != nil {
			t.Errorf("after an hour: %+v", j)
		}
		text := l.do("GET", "/metrics", "").body
		for _, want := range []string{
			`aibench_jobs_submitted_total{worker="1"} 1`, `aibench_jobs_queued{worker="1"} 1`,
			`aibench_jobs_running{worker="1"} 0`, `aibench_jobs_oldest_seconds{worker="1"} 3600`,
		} {
			if !strings.Contains(text, want+"\n") {
				t.Errorf("/metrics: no %s", want)
			}
		}
	})
}

// A queue with M workers and jobs of one length makes a staircase of waits.
func TestJobsWaitForAWorker(t *testing.T) {
	inLab(t, jobServer(), func(l *lab) {
		var ids []string
		for range 6 {
			ids = append(ids, l.submit(`{}`).ID)
		}
		after(time.Second)
		for i, id := range ids {
			j := l.status(id).job(t)
			wait, want := *j.Started-*j.Created, float64(i/2)*0.1
			if wait < want-1e-4 || wait > want+1e-4 {
				t.Errorf("job %d waited %.4f s, want %.1f", i, wait, want)
			}
		}
	})
}

// Clocks that are looked at too early must not make a job run before it exists.
func TestJobStampsAreInOrder(t *testing.T) {
	t.Parallel()
	at := func(s int64) time.Time { return time.Unix(s, 0) }
	var none time.Time
	tests := []struct{ created, started, finished, wantStarted, wantFinished time.Time }{
		{at(10), at(11), at(12), at(11), at(12)},
		{at(10), at(9), at(12), at(10), at(12)},
		{at(10), at(9), at(9), at(10), at(10)},
		{at(10), none, none, none, none},
		{at(10), none, at(12), none, at(12)},
	}
	for _, tt := range tests {
		d := jobLinks{}.document(queue.Job{Created: tt.created, Started: tt.started, Finished: tt.finished})
		if started, finished := time.Time(d.StartedAt), time.Time(d.CompletedAt); !started.Equal(tt.wantStarted) || !finished.Equal(tt.wantFinished) {
			t.Errorf("%v, %v, %v: started %v, finished %v", tt.created, tt.started, tt.finished, started, finished)
		}
	}
}

func TestUnixTime(t *testing.T) {
	t.Parallel()
	tests := []struct {
		at   time.Time
		want string
	}{
		{time.Time{}, "null"},
		{time.Unix(1795367027, 179_447_999), "1795367027.179447"},
		{time.Unix(1795367027, 7_000), "1795367027.000007"},
		{time.Unix(1795367027, 0), "1795367027.000000"},
	}
	for _, tt := range tests {
		if got := string(encode(unixTime(tt.at))); got != tt.want {
			t.Errorf("%v: got %s, want %s", tt.at, got, tt.want)
		}
	}
}

func TestQueueThatDoesNotAnswer(t *testing.T) {
	cfg := jobServer()
	cfg.Queue = "remote:unix:" + t.TempDir() + "/nobody"
	cfg.JobWorkers = -1
	w := startWorker(t, cfg, nil)
	for _, request := range []string{
		"POST /v1/jobs HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}", "GET /v1/jobs/x HTTP/1.0\r\n\r\n", "GET /v1/jobs/x/events HTTP/1.0\r\n\r\n",
	} {
		text := w.say(t, request)
		if !strings.HasPrefix(text, "HTTP/1.1 503 ") || !strings.Contains(text, `"code":"queue_unavailable"`) || !strings.Contains(text, "retry-after: 1\r\n") {
			t.Errorf("%.20s: %s", request, text)
		}
	}
	if text := w.say(t, "GET /metrics HTTP/1.0\r\n\r\n"); !strings.Contains(text, "aibench_jobs_queued") {
		t.Errorf("metrics: %s", text)
	}
}
