package mockllm

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// streamFault is a fault in a stream of 3 tokens, due at 100, 110 and 120 ms: what the client sees, and what the ledger
// says.
type streamFault struct {
	fault  string
	texts  string
	at     []time.Duration
	last   string // how the last event begins
	err    error
	ledger []string
}

func streamFaults() []streamFault {
	return []streamFault{
		{"kind=block; ms=50", " t0 t1 t2", ms(150, 160, 170), "[DONE]", nil,
			[]string{"block 50ms fault header", "request 200 tokens=3 finish=stop fault=block"}},
		{"kind=block; ms=50; after=2", " t0 t1 t2", ms(100, 110, 170), "[DONE]", nil,
			[]string{"block 50ms fault header", "request 200 tokens=3 finish=stop fault=block"}},
		{"kind=stall; ms=50", " t0 t1 t2", ms(150, 160, 170), "[DONE]", nil,
			[]string{"request 200 tokens=3 finish=stop fault=stall"}},
		{"kind=stall; ms=50; after=1", " t0 t1 t2", ms(100, 160, 170), "[DONE]", nil,
			[]string{"request 200 tokens=3 finish=stop fault=stall"}},
		{"kind=sse_error; after=2", " t0 t1", ms(100, 110), `{"error":{"message":`, nil,
			[]string{"request 200 tokens=2 finish=error fault=sse_error"}},
		{"kind=sse_error", "", nil, `{"error":{"message":`, nil,
			[]string{"request 200 tokens=0 finish=error fault=sse_error"}},
		{"kind=eof; after=1", " t0", ms(100), `{"id":`, nil,
			[]string{"request 200 tokens=1 finish=eof fault=eof"}},
		{"kind=eof; after=3", " t0 t1 t2", ms(100, 110, 120), `{"id":`, nil,
			[]string{"request 200 tokens=3 finish=eof fault=eof"}},
		{"kind=eof; after=99", " t0 t1 t2", ms(100, 110, 120), `{"id":`, nil,
			[]string{"request 200 tokens=3 finish=eof fault=eof"}},
		{"kind=abort; after=2", " t0 t1", ms(100, 110), `{"id":`, syscall.ECONNRESET,
			[]string{"request 200 tokens=2 finish=abort fault=abort"}},
		{"kind=malformed; after=1", " t0 t1 t2", ms(100, 110, 120), "[DONE]", nil,
			[]string{"request 200 tokens=3 finish=stop fault=malformed"}},
		{"kind=duplicate; after=1", " t0 t1 t1 t2", ms(100, 110, 110, 120), "[DONE]", nil,
			[]string{"request 200 tokens=4 finish=stop fault=duplicate"}},
		{"kind=duplicate; after=3", " t0 t1 t2 t2", ms(100, 110, 120, 120), "[DONE]", nil,
			[]string{"request 200 tokens=4 finish=stop fault=duplicate"}},
		{"kind=crash; after=1", " t0", ms(100), `{"id":`, io.ErrUnexpectedEOF,
			[]string{"request 200 tokens=1 finish=crash fault=crash"}},
	}
}

