package target

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/profile"
)

// A wild is a service that says anything at any time, the same for each seed.
type wild struct {
	t   *testing.T
	mu  sync.Mutex // guards rng
	rng *rand.Rand
}

func (s *wild) below(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rng.IntN(n)
}

func (s *wild) some(of ...string) string { return of[s.below(len(of))] }

// place is an address, or none.
func (s *wild) place() string {
	return s.some("/v1/jobs/j1", "j1", "//evil.example/x", "https://service/x", "http://service:80/v1/jobs/j1", "?a=b",
		"::bad", "", "/v1/jobs/j1/result", "ws://service/v1/jobs/j1/ws")
}

func (s *wild) word() string {
	return s.some("queued", "running", "succeeded", "failed", "canceled", "PENDING", "SUCCESS", "weird", "not_found",
		"IN_QUEUE", "COMPLETED", "")
}

// document has what any of the shipped profiles looks for.
func (s *wild) document() string {
	second := func() int { return 946684800 + s.below(100) } // bubbles begin at the year 2000
	return fmt.Sprintf(`{"id":"j1","task_id":"t1","request_id":"r1","job_id":"x","name":"operations/1","output":[1],`+
		`"status":%q,"processing_status":%q,"done":%s,"status_url":%q,"result_url":%q,`+
		`"created_at":%d,"started_at":%d,"completed_at":%d,"delayTime":%s,"executionTime":%s,"attempts":%d,"result":%s,"error":%s}`,
		s.word(), s.word(), s.some("true", "false"), s.place(), s.place(), second(), second(), second(),
		s.some("1", "1e300", "-5", "null"), s.some("1", "1e300", "7"), s.below(3), s.some("null", "1"), s.some("null", `{"message":"m"}`))
}

// ServeHTTP answers, in a bubble.
func (s *wild) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // else the end of a connection is not noticed
	if s.below(3) == 0 {
		select {
		case <-time.After(time.Duration(s.below(1500)) * ms):
		case <-r.Context().Done():
			return
		}
	}
	switch odd := s.below(12); {
	case r.Method == http.MethodPost && s.below(10) > 0:
		says([]int{202, 202, 201, 200}[s.below(4)], s.document(), "Location", "/v1/jobs/j1")(w, r)
	case odd == 0:
		cuts(w, r)
	case odd == 1:
		<-r.Context().Done()
	case odd == 2:
		says(200, "<html>")(w, r)
	case odd == 3:
		says(200, s.document(), "Content-Length", "5000")(w, r)
	case r.Header.Get("Accept") == "text/event-stream" && odd < 10:
		tell(w, r, s.news("data: ", "\n\n")...)
	case r.Header.Get("Upgrade") != "" && r.URL.Path == "/v1/jobs/j1/ws":
		chats(s.t, []websocket.StatusCode{0, 1000}[s.below(2)], s.news("", "")...)(w, r)
	default:
		codes := [...]int{200, 200, 200, 200, 201, 202, 202, 204, 301, 302, 303, 304, 307, 400, 401, 404, 410, 429, 500, 503}
		says(codes[s.below(len(codes))], s.document(), "Location", s.place(), "Retry-After", s.some("", "0", "1", "0.00001", "99999999", "x"))(w, r)
	}
}

// news is messages, and the pauses between them.
func (s *wild) news(before, after string) (pieces []any) {
	for range s.below(6) {
		pieces = append(pieces, before+s.document()+after, time.Duration(s.below(300))*ms)
	}
	return pieces
}

// Whatever a service says, in whichever order: its job ends in its time, as
// something, and no span of it is less than nothing beyond its width. A bubble
// fails when anything in it is left running.
func TestNoServiceBringsAJobOutOfItsBounds(t *testing.T) {
	t.Parallel()
	const most = 8 * time.Second
	names := profile.Names()
	for seed := range uint64(700) {
		synctest.Test(t, func(t *testing.T) {
			service := &wild{t: t, rng: rand.New(rand.NewPCG(seed, 9))}
			b := newBed(t, names[service.below(len(names))], service.ServeHTTP)
			b.cfg.Wait, b.cfg.MaxWait, b.cfg.Retries = Wait(service.below(3)), most, service.below(3)
			b.cfg.Timeout = time.Duration(service.below(2)) * time.Second
			b.cfg.Interval = Interval{Fixed: time.Duration(service.below(2)) * 100 * ms}
			s := b.do(t)
			if _, ended := s.At(bench.End); !ended || b.now() > most || s.Outcome == bench.Cancelled {
				t.Errorf("ended %v, %v, after %v: %s", ended, s.Outcome, b.now(), s.Detail)
			}
			for from := bench.Submitted; from < bench.Seen; from++ {
				for to := from + 1; to <= bench.Seen; to++ {
					if d, width, ok := span(s, from, to); ok && d+width < 0 {
						t.Errorf("%v to %v is told as %v ± %v", from, to, d, width)
					}
				}
			}
			if t.Failed() {
				t.Logf("seed %d: profile %s, wait %v, requests:\n%s", seed, b.cfg.Profile.Name, b.cfg.Wait, strings.Join(b.requests(), "\n"))
			}
		})
	}
}
