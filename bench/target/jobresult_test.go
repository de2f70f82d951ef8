package target

import (
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aibench/aibench/bench"
)

// A status answer is read no further than is kept of it.
func TestABodyThatIsTooLargeIsNotRead(t *testing.T) {
	for _, at := range []string{"acceptance", "status"} {
		t.Run(at, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				written := int64(0)
				huge := func(status int) http.HandlerFunc {
					return func(w http.ResponseWriter, r *http.Request) {
						w.Header().Set("Location", "/v1/jobs/j1")
						w.WriteHeader(status)
						written = pour(w)
					}
				}
				service := thereafter(says(202, `{"id":"j1","status":"queued"}`, "Location", "/v1/jobs/j1"), huge(200))
				if at == "acceptance" {
					service = huge(202)
				}
				b := newBed(t, "native", service)
				b.cfg.MaxBody = 1 << 20
				s := b.do(t)
				wantOutcome(t, s, bench.ProtocolError)
				synctest.Wait()
				if !strings.Contains(s.Detail, "the "+at+" is more than 1048576 bytes: --max-body") || written > 2<<20 {
					t.Errorf("%s, after %d bytes", s.Detail, written)
				}
			})
		})
	}
}

const hundredMB = 100 << 20

// pour writes 100 MB, or as much as is read.
func pour(w io.Writer) (n int64) {
	block := make([]byte, 1<<16)
	for n < hundredMB {
		m, err := w.Write(block)
		n += int64(m)
		if err != nil {
			break
		}
	}
	return n
}

// A result is read whole, whatever its size, and none of it is kept.
func TestALargeResultTakesNoMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		written := int64(0)
		b := newBed(t, "native", func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method == http.MethodPost:
				says(202, `{"id":"j1","status":"queued"}`, "Location", "/v1/jobs/j1")(w, r)
			case r.URL.Path == "/v1/jobs/j1":
				says(200, `{"status":"succeeded","result_url":"/v1/jobs/j1/result"}`)(w, r)
			default:
				<-time.After(time.Second) // in a bubble
				written = pour(w)
			}
		})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		s := b.do(t)
		runtime.ReadMemStats(&after)
		wantOutcome(t, s, bench.OK)
		if written != hundredMB {
			t.Errorf("%d bytes were read, want %d", written, hundredMB)
		}
		if got := after.TotalAlloc - before.TotalAlloc; got > 4<<20 {
			t.Errorf("%d bytes were allocated for a result that is not kept", got)
		}
		// Seen at the poll; the result was in hand a second later.
		if got, _ := s.Span(bench.Seen, bench.End); got != time.Second {
			t.Errorf("in hand %v after the end was seen, want 1s", got)
		}
		if s.PollBytes > 1<<10 {
			t.Errorf("%d bytes of polls: the result is among them", s.PollBytes)
		}
	})
}

// Where a status code says that the job is over, the answer is the result: no
// picture is too large to be one.
func TestAResultThatIsTheStatusIsOfAnySize(t *testing.T) {
	over := func(kind string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			_, _ = io.WriteString(w, "[1")
			pour(w)
		}
	}
	accepted := says(202, ``, "Location", "/v1/jobs/j1")
	tests := []struct {
		name, profile string
		service       http.HandlerFunc
	}{
		{"a picture", "rfc9110-location", thereafter(accepted, over("image/png"))},
		{"a document", "rfc9110-location", thereafter(accepted, over("application/json"))},
		{"a picture, unexpectedly", "auto", thereafter(accepted, over("image/png"))},
		{"at once", "rfc9110-location", over("application/json")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBed(t, tt.profile, tt.service)
				b.cfg.MaxBody = 1 << 20
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				s := b.do(t)
				runtime.ReadMemStats(&after)
				wantOutcome(t, s, bench.OK)
				if got := after.TotalAlloc - before.TotalAlloc; got > 4<<20 {
					t.Errorf("%d bytes were allocated for a result that is not kept", got)
				}
			})
		})
	}
}

