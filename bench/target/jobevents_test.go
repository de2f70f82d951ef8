package target

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aibench/aibench/bench"
)

// tell writes events, a duration among them being a pause; in a bubble.
func tell(w http.ResponseWriter, r *http.Request, pieces ...any) {
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.WriteHeader(http.StatusOK)
	for _, p := range pieces {
		w.(http.Flusher).Flush()
		switch p := p.(type) {
		case time.Duration:
			select {
			case <-time.After(p):
			case <-r.Context().Done():
			}
		case string:
			_, _ = io.WriteString(w, p)
		}
	}
}

func status(id int, word string) string {
	return fmt.Sprintf("event: status\nid: %d\ndata: {\"status\":%q}\n\n", id, word)
}

// pushing takes jobs in 20 ms and gives the rest to a handler.
func pushing(push http.HandlerFunc) http.HandlerFunc {
	return thereafter(func(w http.ResponseWriter, r *http.Request) {
		<-time.After(20 * ms) // in a bubble
		says(202, `{"id":"j1","status":"queued"}`, "Location", "/v1/jobs/j1")(w, r)
	}, push)
}

func TestAJobIsFollowedByEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed(t, "replicate", pushing(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Accept") != "text/event-stream" || r.URL.Path != "/v1/jobs/j1/events" {
				t.Errorf("asked %s for %q", r.URL, r.Header.Get("Accept"))
			}
			tell(w, r, status(1, "starting"), ": ping\n\n", 280*ms, status(2, "processing"), 500*ms,
				"event: status\nid: 3\ndata: {\"status\":\"succeeded\",\"output\":[1]}\n\n")
		}))
		b.cfg.Profile.Timestamps = nil
		b.cfg.Wait = ServerSentEvents
		s := b.do(t)
		wantOutcome(t, s, bench.OK)
		// What is told when it happens seems exact, but might have been held up
		// since the submission.
		wantSpan(t, s, "queue_wait", bench.Submitted, bench.Started, 280*ms, 20*ms+300*ms)
		wantSpan(t, s, "run", bench.Started, bench.Finished, 500*ms, 300*ms+800*ms)
		wantSpan(t, s, "completion", bench.Intended, bench.Seen, 800*ms, 20*ms)
		wantSpan(t, s, "in hand", bench.Seen, bench.End, 0, 20*ms)
		if s.Polls != 1 || s.Stamped(bench.Finished) {
			t.Errorf("%d polls, stamped %v, want 1 and not", s.Polls, s.Stamped(bench.Finished))
		}
	})
}

// The stamps, and the result, are the status resource's: it is asked once.
func TestEventsWithoutStampsAreConfirmedByTheStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &plan{queued: 250 * ms, run: 500 * ms, stamps: true}
		b := newBed(t, "native", func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Accept") == "text/event-stream" {
				tell(w, r, status(1, "queued"), 250*ms, status(2, "running"), 510*ms, status(3, "succeeded"))
				return
			}
			p.ServeHTTP(w, r)
		})
		b.cfg.Wait = ServerSentEvents
		s := b.do(t)
		wantOutcome(t, s, bench.OK)
		const us = time.Microsecond
		wantSpan(t, s, "queue_wait", bench.Submitted, bench.Started, 250*ms, 2*us)
		wantSpan(t, s, "run", bench.Started, bench.Finished, 500*ms, 2*us)
		wantSpan(t, s, "completion", bench.Intended, bench.Seen, 760*ms, 0)
		if got, _ := s.Span(bench.Finished, bench.Seen); got < 10*ms-4*us || got > 10*ms+4*us {
			t.Errorf("discovery: got %v, want 10ms", got)
		}
		if s.Polls != 2 {
			t.Errorf("%d polls, want the stream and the status", s.Polls)
		}
	})
}

func TestADroppedStreamIsTakenUpWhereItEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ids []string
		var at []time.Duration
		var b *bed
		b = newBed(t, "replicate", pushing(func(w http.ResponseWriter, r *http.Request) {
			ids, at = append(ids, r.Header.Get("Last-Event-ID")), append(at, b.now())
			switch len(ids) {
			case 1:
				tell(w, r, "retry: 700\n\n", status(1, "starting"), 100*ms)
				panic(http.ErrAbortHandler)
			case 2:
				cuts(w, r)
			case 3:
				tell(w, r, status(2, "processing"), 50*ms) // ends well, and too early
			default:
				tell(w, r, status(3, "succeeded"))
			}
		}))
		b.cfg.Profile.Timestamps, b.cfg.Profile.Result = nil, nil
		b.cfg.Wait = ServerSentEvents
		s := b.do(t)
		wantOutcome(t, s, bench.OK)
		if want := []string{"", "1", "1", "2"}; !slices.Equal(ids, want) {
			t.Errorf("resumed after %q, want %q", ids, want)
		}
		if want := []time.Duration{20 * ms, 820 * ms, 1520 * ms, 2270 * ms}; !slices.Equal(at, want) {
			t.Errorf("connected at %v, want %v", at, want)
		}
		if s.Polls != 4 {
			t.Errorf("%d polls, want 4", s.Polls)
		}
		// It ended while nobody listened, or began to: after the last word to the contrary.
		if w := s.Width(bench.Seen); w < 750*ms {
			t.Errorf("completion ± %v, want no less than the gap", w)
		}
	})
}

