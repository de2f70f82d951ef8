package mockllm

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Whatever is taken and freed in whatever order: never more than size run, never more than queue wait, and who waits is
// let in in the order of arrival, at once.
func TestSlotsProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := &slots{size: rapid.IntRange(0, 4).Draw(t, "size"), queue: rapid.IntRange(0, 4).Draw(t, "queue")}
		var started, admitted []int
		var live []*slot
		for i := range rapid.IntRange(1, 60).Draw(t, "steps") {
			if len(live) > 0 && rapid.Bool().Draw(t, "free") {
				at := rapid.IntRange(0, len(live)-1).Draw(t, "which")
				live[at].free()
				live[at].free() // only the first counts
				live = slices.Delete(live, at, at+1)
			} else {
				place := new(slot)
				full := s.size > 0 && s.running >= s.size && s.queue > 0 && s.waiting.Len() >= s.queue
				ok := s.take(place, func() { started = append(started, i) })
				if ok == full {
					t.Fatalf("take with %d running and %d waiting: %v", s.running, s.waiting.Len(), ok)
				}
				if ok {
					live, admitted = append(live, place), append(admitted, i)
				}
			}
			switch {
			case s.size > 0 && s.running > s.size:
				t.Fatalf("%d run, %d may", s.running, s.size)
			case s.queue > 0 && s.waiting.Len() > s.queue:
				t.Fatalf("%d wait, %d may", s.waiting.Len(), s.queue)
			case s.running+s.waiting.Len() != len(live):
				t.Fatalf("%d run and %d wait of %d", s.running, s.waiting.Len(), len(live))
			case s.waiting.Len() > 0 && s.room():
				t.Fatalf("%d wait though there is room", s.waiting.Len())
			}
		}
		if !slices.IsSorted(started) {
			t.Fatalf("started %v of %v: not in the order of arrival", started, admitted)
		}
	})
}

// crowd sends n streams, a millisecond apart, and returns their answers in that order; in a bubble.
func (l *lab) crowd(n int) []answer {
	answers := make([]answer, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			time.Sleep(time.Duration(i) * time.Millisecond)
			answers[i] = l.post("/v1/chat/completions", chatStream)
		})
	}
	wg.Wait()
	return answers
}

func TestBatchThenQueueThen429(t *testing.T) {
	cfg := exact()
	cfg.MaxNumSeqs, cfg.MaxWaiting = 2, 1
	inLab(t, cfg, func(l *lab) {
		answers := l.crowd(4)
		var statuses []int
		var firsts []time.Duration
		for _, a := range answers {
			statuses = append(statuses, a.status)
			if _, at := a.texts(); len(at) > 0 {
				firsts = append(firsts, at[0])
			}
		}
		if diff := cmp.Diff([]int{200, 200, 200, 429}, statuses); diff != "" {
			t.Errorf("statuses (-want +got):\n%s", diff)
		}
		// The third gets the slot of the first, which ends at 120 ms, and its plan begins there.
		if diff := cmp.Diff(ms(100, 101, 220), firsts); diff != "" {
			t.Errorf("first tokens (-want +got):\n%s", diff)
		}
		refused := answers[3]
		if got := refused.header.Get("Retry-After"); got != "1" || refused.at != 3*time.Millisecond {
			t.Errorf("refused at %v with Retry-After %q, want 3ms and 1", refused.at, got)
		}
		if e := refused.refusal(t); e.Type != "rate_limit_error" || e.Code == nil || *e.Code != "rate_limit_exceeded" {
			t.Errorf("envelope: %+v", e)
		}
	})
}

func TestZeroIsNoLimit(t *testing.T) {
	tests := []struct {
		name          string
		size, queue   int
		first, second time.Duration
	}{
		{"of the batch", 0, 1, 100 * time.Millisecond, 101 * time.Millisecond},
		{"of the queue", 1, 0, 100 * time.Millisecond, 220 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := exact()
			cfg.MaxNumSeqs, cfg.MaxWaiting = tt.size, tt.queue
			inLab(t, cfg, func(l *lab) {
				for i, a := range l.crowd(5) {
					if a.status != http.StatusOK {
						t.Errorf("request %d: status %d", i, a.status)
					}
					want := []time.Duration{tt.first, tt.second}
					if _, at := a.texts(); i < 2 && at[0] != want[i] {
						t.Errorf("request %d: first token at %v, want %v", i, at[0], want[i])
					}
				}
			})
		})
	}
}

// A client that gives up while it waits must not hold a place that it will never use.
func TestGoneClientLeavesTheQueue(t *testing.T) {
	cfg := exact()
	cfg.MaxNumSeqs, cfg.MaxWaiting = 1, 1
	inLab(t, cfg, func(l *lab) {
		var first, last answer
		var wg sync.WaitGroup
		wg.Go(func() { first = l.post("/v1/chat/completions", chatStream) })
		synctest.Wait()
		ctx, leave := context.WithCancel(l.Context())
		wg.Go(func() {
			if resp, err := l.ask(ctx, http.MethodPost, "/v1/chat/completions", chatStream); err == nil {
				_ = resp.Body.Close()
				t.Error("the waiting request was answered")
			}
		})
		synctest.Wait()
		leave()
		synctest.Wait()
		wg.Go(func() { last = l.post("/v1/chat/completions", chatStream) })
		wg.Wait()
		if first.status != 200 || last.status != 200 || last.at != 240*time.Millisecond {
			t.Errorf("statuses %d and %d, the last ended at %v, want 200, 200, 240ms", first.status, last.status, last.at)
		}
	})
}
