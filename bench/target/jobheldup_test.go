package target

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"github.com/aibench/aibench/bench"
)

// A heldUp is one job that waits for 200 ms and runs for 500 ms, of which all
// news arrives late: proxies gather it, and busy machines forget it.
type heldUp struct {
	stamps bool
	after  [3]time.Duration // from the opening to each message
}

func (h heldUp) messages(submitted time.Time) (pieces [3]string) {
	at := [...]time.Duration{0, 200 * ms, 700 * ms}
	for i, word := range [...]string{"starting", "processing", "succeeded"} {
		extra := ""
		for j, name := range [...]string{"created_at", "started_at", "completed_at"} {
			if h.stamps && j <= i {
				extra += fmt.Sprintf(`,"%s":%q`, name, submitted.Add(at[j]).UTC().Format("2006-01-02T15:04:05.000000000Z"))
			}
		}
		pieces[i] = fmt.Sprintf(`{"status":%q,"output":1%s}`, word, extra)
	}
	return pieces
}

// push follows it, in a bubble.
func (h heldUp) push(t *testing.T, wait Wait, begin time.Time) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var pieces []any
		last := time.Duration(0)
		for i, m := range h.messages(begin) {
			if wait == ServerSentEvents {
				m = "data: " + m + "\n\n"
			}
			if pause := h.after[i] - last; pause > 0 {
				pieces = append(pieces, pause)
			}
			pieces, last = append(pieces, m), h.after[i]
		}
		if wait == ServerSentEvents {
			tell(w, r, pieces...)
			return
		}
		chats(t, websocket.StatusNormalClosure, pieces...)(w, r)
	}
}

// do takes the job as submitted at once, and begins it then.
func (h heldUp) do(t *testing.T, wait Wait) *bench.Sample {
	t.Helper()
	begin := time.Now()
	b := newBed(t, "replicate", thereafter(says(202, `{"id":"j1"}`, "Location", "/v1/jobs/j1"), h.push(t, wait, begin)))
	if !h.stamps {
		b.cfg.Profile.Timestamps = nil
	}
	b.cfg.Wait = wait
	s := b.do(t)
	wantOutcome(t, s, bench.OK)
	return s
}

// That a message came late once made a job of 500 ms one of 0 ms, exactly.
func TestNewsThatWasHeldUpIsNotTakenForFresh(t *testing.T) {
	truth := [...]time.Duration{0, 200 * ms, 700 * ms, 900 * ms}
	for _, wait := range []Wait{WebSocket, ServerSentEvents} {
		for name, after := range map[string][3]time.Duration{
			"all at once":     {900 * ms, 900 * ms, 900 * ms},
			"all but one":     {0, 900 * ms, 900 * ms},
			"each on its own": {100 * ms, 800 * ms, 900 * ms},
		} {
			t.Run(wait.String()+", "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := heldUp{after: after}.do(t, wait)
					for from := bench.Submitted; from < bench.Seen; from++ {
						for to := from + 1; to <= bench.Seen; to++ {
							got, width, ok := span(s, from, to)
							if off := got - (truth[to-bench.Submitted] - truth[from-bench.Submitted]); ok && off.Abs() > width {
								t.Errorf("%v to %v is told as %v ± %v, which is %v off", from, to, got, width, off)
							}
						}
					}
					// What is told with the end says nothing of when it was.
					want := after[1]
					if after[1] == after[2] {
						want /= 2
					}
					if at, _ := s.At(bench.Started); at != want {
						t.Errorf("started at %v, want %v", at, want)
					}
					wantSpan(t, s, "completion", bench.Intended, bench.Seen, 900*ms, 0)
				})
			})
		}
	}
}

// True stamps once counted for nothing when the message that bore them was
// late.
func TestTheStampsOfNewsThatWasHeldUpAreBelieved(t *testing.T) {
	for _, wait := range []Wait{WebSocket, ServerSentEvents} {
		synctest.Test(t, func(t *testing.T) {
			s := heldUp{stamps: true, after: [3]time.Duration{900 * ms, 900 * ms, 900 * ms}}.do(t, wait)
			const ns = 1
			wantSpan(t, s, "queue_wait", bench.Submitted, bench.Started, 200*ms, 2*ns)
			wantSpan(t, s, "run", bench.Started, bench.Finished, 500*ms, 2*ns)
			wantSpan(t, s, "completion", bench.Intended, bench.Seen, 900*ms, 0)
			if d, width, _ := span(s, bench.Finished, bench.Seen); (d-200*ms).Abs() > width || width > 200*time.Microsecond {
				t.Errorf("%v: discovery %v ± %v, want 200ms", wait, d, width)
			}
		})
	}
}

// A service that tells its history again after a break may take its time over
// that.
func TestHistoryThatIsToldAgainLateIsNoSecondRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		b := newBed(t, "replicate", pushing(func(w http.ResponseWriter, r *http.Request) {
			if n++; n == 1 {
				tell(w, r, status(1, "starting"), 100*ms, status(2, "processing"), 100*ms)
				return
			}
			tell(w, r, 500*ms, status(1, "starting"), 300*ms, status(2, "processing"), 100*ms, status(3, "succeeded"))
		}))
		b.cfg.Profile.Timestamps, b.cfg.Profile.Result = nil, nil
		b.cfg.Wait = ServerSentEvents
		wantOutcome(t, b.do(t), bench.OK)
	})
}

// OpenAI stamps the creation and the end of a response, and not its start. That
// once hid the wait and the run that the polls had seen.
func TestAMissingStampHidesNothingThatPollsSaw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		b := newBed(t, "openai-background", func(w http.ResponseWriter, r *http.Request) {
			age := time.Since(begin)
			word, end := "queued", "null"
			if age >= 250*ms {
				word = "in_progress"
			}
			if age >= 750*ms {
				word, end = "completed", fmt.Sprint(begin.Add(750*ms).Unix())
			}
			says(200, fmt.Sprintf(`{"id":"j1","status":%q,"created_at":%d,"completed_at":%s,"output":[1]}`, word, begin.Unix(), end))(w, r)
		})
		b.cfg.Interval = Interval{Fixed: 100 * ms}
		s := b.do(t)
		wantOutcome(t, s, bench.OK)
		for _, tt := range []struct {
			name        string
			from, to    bench.Mark
			want, width time.Duration
		}{
			{"queue_wait", bench.Submitted, bench.Started, 250 * ms, 100 * ms},
			{"run", bench.Started, bench.Finished, 500 * ms, 200 * ms},
			{"discovery", bench.Finished, bench.Seen, 50 * ms, 100 * ms},
			{"turnaround", bench.Submitted, bench.Finished, 0, 2 * time.Second}, // whole seconds
		} {
			if got, width, ok := span(s, tt.from, tt.to); !ok || got != tt.want || width != tt.width {
				t.Errorf("%s: got %v ± %v (%v), want %v ± %v", tt.name, got, width, ok, tt.want, tt.width)
			}
		}
	})
}
