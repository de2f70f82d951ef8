package target

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aibench/aibench/bench"
)

// reply gives every request after the submission the same answer.
func thereafter(acceptance, answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			acceptance(w, r)
			return
		}
		answer(w, r)
	}
}

// says answers with a status, a body and fields.
func says(status int, body string, fields ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(fields); i += 2 {
			w.Header().Set(fields[i], fields[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// cuts ends the connection in place of an answer.
func cuts(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

func TestEachEndOfAJobHasItsOutcome(t *testing.T) {
	accepted := says(202, `{"id":"j1","status":"queued"}`, "Location", "/v1/jobs/j1")
	done := func(extra string) http.HandlerFunc { return says(200, `{"status":"succeeded"`+extra+`}`) }
	running := `{"id":"j1","status":"running"}`
	tests := []struct {
		name    string
		profile string
		service http.HandlerFunc
		want    bench.Outcome
		detail  string
	}{
		{"result in the status", "native", thereafter(accepted, done(`,"result":{"x":1}`)), bench.OK, ""},
		{"failed", "native", thereafter(accepted, says(200, `{"status":"failed","error":{"message":"out of memory","code":"oom"}}`)), bench.JobFailed, "out of memory"},
		{"failed without a word", "native", thereafter(accepted, says(200, `{"status":"failed"}`)), bench.JobFailed, "no reason"},
		{"canceled", "native", thereafter(accepted, says(200, `{"status":"canceled"}`)), bench.JobCanceled, ""},
		{"run twice", "native", thereafter(accepted, done(`,"attempts":2`)), bench.Duplicated, "ran it 2 times"},
		{"run twice, and failed", "native", thereafter(accepted, says(200, `{"status":"failed","attempts":2}`)), bench.JobFailed, ""},
		{"lost", "native", thereafter(accepted, says(404, `{}`)), bench.Lost, `404 for the status of an accepted job; the server's last word: "queued"`},
		{"expired", "native", thereafter(accepted, says(410, `{}`)), bench.Expired, "410"},

		{"too many", "native", says(429, `{"error":{"message":"slow down"}}`, "Retry-After", "7"), bench.Throttled, "429 Too Many Requests: slow down"},
		{"wrong key", "native", says(401, `{"error":{"message":"bad key"}}`), bench.SubmitError, "401 Unauthorized: bad key"},
		{"server error", "native", says(500, `oops`), bench.SubmitError, "500 Internal Server Error: oops"},
		{"moved", "native", says(307, "", "Location", "http://service/jobs/?key=secret"), bench.SubmitError, "redirects are not followed"},
		{"cut", "native", cuts, bench.SubmitError, "before the response began"},

		{"202 without a URL", "rfc9110-location", says(202, `{}`), bench.ProtocolError, "Location"},
		{"acceptance that is no JSON", "celery-fastapi", says(202, `<html>hello</html>`), bench.ProtocolError, "not JSON"},
		{"status that is no JSON", "native", thereafter(accepted, says(200, `hello`)), bench.ProtocolError, "not JSON"},
		{"status path that is absent", "native", thereafter(accepted, says(200, `{"state":"running"}`)), bench.ProtocolError, `"state"`},
		{"compressed status", "native", thereafter(accepted, says(200, "\x1f\x8b", "Content-Encoding", "gzip")), bench.ProtocolError, "compressed (gzip)"},
		{"unreadable status code", "native", thereafter(accepted, says(401, `{}`)), bench.ProtocolError, "401"},
		{"moved in a circle", "native", thereafter(accepted, says(307, "", "Location", "/v1/jobs/j1")), bench.ProtocolError, "the status leads elsewhere 5 times in a row"},
		{"moved away", "native", thereafter(accepted, says(308, "", "Location", "//evil.example/j1")), bench.ProtocolError, "another origin"},
		{"failing for ever", "native", thereafter(accepted, says(503, running)), bench.ProtocolError, "6 requests for the status failed in a row, the last: 503 Service Unavailable"},
		{"cut for ever", "native", thereafter(accepted, cuts), bench.ProtocolError, "6 requests for the status failed in a row"},
		{"HTTP of another kind", "native", thereafter(accepted, func(w http.ResponseWriter, _ *http.Request) {
			conn, _, _ := w.(http.Hijacker).Hijack()
			_, _ = io.WriteString(conn, "SSH-2.0-x\r\n")
			_ = conn.Close()
		}), bench.ProtocolError, "no HTTP answer"},

		{"status elsewhere", "native", says(202, `{"id":"j1","status":"queued"}`, "Location", "https://evil.example/j1"), bench.ProtocolError, `another origin, https://evil.example, than the submission, http://service: to go there`},
		{"status under another name of the host", "native", says(202, `{"id":"j1","status":"queued"}`, "Location", "http://127.0.0.1/j1"), bench.ProtocolError, "only the host name differs"},
		{"status under another scheme", "native", says(202, `{"id":"j1","status":"queued"}`, "Location", "https://service/j1"), bench.ProtocolError, "only the scheme differs"},
		{"result elsewhere", "native", thereafter(accepted, done(`,"result_url":"http://evil.example/r"`)), bench.ProtocolError, "the result URL is at another origin"},

		{"over at once", "rfc9110-location", says(200, `{"x":1}`), bench.OK, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBed(t, tt.profile, tt.service)
				s := b.do(t)
				wantOutcome(t, s, tt.want)
				if !strings.Contains(s.Detail, tt.detail) {
					t.Errorf("detail %q, want … %s …", s.Detail, tt.detail)
				}
				if strings.Contains(s.Detail, "secret") {
					t.Errorf("detail shows a query: %s", s.Detail)
				}
				if _, ok := s.At(bench.End); !ok {
					t.Error("no end")
				}
				if _, ok := s.At(bench.Accepted); ok != (s.Status/100 == 2) {
					t.Errorf("accepted: %v, with status %d", ok, s.Status)
				}
			})
		})
	}
}

// A few failures among good answers are the network's, not the job's.
func TestFewFailuresInARowAreTolerated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		p := &plan{queued: 2 * time.Second}
		b := newBed(t, "native", func(w http.ResponseWriter, r *http.Request) {
			if n++; r.Method == http.MethodGet && n%6 != 0 {
				[]http.HandlerFunc{cuts, says(503, ""), says(429, "")}[n%3](w, r)
				return
			}
			p.ServeHTTP(w, r)
		})
		b.cfg.Interval = Interval{Fixed: 100 * ms}
		s := b.do(t)
		wantOutcome(t, s, bench.OK)
		if want := 2400 * ms; b.now() != want {
			t.Errorf("over after %v, want %v", b.now(), want)
		}
	})
}

