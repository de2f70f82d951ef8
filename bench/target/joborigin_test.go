package target

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/coder/websocket"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/wire"
)

// secrets are fields of a caller that only the submission's origin may see.
func secrets() []Header {
	return []Header{
		{"Authorization", "Bearer s3cret"}, {"Cookie", "session=s3cret"}, {"X-Api-Key", "s3cret"}, {"X-Home-Made", "s3cret"},
		{"Content-Type", "application/json"}, {"Prefer", "respond-async"},
	}
}

func fields(h http.Header, names ...string) string {
	var out []string
	for _, n := range names {
		out = append(out, h.Get(n))
	}
	return strings.Join(out, "|")
}

func TestCredentialsGoWithThePollsUnlessTheServiceWantsNone(t *testing.T) {
	for _, wanted := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			want := "Bearer s3cret|session=s3cret|s3cret|s3cret|||application/json, */*;q=0.5"
			if !wanted {
				want = "|||s3cret|||application/json, */*;q=0.5"
			}
			p := &plan{}
			b := newBed(t, "native", func(w http.ResponseWriter, r *http.Request) {
				got := fields(r.Header, "Authorization", "Cookie", "X-Api-Key", "X-Home-Made", "Content-Type", "Prefer", "Accept")
				if r.Method == http.MethodGet && got != want {
					t.Errorf("credentials %v: a poll carries %q, want %q", wanted, got, want)
				}
				p.ServeHTTP(w, r)
			})
			b.cfg.Profile.SendAuthOnPoll = wanted
			b.cfg.Request.Header = secrets()
			wantOutcome(t, b.do(t), bench.OK)
		})
	}
}

// A queue that could send the key elsewhere by a header would be a way to steal
// it.
func TestNoCredentialGoesToAnotherOrigin(t *testing.T) {
	for _, wait := range []Wait{Poll, WebSocket, ServerSentEvents} {
		t.Run(wait.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				asked := 0
				away := newBed(t, "native", func(w http.ResponseWriter, r *http.Request) {
					asked++
					for name, values := range r.Header {
						if strings.Contains(strings.Join(values, " "), "s3cret") {
							t.Errorf("%s %s carries %s", r.Method, r.URL, name)
						}
					}
					if r.Host != "elsewhere" {
						t.Errorf("host %q", r.Host)
					}
					switch {
					case r.Header.Get("Upgrade") != "":
						conn, err := websocket.Accept(w, r, nil)
						if err != nil {
							t.Error(err)
							return
						}
						_ = conn.Write(r.Context(), websocket.MessageText, []byte(`{"status":"succeeded"}`))
						_ = conn.Close(1000, "")
					case r.Header.Get("Accept") == "text/event-stream":
						tell(w, r, status(1, "succeeded"))
					default:
						says(200, `{"status":"succeeded","result_url":"http://elsewhere/result"}`)(w, r)
					}
				})
				b := newBed(t, "native", says(202, `{"id":"j1","status":"queued"}`, "Location", "http://elsewhere/j1"))
				b.cfg.Wait, b.cfg.Profile.SameOriginOnly = wait, false
				b.cfg.Dial = away.cfg.Dial
				b.cfg.Request.Header = secrets()
				var origins []string
				b.cfg.Elsewhere = func(origin *url.URL) (*wire.Client, error) {
					origins = append(origins, origin.String())
					return away.cfg.Client, nil
				}
				wantOutcome(t, b.do(t), bench.OK)
				if asked < 2 || !slices.Equal(origins, []string{"http://elsewhere"}) {
					t.Errorf("%d requests elsewhere; clients were asked for %q", asked, origins)
				}
			})
		})
	}
}

func TestOriginsThatNoClientGoesTo(t *testing.T) {
	tests := []struct {
		name   string
		ask    func(*url.URL) (*wire.Client, error)
		detail string
	}{
		{"none is asked", nil, "and no client goes there"},
		{"refused", func(*url.URL) (*wire.Client, error) { return nil, errors.New("no more sockets") }, "client for http://elsewhere: no more sockets"},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			b := newBed(t, "native", says(202, `{"id":"j1","status":"queued"}`, "Location", "http://elsewhere/j1"))
			b.cfg.Profile.SameOriginOnly, b.cfg.Elsewhere = false, tt.ask
			s := b.do(t)
			wantOutcome(t, s, bench.ProtocolError)
			if !strings.Contains(s.Detail, tt.detail) {
				t.Errorf("%s: detail %q, want … %s …", tt.name, s.Detail, tt.detail)
			}
		})
	}
}

// A service could lead a run to as many origins as it makes up.
func TestOriginsAreBounded(t *testing.T) {
	t.Parallel()
	p := places{ask: func(*url.URL) (*wire.Client, error) { return &wire.Client{}, nil }}
	for i := range maxPlaces + 1 {
		_, err := p.at(&url.URL{Scheme: "http", Host: strings.Repeat("x", i+1)})
		if (err != nil) != (i >= maxPlaces) {
			t.Fatalf("origin %d: error %v", i, err)
		}
	}
	if _, err := p.at(&url.URL{Scheme: "HTTP", Host: "X"}); err != nil {
		t.Errorf("an origin that is known: %v", err)
	}
}
