package target

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

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