// Being asked to ask less is no failure, however often.
func TestThrottledPollsBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		p := &plan{queued: ms}
		b := newBed(t, "native", func(w http.ResponseWriter, r *http.Request) {
			if n++; r.Method == http.MethodGet && n <= 20 {
				says(429, "", "Retry-After", "3")(w, r)
				return
			}
			p.ServeHTTP(w, r)
		})
		b.cfg.MaxWait, b.cfg.Interval = time.Hour, Interval{First: time.Second, Jitter: 1e-15}
		s := b.do(t)
		wantOutcome(t, s, bench.OK)
		if want := 19*3*time.Second + time.Second; b.now() != want || s.Polls != 20 {
			t.Errorf("over after %v and %d polls, want %v and 20", b.now(), s.Polls, want)
		}
	})
}

func TestSubmissionsAreRetriedUnderOneKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var keys []string
		p := &plan{}
		b := newBed(t, "native", func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				keys = append(keys, r.Header.Get("Idempotency-Key"))
				switch len(keys) {
				case 1:
					says(503, "", "Retry-After", "2")(w, r)
					return
				case 2:
					cuts(w, r)
					return
				}
			}
			p.ServeHTTP(w, r)
		})
		b.cfg.Retries, b.cfg.Interval = 2, Interval{Initial: 500 * ms, Jitter: 1e-15}
		s := b.do(t)
		wantOutcome(t, s, bench.OK)
		if len(keys) != 3 || keys[0] == "" || keys[0] != keys[1] || keys[1] != keys[2] {
			t.Errorf("keys %q, want one, three times", keys)
		}
		// 2 s were asked for, then the backoff's first wait.
		wantSpan(t, s, "accept", bench.Sent, bench.Accepted, 2500*ms, 0)
		if s.Status != 202 {
			t.Errorf("status %d, want that of the acceptance", s.Status)
		}
	})
}