// Some services put a picture into the document that says that the job is over,
// and say a lot before it is. Jobs that wait keep nothing of that.
func TestLargeDocumentsAreReadAndForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		picture := strings.Repeat("x", 3<<20)
		p := &plan{queued: 200 * ms}
		b := newBed(t, "native", func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				p.ServeHTTP(w, r)
				return
			}
			_, _ = io.WriteString(w, strings.TrimSuffix(p.status(), "}")+`,"result":"`+picture+`"}`)
		})
		b.cfg.Interval = Interval{Fixed: 100 * ms}
		s := bench.NewSample()
		j := b.doWith(t, t.Context(), s)
		wantOutcome(t, s, bench.OK)
		if s.Polls != 2 || s.PollBytes < 6<<20 {
			t.Errorf("%d polls of %d bytes", s.Polls, s.PollBytes)
		}
		task := j.task(s)
		if *task.buf = make([]byte, 0, keptBuffer+1); !task.pause(t.Context(), ms) || *task.buf != nil {
			t.Errorf("%d bytes are kept while the job waits", cap(*task.buf))
		}
		*task.buf = make([]byte, 0, keptBuffer+1)
		task.release()
		if kept := j.task(s).buf; cap(*kept) > keptBuffer {
			t.Errorf("%d bytes are kept for another job", cap(*kept))
		}
	})
}

func TestResults(t *testing.T) {
	accepted := says(202, `{"id":"j1","status":"queued"}`, "Location", "/v1/jobs/j1")
	tests := []struct {
		name    string
		result  http.HandlerFunc
		want    bench.Outcome
		detail  string
		maxWait time.Duration
	}{
		{"there", says(200, `{"x":1}`), bench.OK, "", 0},
		{"gone", says(410, ``), bench.Expired, "410 for the result", 0},
		{"never there", says(404, ``), bench.Lost, "404 for the result", 0},
		{"failing for ever", says(503, ``), bench.ProtocolError, "requests for the result failed in a row", 0},
		{"in a circle", says(303, ``, "Location", "/v1/jobs/j1/result"), bench.ProtocolError, "", 0},
		{"never ready", says(202, `{"status":"running"}`), bench.Stuck, "not over within 5s", 5 * time.Second},
		{"endless", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 1000)); err != nil {
					return
				}
				w.(http.Flusher).Flush()
				<-time.After(100 * ms) // in a bubble
			}
		}, bench.Stuck, "not over within 5s", 5 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBed(t, "native", func(w http.ResponseWriter, r *http.Request) {
					switch {
					case r.Method == http.MethodPost:
						accepted(w, r)
					case r.URL.Path == "/v1/jobs/j1":
						says(200, `{"status":"succeeded","result_url":"/v1/jobs/j1/result"}`)(w, r)
					default:
						tt.result(w, r)
					}
				})
				if tt.maxWait > 0 {
					b.cfg.MaxWait = tt.maxWait
				}
				s := b.do(t)
				wantOutcome(t, s, tt.want)
				if !strings.Contains(s.Detail, tt.detail) {
					t.Errorf("detail %q, want … %s …", s.Detail, tt.detail)
				}
				if tt.maxWait > 0 && b.now() != tt.maxWait {
					t.Errorf("over after %v, want %v", b.now(), tt.maxWait)
				}
			})
		})
	}
}

// fal says COMPLETED of failed jobs too; only its result tells.
func TestAFailingResultFailsTheJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed(t, "fal-queue", func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method == http.MethodPost:
				says(200, `{"request_id":"r1","status":"IN_QUEUE","status_url":"/r1/status","response_url":"/r1"}`)(w, r)
			case r.URL.Path == "/r1/status":
				says(200, `{"status":"COMPLETED"}`)(w, r)
			default:
				says(422, `{"detail":"prompt is too long"}`)(w, r)
			}
		})
		s := b.do(t)
		wantOutcome(t, s, bench.JobFailed)
		if !strings.Contains(s.Detail, "prompt is too long") {
			t.Errorf("detail %q", s.Detail)
		}
	})
}
