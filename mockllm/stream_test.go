package mockllm

import (
	"context"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func ms(n ...int) []time.Duration {
	var all []time.Duration
	for _, x := range n {
		all = append(all, time.Duration(x)*time.Millisecond)
	}
	return all
}

func TestTokensAreDueAtAbsoluteInstants(t *testing.T) {
	inLab(t, exact(), func(l *lab) {
		a := l.post("/v1/chat/completions", chatStream)
		texts, at := a.texts()
		if diff := cmp.Diff([]string{" t0", " t1", " t2"}, texts); diff != "" {
			t.Errorf("texts (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(ms(100, 110, 120), at); diff != "" {
			t.Errorf("arrivals (-want +got):\n%s", diff)
		}
		if a.events[0].at != 0 {
			t.Errorf("the role chunk came at %v, want 0s", a.events[0].at)
		}
		e := l.lines()[0]
		if diff := cmp.Diff(e.Planned, e.Writes); diff != "" || len(e.Planned) != 3 {
			t.Errorf("planned and written (-planned +written):\n%s", diff)
		}
		if gap := e.Planned[1] - e.Planned[0]; gap != int64(10*time.Millisecond) {
			t.Errorf("planned gap %d ns, want 10 ms", gap)
		}
	})
}

// A sleep in a row would push every later token back by each delay before it.
func TestALateTokenDoesNotShiftThoseAfterIt(t *testing.T) {
	cfg := exact()
	cfg.AllowFaults, cfg.Tokens = true, 6
	inLab(t, cfg, func(l *lab) {
		a := l.post("/v1/chat/completions", chatStream, faultHeader, "kind=block; ms=25; after=1")
		_, at := a.texts()
		if diff := cmp.Diff(ms(100, 135, 135, 135, 140, 150), at); diff != "" {
			t.Errorf("arrivals (-want +got):\n%s", diff)
		}
		e := l.lines()[1]
		var late []time.Duration
		for i := range e.Writes {
			late = append(late, time.Duration(e.Writes[i]-e.Planned[i]))
		}
		if diff := cmp.Diff(ms(0, 25, 15, 5, 0, 0), late); diff != "" {
			t.Errorf("lateness in the ledger (-want +got):\n%s", diff)
		}
	})
}

func TestWholeAnswerComesWhenItsLastTokenIsDue(t *testing.T) {
	inLab(t, exact(), func(l *lab) {
		a := l.post("/v1/chat/completions", chatWhole)
		if a.at != 120*time.Millisecond || a.status != http.StatusOK {
			t.Errorf("got status %d at %v, want 200 at 120ms", a.status, a.at)
		}
		if got, want := l.summaries()[0], "request 200 tokens=3 finish=stop fault=null"; got != want {
			t.Errorf("ledger: got %q, want %q", got, want)
		}
	})
}

func TestClientThatLeavesStopsTheWork(t *testing.T) {
	for name, body := range map[string]string{"stream": chatStream, "whole": chatWhole} {
		t.Run(name, func(t *testing.T) {
			cfg := exact()
			cfg.Tokens = 1000
			inLab(t, cfg, func(l *lab) {
				ctx, leave := context.WithTimeout(l.Context(), 125*time.Millisecond)
				defer leave()
				if resp, err := l.ask(ctx, http.MethodPost, "/v1/chat/completions", body); err == nil {
					defer func() { _ = resp.Body.Close() }()
					<-ctx.Done()
				}
				lines := l.lines()
				if len(lines) != 1 {
					t.Fatalf("%d ledger lines, want 1, as soon as the client left", len(lines))
				}
				e := lines[0]
				if !e.ClientGone || e.Finish == nil || *e.Finish != finishClientGone {
					t.Errorf("got %s, client_gone=%v", e.summary(), e.ClientGone)
				}
				if want := map[string]int{"stream": 3, "whole": 0}[name]; e.Tokens != want {
					t.Errorf("%d tokens were sent, want %d", e.Tokens, want)
				}
			})
		})
	}
}

// The events of each kind of stream, byte for byte, with the request's id masked.
func TestEventSequences(t *testing.T) {
	const tools = `"tools":[{"type":"function","function":{"name":"weather"}}]`
	tests := []struct{ name, path, body string }{
		{"chat", "/v1/chat/completions", chatStream},
		{"chat_usage", "/v1/chat/completions", `{"model":"mock-1","messages":[{"role":"user","content":"hi"}],
			"stream":true,"stream_options":{"include_usage":true},"max_completion_tokens":2}`},
		{"chat_tool", "/v1/chat/completions", `{"model":"mock-1","messages":[{"role":"user","content":"hi"}],
			"stream":true,` + tools + `,"tool_choice":"required","max_tokens":4}`},
		{"chat_tool_cut", "/v1/chat/completions", `{"model":"mock-1","messages":[{"role":"user","content":"hi"}],
			"stream":true,` + tools + `,"tool_choice":{"type":"function","function":{"name":"weather"}},"max_tokens":1}`},
		{"chat_whole", "/v1/chat/completions", chatWhole},
		{"chat_tool_whole", "/v1/chat/completions", `{"model":"mock-1","messages":[{"role":"user","content":"hi"}],` +
			tools + `,"tool_choice":"required","max_tokens":4}`},
		{"completion", "/v1/completions", `{"model":"mock-1","prompt":"hi","stream":true}`},
		{"completion_usage", "/v1/completions", `{"model":"mock-1","prompt":["hi"],"stream":true,
			"stream_options":{"include_usage":true},"max_tokens":1}`},
		{"completion_whole", "/v1/completions", `{"model":"mock-1","prompt":[1,2,3]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inLab(t, exact(), func(l *lab) {
				a := l.post(tt.path, tt.body)
				got := strings.Join(a.datas(), "\n") + a.body + "\n"
				got = strings.ReplaceAll(got, a.header.Get("X-Request-Id"), "ID")
				golden(t, filepath.Join("testdata", "events", tt.name+".txt"), got)
			})
		})
	}
}

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file. After a failure, what was got is beside it, in a file named .out.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
		if err := os.WriteFile(path+".out", []byte(got), 0o644); err != nil {
			t.Error(err)
		}
	}
}

// A frame is cut from what go-sse wrote; filled in again it must be what go-sse would have written.
func TestFrameIsWhatTheLibraryWrites(t *testing.T) {
	f := newFrame([]byte(`{"model":"a ~text~ b","text":"~text~"}`))
	got := string(f.before) + string(appendToken(nil, 12)) + string(f.after)
	if want := string(event([]byte(`{"model":"a ~text~ b","text":" t12"}`))); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestStreamHeaders(t *testing.T) {
	inLab(t, exact(), func(l *lab) {
		a := l.post("/v1/chat/completions", chatStream)
		for name, want := range map[string]string{
			"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache", "X-Accel-Buffering": "no",
		} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
		}
	})
}