func TestFaultsInAStream(t *testing.T) {
	for _, tt := range streamFaults() {
		t.Run(tt.fault, func(t *testing.T) {
			cfg := exact()
			cfg.AllowFaults = true
			inLab(t, cfg, func(l *lab) {
				a := l.post("/v1/chat/completions", chatStream, faultHeader, tt.fault)
				texts, at := a.texts()
				if got := strings.Join(texts, ""); got != tt.texts {
					t.Errorf("text: got %q, want %q", got, tt.texts)
				}
				if diff := cmp.Diff(tt.at, at); diff != "" {
					t.Errorf("arrivals (-want +got):\n%s", diff)
				}
				if !errors.Is(a.err, tt.err) {
					t.Errorf("error: got %v, want %v", a.err, tt.err)
				}
				if last := a.events[len(a.events)-1].data; !strings.HasPrefix(last, tt.last) {
					t.Errorf("last event: got %q, want %q…", last, tt.last)
				}
				kind, _, _ := strings.Cut(strings.TrimPrefix(tt.fault, "kind="), ";")
				if got := a.header.Get(appliedHeader); got != kind {
					t.Errorf("%s: got %q, want %q", appliedHeader, got, kind)
				}
				if diff := cmp.Diff(tt.ledger, l.summaries()); diff != "" {
					t.Errorf("ledger (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// Of a malformed event only its JSON is broken: the line is a data line, and what follows is read as before.
func TestMalformedIsOneEventOfBrokenJSON(t *testing.T) {
	cfg := exact()
	cfg.AllowFaults = true
	inLab(t, cfg, func(l *lab) {
		for _, path := range []string{"/v1/chat/completions", "/v1/completions"} {
			body := map[bool]string{true: chatStream, false: `{"model":"mock-1","prompt":"x","stream":true}`}[strings.Contains(path, "chat")]
			broken := 0
			for _, data := range l.post(path, body, faultHeader, "kind=malformed; after=1").datas() {
				if data != "[DONE]" && !json.Valid([]byte(data)) {
					broken++
				}
			}
			if broken != 1 {
				t.Errorf("%s: %d events are broken, want 1", path, broken)
			}
		}
	})
}

// Faults before an answer begins, and what comes of those for streams when there is no stream.
func TestFaultsOfWholeAnswers(t *testing.T) {
	tests := []struct {
		fault  string
		status int
		at     time.Duration
		err    error
		ledger []string
	}{
		{"kind=block; ms=50", 200, 170 * time.Millisecond, nil,
			[]string{"block 50ms fault header", "request 200 tokens=3 finish=stop fault=block"}},
		{"kind=block; ms=50; after=2", 200, 170 * time.Millisecond, nil,
			[]string{"block 50ms fault header", "request 200 tokens=3 finish=stop fault=block"}},
		{"kind=stall; ms=50; after=2", 200, 170 * time.Millisecond, nil,
			[]string{"request 200 tokens=3 finish=stop fault=stall"}},
		{"kind=status", 500, 0, nil, []string{"request 500 tokens=0 finish=error fault=status"}},
		{"kind=status; status=503; retry_after=1.5; after=2", 503, 0, nil,
			[]string{"request 503 tokens=0 finish=error fault=status"}},
		{"kind=abort; after=2", 0, 0, syscall.ECONNRESET, []string{"request 0 tokens=0 finish=abort fault=abort"}},
		{"kind=crash", 0, 0, io.EOF, []string{"request 0 tokens=0 finish=crash fault=crash"}},
		{"kind=eof; after=1", 200, 120 * time.Millisecond, nil, []string{"request 200 tokens=3 finish=stop fault=null"}},
		{"kind=malformed", 200, 120 * time.Millisecond, nil, []string{"request 200 tokens=3 finish=stop fault=null"}},
		{"kind=duplicate", 200, 120 * time.Millisecond, nil, []string{"request 200 tokens=3 finish=stop fault=null"}},
		{"kind=sse_error", 200, 120 * time.Millisecond, nil, []string{"request 200 tokens=3 finish=stop fault=null"}},
	}
	for _, tt := range tests {
		t.Run(tt.fault, func(t *testing.T) {
			cfg := exact()
			cfg.AllowFaults = true
			inLab(t, cfg, func(l *lab) {
				a := l.post("/v1/chat/completions", chatWhole, faultHeader, tt.fault)
				if a.status != tt.status || a.at != tt.at || !errors.Is(a.err, tt.err) {
					t.Errorf("got %d at %v, error %v, want %d at %v, error %v", a.status, a.at, a.err, tt.status, tt.at, tt.err)
				}
				applied := !strings.HasSuffix(tt.ledger[len(tt.ledger)-1], "fault=null") && tt.status != 0
				if got := a.header.Get(appliedHeader); (got != "") != applied {
					t.Errorf("%s: %q", appliedHeader, got)
				}
				if diff := cmp.Diff(tt.ledger, l.summaries()); diff != "" {
					t.Errorf("ledger (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// A stream that is refused has no middle for a fault to strike.
func TestRefusedStreamMeetsNoFault(t *testing.T) {
	cfg := exact()
	cfg.AllowFaults = true
	inLab(t, cfg, func(l *lab) {
		a := l.post("/v1/chat/completions", `{"model":"x","stream":true}`, faultHeader, "kind=eof; after=1")
		if got := a.header.Get(appliedHeader); a.status != 404 || got != "" {
			t.Errorf("status %d, %s %q, want 404 and none", a.status, appliedHeader, got)
		}
		if diff := cmp.Diff([]string{"request 404 tokens=0 finish=error fault=null"}, l.summaries()); diff != "" {
			t.Errorf("ledger (-want +got):\n%s", diff)
		}
	})
}

func TestStatusFaultCarriesTheEnvelope(t *testing.T) {
	cfg := exact()
	cfg.AllowFaults = true
	inLab(t, cfg, func(l *lab) {
		tests := []struct {
			fault, kind, code, retry string
			status                   int
		}{
			{"kind=status", "server_error", "", "", 500},
			{"kind=status; status=429; retry_after=2", "rate_limit_error", "rate_limit_exceeded", "2", 429},
			{"kind=status; status=401", "invalid_request_error", "invalid_api_key", "", 401},
			{"kind=status; status=418; retry_after=0.25", "invalid_request_error", "", "0.25", 418},
		}
		for _, tt := range tests {
			a := l.post("/v1/chat/completions", chatStream, faultHeader, tt.fault)
			e := a.refusal(t)
			if a.status != tt.status || a.header.Get("Retry-After") != tt.retry || e.Type != tt.kind {
				t.Errorf("%s: %d, Retry-After %q, %+v", tt.fault, a.status, a.header.Get("Retry-After"), e)
			}
			if diff := cmp.Diff(orNull(tt.code), e.Code); diff != "" {
				t.Errorf("%s: code (-want +got):\n%s", tt.fault, diff)
			}
		}
	})
}

// Spinning takes real time, so the bubble's clock does not see it; that it is booked as a block has to do.
func TestSpinKeepsTheLoopBusy(t *testing.T) {
	t.Parallel()
	l := newLoop()
	var start, end time.Time
	l.onBlock = func(s, e time.Time) { start, end = s, e }
	srv := &Server{loop: l}
	x := &exchange{srv: srv, loop: l, entry: &requestEntry{}}
	spinEarly(&call{exchange: x}, &Fault{Delay: 2 * time.Millisecond}, func() {})
	if took := end.Sub(start); took < 2*time.Millisecond {
		t.Errorf("spun for %v, want 2ms at least", took)
	}
}

// A client that leaves a stalled request must not leave its ledger line behind for as long as the stall takes.
func TestClientThatLeavesAStall(t *testing.T) {
	cfg := exact()
	cfg.AllowFaults = true
	inLab(t, cfg, func(l *lab) {
		l.client.Timeout = 20 * time.Millisecond
		a := l.post("/v1/embeddings", embedOne, faultHeader, "kind=stall; ms=600000")
		if diff := cmp.Diff([]string{"request 0 tokens=0 finish=client_gone fault=stall"}, l.summaries()); diff != "" || a.err == nil {
			t.Errorf("error %v; ledger (-want +got):\n%s", a.err, diff)
		}
	})
}
