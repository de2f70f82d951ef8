package target

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"github.com/aibench/aibench/bench"
)

// chats accepts a WebSocket and sends messages, a duration among them being a
// pause; then it closes with a code, or breaks off without one where that is 0.
// In a bubble.
func chats(t *testing.T, code websocket.StatusCode, pieces ...any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/jobs/j1/ws" {
			t.Errorf("asked for %s", r.URL)
		}
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer conn.CloseNow()
		// The client's frames are read as well, its close among them.
		ctx := conn.CloseRead(context.Background())
		for _, p := range pieces {
			switch p := p.(type) {
			case time.Duration:
				select {
				case <-time.After(p):
				case <-ctx.Done():
				}
			case string:
				_ = conn.Write(ctx, websocket.MessageText, []byte(p))
			}
		}
		if code != 0 {
			_ = conn.Close(code, "so it is")
		}
	}
}

func told(word string) string { return `{"event":"status","status":"` + word + `"}` }

func TestAJobIsFollowedByAWebSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed(t, "replicate", pushing(chats(t, 1000, told("starting"), 280*ms, told("processing"), 500*ms, told("succeeded"),
			5*ms, `{"event":"result","status":"succeeded","output":[1]}`)))
		b.cfg.Profile.Timestamps = nil
		b.cfg.Wait = WebSocket
		s := b.do(t)
		wantOutcome(t, s, bench.OK)
		wantSpan(t, s, "queue_wait", bench.Submitted, bench.Started, 280*ms, 20*ms+300*ms)
		wantSpan(t, s, "run", bench.Started, bench.Finished, 500*ms, 300*ms+800*ms)
		wantSpan(t, s, "completion", bench.Intended, bench.Seen, 800*ms, 20*ms)
		wantSpan(t, s, "in hand", bench.Seen, bench.End, 5*ms, 20*ms)
		if s.Polls != 1 || s.PollBytes == 0 {
			t.Errorf("%d polls of %d bytes, want 1", s.Polls, s.PollBytes)
		}
	})
}

// Where the messages bear no stamps the status does, so that the same work
// reads the same however it was learned of.
func TestMessagesWithoutStampsAreConfirmedByTheStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &plan{queued: 250 * ms, run: 500 * ms, stamps: true}
		ws := chats(t, 1000, told("queued"), 250*ms, told("running"), 500*ms, told("succeeded"), `{"event":"result","status":"succeeded","result":1}`)
		b := newBed(t, "native", func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Upgrade") != "" {
				ws(w, r)
				return
			}
			p.ServeHTTP(w, r)
		})
		b.cfg.Wait = WebSocket
		s := b.do(t)
		wantOutcome(t, s, bench.OK)
		wantSpan(t, s, "turnaround", bench.Submitted, bench.Finished, 750*ms, 2*time.Microsecond)
		wantSpan(t, s, "completion", bench.Intended, bench.Seen, 750*ms, 0)
		if s.Polls != 2 || !s.Stamped(bench.Finished) {
			t.Errorf("%d polls, stamped %v; want the socket and the status, and stamps", s.Polls, s.Stamped(bench.Finished))
		}
	})
}

// Behind a gateway the name that is asked for decides who answers.
func TestAWebSocketAsksForTheCallersHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var hosts []string
		ws := chats(t, 1000, told("succeeded"))
		b := newBed(t, "replicate", func(w http.ResponseWriter, r *http.Request) {
			hosts = append(hosts, r.Host)
			pushing(ws)(w, r)
		})
		b.cfg.Profile.Timestamps, b.cfg.Profile.Result = nil, nil
		b.cfg.Wait, b.cfg.Request.Header = WebSocket, []Header{{"Host", "api.example"}}
		wantOutcome(t, b.do(t), bench.OK)
		if want := []string{"api.example", "api.example"}; !slices.Equal(hosts, want) {
			t.Errorf("asked for %q, want %q", hosts, want)
		}
	})
}

func TestAHandshakeThatIsNotAnsweredSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed(t, "replicate", pushing(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		b.cfg.Wait, b.cfg.Timeout = WebSocket, time.Second
		s := b.do(t)
		wantOutcome(t, s, bench.ProtocolError)
		if want := "no WebSocket at /v1/jobs/j1/ws: no answer to the handshake within 1s"; s.Detail != want {
			t.Errorf("detail %q, want %q", s.Detail, want)
		}
	})
}

func TestHowAWebSocketEnds(t *testing.T) {
	tests := []struct {
		name   string
		push   func(t *testing.T) http.HandlerFunc
		want   bench.Outcome
		detail string
		after  time.Duration
	}{
		{"internal error", func(t *testing.T) http.HandlerFunc { return chats(t, 1011, told("processing"), 10*ms) },
			bench.ProtocolError, `the server closed the WebSocket with 1011 (so it is) before the job's end; the server's last word: "processing"`, 30 * ms},
		{"normal, and too early", func(t *testing.T) http.HandlerFunc { return chats(t, 1000, told("processing"), 10*ms) },
			bench.ProtocolError, "with 1000 (so it is) before the job's end", 30 * ms},
		{"no close frame", func(t *testing.T) http.HandlerFunc { return chats(t, 0, told("processing"), 10*ms) },
			bench.ProtocolError, "broke off without a close frame (1006) before the job's end", 30 * ms},
		{"no close frame after the end", func(t *testing.T) http.HandlerFunc { return chats(t, 0, told("succeeded")) }, bench.OK, "", 20 * ms},
		{"left open after the end", func(t *testing.T) http.HandlerFunc { return chats(t, 0, told("succeeded"), time.Hour) }, bench.OK, "", 270 * ms},
		{"failed", func(t *testing.T) http.HandlerFunc {
			return chats(t, 1000, `{"status":"failed","error":"out of memory"}`)
		}, bench.JobFailed, "out of memory", 20 * ms},
		{"runs again after its end", func(t *testing.T) http.HandlerFunc {
			return chats(t, 1000, told("processing"), 5*ms, told("succeeded"), 25*ms, told("processing"), 5*ms, told("succeeded"))
		}, bench.Duplicated, "more than once", 55 * ms},
		{"no JSON", func(t *testing.T) http.HandlerFunc { return chats(t, 1000, "hello") }, bench.ProtocolError, "a message about the job", 20 * ms},
		{"a huge message", func(t *testing.T) http.HandlerFunc {
			return chats(t, 1000, `{"x":"`+strings.Repeat("x", 1<<17)+`"}`)
		}, bench.ProtocolError, "a message of more than 65536 bytes", 20 * ms},
		{"no socket there", func(*testing.T) http.HandlerFunc { return says(404, `nothing`) }, bench.ProtocolError, "the handshake was answered 404 Not Found", 20 * ms},
		{"redirected", func(*testing.T) http.HandlerFunc { return says(307, ``, "Location", "http://evil.example/") }, bench.ProtocolError, "answered 307", 20 * ms},
		{"cut in the handshake", func(*testing.T) http.HandlerFunc { return cuts }, bench.ProtocolError, "no WebSocket at /v1/jobs/j1/ws", 20 * ms},
		{"never answered", func(*testing.T) http.HandlerFunc {
			return func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
		}, bench.Stuck, "not over within 10s", 10 * time.Second},
		{"silent", func(t *testing.T) http.HandlerFunc { return chats(t, 0, told("starting"), time.Hour) }, bench.Stuck, `"starting"`, 10 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBed(t, "replicate", pushing(tt.push(t)))
				b.cfg.Profile.Timestamps, b.cfg.Profile.Result = nil, nil
				b.cfg.Wait, b.cfg.MaxBody, b.cfg.MaxWait = WebSocket, 1<<16, 10*time.Second
				s := b.do(t)
				wantOutcome(t, s, tt.want)
				if !strings.Contains(s.Detail, tt.detail) {
					t.Errorf("detail %q, want … %s …", s.Detail, tt.detail)
				}
				if b.now() != tt.after {
					t.Errorf("over after %v, want %v", b.now(), tt.after)
				}
			})
		})
	}
}