// A service that ignores Last-Event-ID tells all over again, which is no second
// run.
func TestHistoryThatIsToldAgainIsNoSecondRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		b := newBed(t, "replicate", pushing(func(w http.ResponseWriter, r *http.Request) {
			if n++; n == 1 {
				tell(w, r, status(1, "starting"), 100*ms, status(2, "processing"), 100*ms)
				return
			}
			tell(w, r, status(1, "starting"), status(2, "processing"), 100*ms, status(3, "succeeded"))
		}))
		b.cfg.Profile.Timestamps, b.cfg.Profile.Result = nil, nil
		b.cfg.Wait = ServerSentEvents
		s := b.do(t)
		wantOutcome(t, s, bench.OK)
	})
}

// What a service says of a job after its end is not always of a second run:
// the state as it is, and only then how it came to be; a word of the job's
// record; a status that another process keeps, and that lags.
func TestWordsAfterTheEndAreNoSecondRun(t *testing.T) {
	tests := []struct {
		name   string
		events []any
		polled string
	}{
		{"the state, then its history", []any{status(3, "succeeded"), status(1, "starting"), status(2, "processing"), status(3, "succeeded")}, ""},
		{"an unknown word", []any{status(1, "processing"), 100 * ms, status(2, "succeeded"), 10 * ms, status(3, "archived")}, ""},
		{"a status that lags", []any{status(1, "processing"), 100 * ms, "data: {\"status\":\"succeeded\",\"output\":[1]}\n\n"}, `{"status":"processing"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBed(t, "replicate", pushing(func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("Accept") != "text/event-stream" {
						says(200, tt.polled)(w, r)
						return
					}
					tell(w, r, tt.events...)
				}))
				if tt.polled == "" {
					b.cfg.Profile.Timestamps, b.cfg.Profile.Result = nil, nil
				}
				b.cfg.Wait = ServerSentEvents
				s := b.do(t)
				wantOutcome(t, s, bench.OK)
				if (s.Polls == 2) != (tt.polled != "") {
					t.Errorf("%d polls", s.Polls)
				}
			})
		})
	}
}

func TestStreamsOfEventsThatTellNothing(t *testing.T) {
	ms100 := 100 * ms
	tests := []struct {
		name   string
		push   http.HandlerFunc
		want   bench.Outcome
		detail string
	}{
		{"not there", says(404, `{"detail":"Not Found"}`), bench.ProtocolError, "no stream of events: 404 Not Found"},
		{"another kind", says(200, `{"status":"starting"}`, "Content-Type", "application/json"), bench.ProtocolError, "no stream of events: 200"},
		{"told not to come again", says(204, ``), bench.ProtocolError, "no stream of events: 204"},
		{"nothing for ever", func(w http.ResponseWriter, r *http.Request) { tell(w, r) }, bench.ProtocolError, "6 requests for the events failed in a row"},
		{"unwell for ever", says(503, ``), bench.ProtocolError, "503 Service Unavailable"},
		{"no JSON", func(w http.ResponseWriter, r *http.Request) { tell(w, r, "data: hello\n\n") }, bench.ProtocolError, "JSON"},
		{"an endless event", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			for {
				if _, err := io.WriteString(w, "data: "+strings.Repeat("x", 1000)+"\n"); err != nil {
					return
				}
			}
		}, bench.ProtocolError, "more than 65536 bytes"},
		{"one connection after the other, without an end", func(w http.ResponseWriter, r *http.Request) { tell(w, r, status(1, "processing"), ms100) }, bench.Stuck, "processing"},
		{"a job that is gone later", func() http.HandlerFunc {
			n := 0
			return func(w http.ResponseWriter, r *http.Request) {
				if n++; n > 1 {
					says(404, ``)(w, r)
					return
				}
				tell(w, r, status(1, "processing"))
			}
		}(), bench.Lost, "404 for the events of an accepted job"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBed(t, "replicate", pushing(tt.push))
				b.cfg.Wait, b.cfg.MaxBody = ServerSentEvents, 1<<16
				s := b.do(t)
				wantOutcome(t, s, tt.want)
				if !strings.Contains(s.Detail, tt.detail) {
					t.Errorf("detail %q, want … %s …", s.Detail, tt.detail)
				}
			})
		})
	}
}
