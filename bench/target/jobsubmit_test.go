package target

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aibench/aibench/bench"
)

// The answer may be lost, and not the submission: without a key the service
// would do the job twice.
func TestALostAnswerDoublesNoJob(t *testing.T) {
	for key, want := range map[string]int{"": 1, "Idempotency-Key": 2} {
		synctest.Test(t, func(t *testing.T) {
			submitted := 0
			b := newBed(t, "native", func(w http.ResponseWriter, r *http.Request) {
				if submitted++; submitted == 1 {
					cuts(w, r)
					return
				}
				says(401, ``)(w, r)
			})
			b.cfg.Retries, b.cfg.Profile.Submit.IdempotencyHeader = 3, key
			wantOutcome(t, b.do(t), bench.SubmitError)
			if submitted != want {
				t.Errorf("with the key %q: submitted %d times, want %d", key, submitted, want)
			}
		})
	}
}

// Whatever a refusal says at length, or leaves unsaid, its status is known.
func TestARefusalIsReadByItsStatus(t *testing.T) {
	long := strings.Repeat("x", 2000)
	tests := []struct {
		name    string
		service http.HandlerFunc
		want    bench.Outcome
		detail  string
	}{
		{"too many, at length", says(429, long), bench.Throttled, "429 Too Many Requests: xxx"},
		{"wrong path, at length", says(404, long), bench.SubmitError, "404 Not Found: xxx"},
		{"cut", says(503, `busy`, "Content-Length", "100"), bench.SubmitError, "503 Service Unavailable: busy"},
		{"an acceptance, at length", says(202, long), bench.ProtocolError, "the acceptance is more than 1000 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBed(t, "native", tt.service)
				b.cfg.MaxBody = 1000
				s := b.do(t)
				wantOutcome(t, s, tt.want)
				if !strings.HasPrefix(s.Detail, tt.detail) {
					t.Errorf("detail %q, want %s …", s.Detail, tt.detail)
				}
			})
		})
	}
}

// Without a key a submission is made over a broken connection once only.
func TestABrokenConnectionDoublesNoJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed(t, "native", says(202, ``))
		b.breaking(t, 0)
		s := b.do(t)
		wantOutcome(t, s, bench.SubmitError)
		if !strings.Contains(s.Detail, "write request") || len(b.requests()) != 0 {
			t.Errorf("%s; requests %q", s.Detail, b.requests())
		}
	})
}

// A server that refuses a large submission answers, and closes before it has
// read all of it. The answer, which says why, was not looked at.
func TestARefusalBeforeTheWholeSubmissionIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed(t, "native", http.NotFound)
		b.cfg.Dial = func(context.Context, string, string) (net.Conn, error) {
			near, far := net.Pipe()
			go func() {
				_, _ = io.WriteString(far, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\n\r\nat most 1")
				_ = far.Close()
			}()
			return near, nil
		}
		b.breaking(t, 0)
		s := b.do(t)
		wantOutcome(t, s, bench.SubmitError)
		if s.Status != 413 || !strings.HasSuffix(s.Detail, "at most 1") {
			t.Errorf("status %d: %s", s.Status, s.Detail)
		}
	})
}

// How long a submission is put off is the profile's to bound, as a poll is.
func TestASubmissionWaitsNoLongerThanItsProfileLetsIt(t *testing.T) {
	for name, tt := range map[string]struct {
		honor bool
		most  time.Duration
		want  time.Duration
	}{
		"as asked": {true, 0, 40 * time.Second},
		"bounded":  {true, 3 * time.Second, 3 * time.Second},
		"not":      {false, 0, 500 * ms},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBed(t, "native", says(503, "", "Retry-After", "40"))
				rule := &b.cfg.Profile.Backoff
				rule.HonorRetryAfter, rule.RetryAfterMax = tt.honor, tt.most
				b.cfg.Retries, b.cfg.Interval = 1, Interval{Initial: 500 * ms, Jitter: 1e-15}
				wantOutcome(t, b.do(t), bench.SubmitError)
				if b.now() != tt.want {
					t.Errorf("over after %v, want %v", b.now(), tt.want)
				}
			})
		})
	}
}
