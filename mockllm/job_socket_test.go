package mockllm

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"
)

// dialJob opens a WebSocket on a job.
func (l *lab) dialJob(id string, header ...string) (*websocket.Conn, *http.Response, error) {
	l.Helper()
	h := make(http.Header)
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	ws, resp, err := websocket.Dial(l.Context(), "ws://lab"+jobPath+"/"+id+"/ws", &websocket.DialOptions{HTTPClient: l.client, HTTPHeader: h})
	return ws, resp, err
}

// listen reads messages as "event status" until the WebSocket is closed.
func (l *lab) listen(ws *websocket.Conn) (messages []string, at []time.Duration, last string, err error) {
	for {
		_, data, err := ws.Read(l.Context())
		if err != nil {
			return messages, at, last, err
		}
		var m struct{ Event, Status string }
		if err := json.Unmarshal(data, &m); err != nil {
			l.Errorf("message %q: %v", data, err)
		}
		messages, at, last = append(messages, m.Event+" "+m.Status), append(at, l.now()), string(data)
	}
}

func TestJobOverAWebSocket(t *testing.T) {
	tests := []struct{ name, body, end string }{
		{"succeeds", `{"input":"x"}`, "result succeeded"},
		{"fails", `{"fail":true}`, "result failed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := jobServer()
			cfg.JobWorkers = 1
			inLab(t, cfg, func(l *lab) {
				l.submit(`{"ms":40}`)
				id := l.submit(tt.body).ID
				for _, at := range [][]time.Duration{ms(0, 40, 140), ms(140, 140, 140)} { // the second time it is over
					ws, resp, err := l.dialJob(id)
					if err != nil {
						t.Fatal(err)
					}
					if resp.StatusCode != 101 || resp.Header.Get("X-Request-Id") == "" || resp.Header.Get("Connection") != "Upgrade" {
						t.Errorf("the handshake: %d %v", resp.StatusCode, resp.Header)
					}
					got, when, last, err := l.listen(ws)
					if diff := cmp.Diff([]string{"status queued", "status running", tt.end}, got); diff != "" {
						t.Errorf("messages (-want +got):\n%s", diff)
					}
					if diff := cmp.Diff(at, when); diff != "" {
						t.Errorf("arrivals (-want +got):\n%s", diff)
					}
					if code := websocket.CloseStatus(err); code != websocket.StatusNormalClosure {
						t.Errorf("closed with %v, want 1000", err)
					}
					if j := (answer{body: last}).job(t); j.Completed == nil || (j.Result == nil) == (j.Error == nil) {
						t.Errorf("the last message: %s", last)
					}
				}
				after(time.Second)
				for _, line := range readLedger(t, l.ledger, "request") {
					if strings.HasSuffix(line.Path, "/ws") && (line.Status != 101 || line.finish() != "stop" || line.ClientGone) {
						t.Errorf("ledger: %+v", line)
					}
				}
			})
		})
	}
}

func TestWebSocketsEndWithTheirClients(t *testing.T) {
	tests := []struct {
		name  string
		leave func(*websocket.Conn)
	}{
		{"properly", func(ws *websocket.Conn) { ws.Close(websocket.StatusNormalClosure, "") }},
		{"abruptly", func(ws *websocket.Conn) { ws.CloseNow() }},
		{"after a word", func(ws *websocket.Conn) {
			ws.Write(context.Background(), websocket.MessageText, []byte("hello"))
			ws.Close(websocket.StatusNormalClosure, "")
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inLab(t, jobServer(), func(l *lab) {
				id := l.submit(`{"ms":3600000}`).ID
				ws, _, err := l.dialJob(id)
				if err != nil {
					t.Fatal(err)
				}
				tt.leave(ws)
				after(10 * time.Second)
				lines := readLedger(t, l.ledger, "request")
				if last := lines[len(lines)-1]; last.Status != 101 || last.finish() != finishClientGone || !last.ClientGone {
					t.Errorf("ledger: %+v %s, want a client that has gone", last, last.finish())
				}
				l.do(http.MethodDelete, jobPath+"/"+id, "") // or the stop would wait for it
			})
		})
	}
}

