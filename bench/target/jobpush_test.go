package target

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aibench/aibench/bench"
)

// A service may say with 200, or in a message, that it knows no such job. As a
// message that was waited for to the end of all patience.
func TestALostJobIsLostInWords(t *testing.T) {
	const word = `{"id":"j1","status":"not_found"}`
	for _, wait := range []Wait{Poll, WebSocket, ServerSentEvents} {
		t.Run(wait.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBed(t, "auto", pushing(func(w http.ResponseWriter, r *http.Request) {
					switch wait {
					case WebSocket:
						chats(t, 1000, told("queued"), word)(w, r)
					case ServerSentEvents:
						tell(w, r, status(1, "queued"), "data: "+word+"\n\n", time.Hour)
					default:
						says(200, word)(w, r)
					}
				}))
				b.cfg.Wait = wait
				s := b.do(t)
				wantOutcome(t, s, bench.Lost)
				if want := `"not_found" for the status of an accepted job; the server's last word: "queued"`; s.Detail != want {
					t.Errorf("detail %q, want %q", s.Detail, want)
				}
			})
		})
	}
}
