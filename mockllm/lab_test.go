package mockllm

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tmaxmax/go-sse"
)

// lab is one worker on a network in memory, in virtual time, with a client.
type lab struct {
	*testing.T
	srv    *Server
	client *http.Client
	epoch  time.Time
	ledger string // a file
	ended  chan error
}

// inLab runs f against a worker, in a bubble that fails when a goroutine is left.
func inLab(t *testing.T, cfg Config, f func(l *lab)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		pipe := NewPipe()
		cfg.Ledger = filepath.Join(t.TempDir(), "ledger")
		l := &lab{T: t, srv: NewServer(cfg), epoch: time.Now(), ledger: cfg.Ledger, ended: make(chan error, 1)}
		transport := &http.Transport{DialContext: pipe.Dial, DisableCompression: true}
		l.client = &http.Client{Transport: transport}
		go func() { l.ended <- l.srv.Serve(pipe) }()
		f(l)
		transport.CloseIdleConnections()
		if err := l.srv.Shutdown(context.Background()); err != nil {
			t.Errorf("shut down: %v", err)
		}
	})
}

// exact is a server without jitter: 100 ms to the first token, 10 ms between tokens, 3 tokens.
func exact() Config {
	return Config{TTFT: 100 * time.Millisecond, ITL: 10 * time.Millisecond, Jitter: -1, Tokens: 3}
}

// now is the time since the lab was opened.
func (l *lab) now() time.Duration { return time.Since(l.epoch) }

// ask sends one request; header is name, value, name, value. The caller closes the answer's body.
func (l *lab) ask(ctx context.Context, method, path, body string, header ...string) (*http.Response, error) {
	l.Helper()
	req, err := http.NewRequestWithContext(ctx, method, "http://lab"+path, strings.NewReader(body))
	if err != nil {
		l.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return l.client.Do(req)
}

// answer is one whole answer.
type answer struct {
	status int
	header http.Header
	body   string
	events []arrival // of a stream
	at     time.Duration
	err    error // of reading the body
}

// arrival is one event of a stream.
type arrival struct {
	at   time.Duration
	data string
}

// post sends a request with POST and reads the answer to its end.
func (l *lab) post(path, body string, header ...string) answer {
	l.Helper()
	return l.do(http.MethodPost, path, body, header...)
}

func (l *lab) do(method, path, body string, header ...string) answer {
	l.Helper()
	resp, err := l.ask(l.Context(), method, path, body, header...)
	if err != nil {
		return answer{err: err, at: l.now()}
	}
	defer func() { _ = resp.Body.Close() }()
	a := answer{status: resp.StatusCode, header: resp.Header}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		for ev, err := range sse.Read(resp.Body, nil) {
			if err != nil {
				a.err = err
				break
			}
			a.events = append(a.events, arrival{l.now(), ev.Data})
		}
	} else {
		var body []byte
		body, a.err = io.ReadAll(resp.Body)
		a.body = string(body)
	}
	a.at = l.now()
	return a
}

// datas is the data of all events.
func (a answer) datas() []string {
	var all []string
	for _, ev := range a.events {
		all = append(all, ev.data)
	}
	return all
}

// texts is the text of each event with content, and when it came.
func (a answer) texts() (texts []string, at []time.Duration) {
	for _, ev := range a.events {
		var chunk struct {
			Choices []struct {
				Text  string
				Delta struct{ Content string }
			}
		}
		if json.Unmarshal([]byte(ev.data), &chunk) != nil || len(chunk.Choices) == 0 {
			continue
		}
		if text := chunk.Choices[0].Text + chunk.Choices[0].Delta.Content; text != "" {
			texts, at = append(texts, text), append(at, ev.at)
		}
	}
	return texts, at
}

// refusal is the envelope of an error.
func (a answer) refusal(t *testing.T) errorDetail {
	t.Helper()
	var body errorBody
	if err := json.Unmarshal([]byte(a.body), &body); err != nil || body.Error.Message == "" || body.Error.Type == "" {
		t.Fatalf("not an error envelope (%v): %q", err, a.body)
	}
	return body.Error
}

// labLine is a line of the ledger.
type labLine struct {
	Kind       string  `json:"kind"`
	ID         string  `json:"id"`
	Path       string  `json:"path"`
	Status     int     `json:"status"`
	Writes     []int64 `json:"writes_ns"`
	Planned    []int64 `json:"planned_ns"`
	Tokens     int     `json:"tokens"`
	Finish     *string `json:"finish"`
	Fault      *string `json:"fault"`
	ClientGone bool    `json:"client_gone"`
	Start      int64   `json:"start_ns"`
	End        int64   `json:"end_ns"`
	Cause      string  `json:"cause"`
}

// summary is what most tests want to know of a line.
func (e labLine) summary() string {
	word := func(s *string) string {
		if s == nil {
			return "null"
		}
		return *s
	}
	if e.Kind == "block" {
		return fmt.Sprintf("block %s %s", time.Duration(e.End-e.Start), e.Cause)
	}
	return fmt.Sprintf("%s %d tokens=%d finish=%s fault=%s", e.Kind, e.Status, e.Tokens, word(e.Finish), word(e.Fault))
}

// lines reads the ledger, once the server has nothing left to do at this instant.
func (l *lab) lines() []labLine {
	l.Helper()
	synctest.Wait()
	text, err := os.ReadFile(l.ledger)
	if err != nil {
		l.Fatal(err)
	}
	var lines []labLine
	for line := range strings.Lines(string(text)) {
		var e labLine
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			l.Fatalf("ledger line %q: %v", line, err)
		}
		lines = append(lines, e)
	}
	return lines
}

// summaries reads the ledger in short.
func (l *lab) summaries() []string {
	var all []string
	for _, e := range l.lines() {
		all = append(all, e.summary())
	}
	return all
}

// Bodies of requests that are good.
const (
	chatStream = `{"model":"mock-1","messages":[{"role":"user","content":"hi"}],"stream":true}`
	chatWhole  = `{"model":"mock-1","messages":[{"role":"user","content":"hi"}]}`
	embedOne   = `{"model":"mock-1","input":"hi","dimensions":4}`
)
