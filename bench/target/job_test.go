package target

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aibench/aibench/bench"
)

func TestAJobIsToldByTheServersStamps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &plan{queued: 250 * ms, run: 500 * ms, stamps: true, ahead: 3 * time.Hour}
		b := newBed(t, "native", p.ServeHTTP)
		b.cfg.Interval = Interval{Fixed: 100 * ms}
		s := b.do(t)
		wantOutcome(t, s, bench.OK)
		const us = time.Microsecond // the stamps' resolution
		wantSpan(t, s, "accept", bench.Sent, bench.Accepted, 0, 0)
		wantSpan(t, s, "queue_wait", bench.Submitted, bench.Started, 250*ms, 2*us)
		wantSpan(t, s, "run", bench.Started, bench.Finished, 500*ms, 2*us)
		wantSpan(t, s, "turnaround", bench.Submitted, bench.Finished, 750*ms, 2*us)
		wantSpan(t, s, "completion", bench.Intended, bench.Seen, 800*ms, 0)
		if got, _ := s.Span(bench.Finished, bench.Seen); got < 50*ms-2*us || got > 50*ms+2*us {
			t.Errorf("discovery: got %v, want 50ms", got)
		}
		if !s.Stamped(bench.Finished) || s.ClockWidth > 200*us || s.Polls != 8 || s.PollBytes < 8*100 {
			t.Errorf("stamped %v, clock ± %v, %d polls of %d bytes; want stamps, drift alone, 8 polls", s.Stamped(bench.Finished), s.ClockWidth, s.Polls, s.PollBytes)
		}
	})
}

func TestAJobWithoutStampsIsBoundByItsPolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &plan{queued: 250 * ms, run: 500 * ms}
		b := newBed(t, "native", p.ServeHTTP)
		b.cfg.Interval = Interval{Fixed: 100 * ms}
		s := b.do(t)
		wantOutcome(t, s, bench.OK)
		// It began between the polls at 200 and 300 ms, and ended between those at 700 and 800 ms.
		wantSpan(t, s, "queue_wait", bench.Submitted, bench.Started, 250*ms, 100*ms)
		wantSpan(t, s, "run", bench.Started, bench.Finished, 500*ms, 200*ms)
		wantSpan(t, s, "completion", bench.Intended, bench.Seen, 800*ms, 100*ms)
		if s.Stamped(bench.Finished) || s.ClockWidth != 0 {
			t.Errorf("stamped %v, clock ± %v, want neither", s.Stamped(bench.Finished), s.ClockWidth)
		}
	})
}

func TestTheStateOfARunningJobIsSeenFromOutside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &plan{queued: 250 * ms, run: 500 * ms}
		b := newBed(t, "native", p.ServeHTTP)
		b.cfg.Interval = Interval{Fixed: 100 * ms}
		j, err := NewJob(b.cfg)
		if err != nil {
			t.Fatal(err)
		}
		r, err := bench.NewRunner(bench.Scenario{
			Target: j, Kinds: bench.Jobs, Load: bench.Closed{Users: 1}, Requests: 1, Drain: time.Minute, Epoch: b.epoch,
		})
		if err != nil {
			t.Fatal(err)
		}
		for at, want := range map[time.Duration]bench.JobStates{150 * ms: {Queued: 1}, 350 * ms: {Running: 1}, 850 * ms: {}} {
			time.AfterFunc(at, func() {
				if got := r.Snapshot().Jobs; got != want {
					t.Errorf("after %v: got %+v, want %+v", at, got, want)
				}
			})
		}
		if _, err := r.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * ms)
	})
}

func TestAStartThatIsNeverSeenIsUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &plan{queued: 210 * ms, run: 10 * ms}
		b := newBed(t, "native", p.ServeHTTP)
		b.cfg.Interval = Interval{Fixed: 100 * ms}
		s := b.do(t)
		wantOutcome(t, s, bench.OK)
		if at, ok := s.At(bench.Started); ok {
			t.Errorf("started at %v, want it to be unknown", at)
		}
		wantSpan(t, s, "to the end", bench.Submitted, bench.Finished, 250*ms, 100*ms)
	})
}