// The run can end while a submission waits to be repeated.
func TestTheEndOfTheRunEndsARetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed(t, "native", says(503, "", "Retry-After", "2"))
		b.cfg.Retries = 2
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		s := bench.NewSample()
		b.doWith(t, ctx, s)
		wantOutcome(t, s, bench.Cancelled)
		if b.now() != time.Second {
			t.Errorf("returned after %v, want 1s", b.now())
		}
	})
}

func TestWithoutRetriesASubmissionIsSentOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed(t, "native", func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Idempotency-Key") != "" {
				t.Error("a key that nobody needs")
			}
			says(503, "")(w, r)
		})
		wantOutcome(t, b.do(t), bench.SubmitError)
		if got := b.requests(); !slices.Equal(got, []string{"1× POST /v1/jobs"}) {
			t.Errorf("requests %q", got)
		}
	})
}

func TestAutoFindsTheStatusOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		b := newBed(t, "auto", func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				n++
				says(202, fmt.Sprintf(`{"task_id":"t%d","status":"PENDING"}`, n))(w, r)
				return
			}
			if r.URL.Path != fmt.Sprintf("/v1/jobs/t%d", n) && r.URL.Path != fmt.Sprintf("/status/t%d", n) {
				says(404, `{"detail":"Not Found"}`)(w, r)
				return
			}
			says(200, `{"status":"SUCCESS","result":1}`)(w, r)
		})
		j, err := NewJob(b.cfg)
		if err != nil {
			t.Fatal(err)
		}
		if name, _ := j.Recognised(); name != "" {
			t.Errorf("%q is recognised before any answer", name)
		}
		for i := range 3 {
			s := bench.NewSample()
			j.Do(t.Context(), s)
			wantOutcome(t, s, bench.OK)
			if i > 0 && s.Polls != 1 {
				t.Errorf("job %d took %d polls, want 1", i, s.Polls)
			}
		}
		if name, how := j.Recognised(); name == "" || how == "" {
			t.Errorf("recognised %q, %q", name, how)
		}
	})
}

// Frameworks redirect to the same path with a slash. The way is found once, not
// with every poll.
func TestAutoAsksWhereTheStatusWasMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		polls := 0
		b := newBed(t, "auto", thereafter(says(202, `{"task_id":"t1","status":"PENDING"}`), func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/v1/jobs/t1/" {
				says(307, ``, "Location", "/v1/jobs/t1/")(w, r)
				return
			}
			word := "PENDING"
			if polls++; polls == 3 {
				word = "SUCCESS"
			}
			says(200, fmt.Sprintf(`{"status":%q,"result":1}`, word))(w, r)
		}))
		wantOutcome(t, b.do(t), bench.OK)
		want := []string{"1× POST /v1/jobs", "1× GET /v1/jobs/t1", "3× GET /v1/jobs/t1/"}
		if got := b.requests(); !slices.Equal(got, want) {
			t.Errorf("requests %q, want %q", got, want)
		}
	})
}

// All users of a run begin at once, before anything is known of the service.
func TestAutoSearchesForManyJobsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed(t, "auto", func(w http.ResponseWriter, r *http.Request) {
			<-time.After(ms) // in a bubble
			switch {
			case r.Method == http.MethodPost:
				says(202, `{"task_id":"t1","status":"PENDING"}`)(w, r)
			case r.URL.Path == "/v1/tasks/t1":
				says(200, `{"status":"SUCCESS","result":1}`)(w, r)
			default:
				says(404, `{"detail":"Not Found"}`)(w, r)
			}
		})
		j, err := NewJob(b.cfg)
		if err != nil {
			t.Fatal(err)
		}
		var users sync.WaitGroup
		for range 20 {
			users.Go(func() {
				for range 3 {
					s := bench.NewSample()
					j.Do(t.Context(), s)
					wantOutcome(t, s, bench.OK)
				}
			})
		}
		users.Wait()
	})
}

func TestAutoThatFindsNoStatusSaysWhereItLooked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed(t, "auto", thereafter(says(202, `{"task_id":"t1"}`), says(404, `{"detail":"Not Found"}`)))
		s := b.do(t)
		wantOutcome(t, s, bench.ProtocolError)
		if !strings.Contains(s.Detail, "/t1 nor at /") {
			t.Errorf("detail %q", s.Detail)
		}
	})
}
