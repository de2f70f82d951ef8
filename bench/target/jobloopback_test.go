package target

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/profile"
	"github.com/aibench/aibench/bench/wire"
)

// The bubbles know neither sockets nor TLS.
func TestJobsOverTLSOnRealSockets(t *testing.T) {
	t.Parallel()
	for _, wait := range []Wait{Poll, WebSocket, ServerSentEvents} {
		t.Run(wait.String(), func(t *testing.T) {
			t.Parallel()
			p := &plan{stamps: true, queued: time.Nanosecond}
			server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.Header.Get("Upgrade") != "":
					conn, err := websocket.Accept(w, r, nil)
					if err != nil {
						t.Error(err)
						return
					}
					_ = conn.Write(r.Context(), websocket.MessageText, []byte(told("succeeded")))
					_ = conn.Close(websocket.StatusNormalClosure, "")
				case r.Header.Get("Accept") == "text/event-stream":
					tell(w, r, status(1, "succeeded"))
				default:
					p.ServeHTTP(w, r)
				}
			}))
			defer server.Close()
			at, err := url.Parse(server.URL + "/v1/jobs")
			if err != nil {
				t.Fatal(err)
			}
			native, err := profile.ByName("native")
			if err != nil {
				t.Fatal(err)
			}
			roots := x509.NewCertPool()
			roots.AddCert(server.Certificate())
			epoch, secure := time.Now(), &tls.Config{RootCAs: roots}
			client := wire.New(wire.Config{Epoch: epoch, Address: at.Host, TLS: secure})
			defer client.Close()
			j, err := NewJob(JobConfig{
				Client: client, Epoch: epoch, URL: at, Profile: native, Wait: wait, MaxWait: time.Minute, TLS: secure,
				Interval: Interval{Fixed: ms},
			})
			if err != nil {
				t.Fatal(err)
			}
			s := bench.NewSample()
			j.Do(t.Context(), s)
			wantOutcome(t, s, bench.OK)
			if o, known := j.Offset(); !s.Stamped(bench.Finished) || !known || o.Least > 0 || o.Most < 0 {
				t.Errorf("stamped %v, offset %+v (%v); want stamps, and bounds that hold 0: it is one clock", s.Stamped(bench.Finished), o, known)
			}
		})
	}
}