// To count only the jobs that a poll happened to find running once made the
// runs of a service look as long as its longest.
func TestShortRunsBetweenTwoPollsAreNotLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		long, short := &plan{queued: 210 * ms, run: 300 * ms}, &plan{queued: 210 * ms, run: 10 * ms}
		canceled := says(200, `{"id":"j1","status":"canceled"}`)
		b := newBed(t, "native", nil)
		b.cfg.Interval = Interval{Fixed: 100 * ms}
		j, err := NewJob(b.cfg)
		if err != nil {
			t.Fatal(err)
		}
		for i, service := range []http.HandlerFunc{short.ServeHTTP, long.ServeHTTP, short.ServeHTTP, thereafter(short.ServeHTTP, canceled)} {
			b.service = service
			s := bench.NewSample()
			j.Do(t.Context(), s)
			_, began := s.At(bench.Started)
			switch i {
			case 0: // Until it says that a job runs it may call all of them queued.
				if began {
					t.Error("a start of which there is no sign")
				}
			case 1, 2:
				// The end was most likely at 250 ms, and the start between 200 ms and that.
				want := 250 * ms
				if i == 2 {
					want = 225 * ms
					wantSpan(t, s, "run", bench.Started, bench.Finished, 25*ms, 200*ms)
				}
				wantSpan(t, s, "queue_wait", bench.Submitted, bench.Started, want, 100*ms)
			case 3:
				if began {
					t.Error("a job that was canceled may never have begun")
				}
			}
		}
	})
}

// A service may open its answer at once and tell the end of the job in it later.
func TestAJobIsOverWhenItsAcceptanceSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed(t, "replicate", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusCreated)
			w.(http.Flusher).Flush()
			<-time.After(2 * time.Second) // in a bubble
			now := time.Now().UTC().Format(time.RFC3339Nano)
			fmt.Fprintf(w, `{"id":"j1","status":"succeeded","output":[1],"created_at":%q,"completed_at":%[1]q,"urls":{"get":"/v1/jobs/j1"}}`, now)
		})
		s := b.do(t)
		wantOutcome(t, s, bench.OK)
		wantSpan(t, s, "accept", bench.Sent, bench.Accepted, 0, 0)
		wantSpan(t, s, "completion", bench.Intended, bench.Seen, 2*time.Second, 0)
		wantSpan(t, s, "in hand", bench.Seen, bench.End, 0, 0)
		if !s.Stamped(bench.Finished) {
			t.Error("stamps from after the head are not believed")
		}
	})
}

func TestTheBackoffIsTheProfiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		var b *bed
		p := &plan{queued: time.Second, run: time.Second}
		b = newBed(t, "native", func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				at = append(at, b.now())
			}
			p.ServeHTTP(w, r)
		})
		b.cfg.Interval = Interval{Jitter: 1e-12}
		wantOutcome(t, b.do(t), bench.OK)
		want := []time.Duration{100 * ms, 300 * ms, 600 * ms, 1050 * ms, 1725 * ms, 2737500 * time.Microsecond}
		if len(at) != len(want) {
			t.Fatalf("polls at %v, want %v", at, want)
		}
		for i := range want {
			if d := at[i] - want[i]; max(d, -d) > time.Microsecond {
				t.Errorf("polls at %v, want %v", at, want)
			}
		}
	})
}