func TestStopClosesWebSockets(t *testing.T) {
	tests := []struct {
		name string
		stop func(*Server)
		code websocket.StatusCode
		at   time.Duration
	}{
		{"gracefully", (*Server).Stop, websocket.StatusGoingAway, 200 * time.Millisecond},
		{"at once", (*Server).Kill, -1, 200*time.Millisecond + lastLook}, // no close frame
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inLab(t, jobServer(), func(l *lab) {
				ws, _, err := l.dialJob(l.submit(`{"ms":500}`).ID)
				if err != nil {
					t.Fatal(err)
				}
				go func() {
					after(200 * time.Millisecond)
					tt.stop(l.srv)
				}()
				messages, _, _, err := l.listen(ws)
				if code := websocket.CloseStatus(err); code != tt.code || len(messages) != 2 || l.now() != tt.at {
					t.Errorf("%v after %q at %v, want %d", err, messages, l.now(), tt.code)
				}
				if err := <-l.ended; err != nil && !errors.Is(err, ErrKilled) {
					t.Error(err)
				}
				l.ended <- nil
			})
		})
	}
}

// A worker that is frozen pushes nothing, as those of others do not.
func TestBlockFreezesWebSockets(t *testing.T) {
	cfg := jobServer()
	cfg.AllowFaults = true
	inLab(t, cfg, func(l *lab) {
		ws, _, err := l.dialJob(l.submit(`{}`).ID)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			after(50 * time.Millisecond)
			l.post("/v1/embeddings", embedOne, faultHeader, "kind=block; ms=500")
		}()
		if _, at, _, err := l.listen(ws); !cmp.Equal(ms(0, 0, 550), at) || websocket.CloseStatus(err) != websocket.StatusNormalClosure {
			t.Errorf("messages at %v, %v", at, err)
		}
	})
}

func TestWebSocketOverTLS(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cert, key, roots := certificate(t)
		cfg := jobServer()
		cfg.CertFile, cfg.KeyFile = cert, key
		w := startWorker(t, cfg, nil)
		transport := &http.Transport{
			DialContext:     w.net.Dial,
			TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "server"},
		}
		defer transport.CloseIdleConnections()
		client := &http.Client{Transport: transport}
		resp, err := client.Post("https://server/v1/jobs", "application/json", strings.NewReader(`{}`))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var j jobSeen
		if err := json.NewDecoder(resp.Body).Decode(&j); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(j.StatusURL, "https://server/") || !strings.HasPrefix(j.WSURL, "wss://server/") {
			t.Errorf("links %s and %s", j.StatusURL, j.WSURL)
		}
		ws, _, err := websocket.Dial(t.Context(), j.WSURL, &websocket.DialOptions{HTTPClient: client})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for err == nil {
			_, _, err = ws.Read(t.Context())
			n++
		}
		if n != 4 || websocket.CloseStatus(err) != websocket.StatusNormalClosure {
			t.Errorf("%d messages, %v", n-1, err)
		}
		w.Kill()
		<-w.done
	})
}

func TestHandshakesThatAreNone(t *testing.T) {
	inLab(t, jobServer(), func(l *lab) {
		id := l.submit(`{}`).ID
		const key = "dGhlIHNhbXBsZSBub25jZQ=="
		tests := []struct {
			name   string
			status int
			header []string
		}{
			{"plain GET", 426, nil},
			{"no key", 400, []string{"Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13"}},
			{"an old version", 400, []string{"Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "8", "Sec-WebSocket-Key", key}},
			{"another origin", 403, []string{"Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", key, "Origin", "http://evil"}},
		}
		for _, tt := range tests {
			a := l.do("GET", jobPath+"/"+id+"/ws", "", tt.header...)
			if e := a.refusal(t); a.status != tt.status || e.Message == "" {
				t.Errorf("%s: %d %q, want %d", tt.name, a.status, a.body, tt.status)
			}
		}
		if a := l.do("GET", jobPath+"/"+id+"/ws", ""); a.header.Get("Upgrade") != "websocket" {
			t.Errorf("426 without Upgrade: %v", a.header)
		}
		if _, resp, err := l.dialJob("nobody"); err == nil || resp.StatusCode != 404 {
			t.Errorf("an unknown job: %v", err)
		}
	})
}