func TestRetryAfterIsHonouredInBothForms(t *testing.T) {
	tests := []struct {
		name  string
		field func() string
		cfg   Interval
		want  []time.Duration
	}{
		{"seconds", func() string { return "2" }, Interval{}, []time.Duration{2 * time.Second, 4 * time.Second}},
		{"a date", func() string { return time.Now().Add(3 * time.Second).UTC().Format(http.TimeFormat) }, Interval{}, []time.Duration{3 * time.Second}},
		{"more than the profile allows", func() string { return "7200" }, Interval{}, nil},
		{"a fixed interval ignores it", func() string { return "2" }, Interval{Fixed: 1500 * ms}, []time.Duration{1500 * ms, 3 * time.Second}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var at []time.Duration
				var b *bed
				p := &plan{queued: time.Second, run: 1800 * ms}
				b = newBed(t, "native", func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodGet {
						at = append(at, b.now())
					}
					w.Header().Set("Retry-After", tt.field())
					p.ServeHTTP(w, r)
				})
				b.cfg.Interval, b.cfg.MaxWait = tt.cfg, time.Hour
				wantOutcome(t, b.do(t), bench.OK)
				if tt.want == nil {
					tt.want = []time.Duration{b.cfg.Profile.Backoff.RetryAfterMax}
				}
				if !slices.Equal(at, tt.want) {
					t.Errorf("polls at %v, want %v", at, tt.want)
				}
			})
		})
	}
}

func TestAJobThatNeverEndsIsStuckAtItsDeadline(t *testing.T) {
	for _, wait := range []Wait{Poll, ServerSentEvents} {
		t.Run(wait.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &plan{queued: time.Second, run: time.Hour}
				b := newBed(t, "native", func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("Accept") == "text/event-stream" {
						w.Header().Set("Content-Type", "text/event-stream")
						_, _ = w.Write([]byte("data: {\"status\":\"running\"}\n\n"))
						w.(http.Flusher).Flush()
						<-r.Context().Done()
						return
					}
					p.ServeHTTP(w, r)
				})
				b.cfg.Wait, b.cfg.MaxWait = wait, 7*time.Second
				s := b.do(t)
				wantOutcome(t, s, bench.Stuck)
				if want := `not over within 7s; the server's last word: "running"`; s.Detail != want || b.now() != 7*time.Second {
					t.Errorf("after %v: %s, want after 7s: %s", b.now(), s.Detail, want)
				}
				if end, _ := s.At(bench.End); end != 7*time.Second {
					t.Errorf("end at %v, want 7s", end)
				}
			})
		})
	}
}

func TestAPollThatIsNeverAnsweredEndsInTime(t *testing.T) {
	tests := []struct {
		name             string
		timeout, maxWait time.Duration
		want             bench.Outcome
		after            time.Duration
	}{
		{"at the job's deadline", 0, 3 * time.Second, bench.Stuck, 3 * time.Second},
		// The submission, then 6 polls of 1 s, each 200 ms after the last.
		{"at its own, too often", time.Second, time.Hour, bench.ProtocolError, 6 * 1200 * ms},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &plan{queued: time.Second}
				b := newBed(t, "native", func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodGet {
						<-r.Context().Done()
						return
					}
					p.ServeHTTP(w, r)
				})
				b.cfg.Interval, b.cfg.Timeout, b.cfg.MaxWait = Interval{Fixed: 200 * ms}, tt.timeout, tt.maxWait
				s := b.do(t)
				wantOutcome(t, s, tt.want)
				if b.now() != tt.after {
					t.Errorf("%s after %v, want after %v", s.Detail, b.now(), tt.after)
				}
			})
		})
	}
}

func TestTheEndOfTheRunEndsAJobAtOnce(t *testing.T) {
	for _, wait := range []Wait{Poll, WebSocket, ServerSentEvents} {
		t.Run(wait.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &plan{queued: 50 * ms, run: time.Hour}
				b := newBed(t, "native", func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("Accept") == "text/event-stream" || r.Header.Get("Upgrade") != "" {
						<-r.Context().Done()
						return
					}
					p.ServeHTTP(w, r)
				})
				b.cfg.Wait = wait
				ctx, cancel := context.WithTimeout(t.Context(), 170*ms)
				defer cancel()
				s := bench.NewSample()
				b.doWith(t, ctx, s)
				wantOutcome(t, s, bench.Cancelled)
				if _, ended := s.At(bench.End); ended || b.now() != 170*ms {
					t.Errorf("returned after %v (end marked: %v), want after 170ms", b.now(), ended)
				}
				if _, ok := s.At(bench.Accepted); !ok {
					t.Error("the acceptance is forgotten")
				}
			})
		})
	}
}
