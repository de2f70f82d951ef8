package target

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/wire"
)

// A scripted server answers one request on one connection.
type script func(req *http.Request, conn net.Conn)

const (
	ms         = time.Millisecond
	streamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
	lastChunk  = "0\r\n\r\n"
)

func chunk(s string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(s), s) }

func event(data string) string { return chunk("data: " + data + "\n\n") }

func token(text string) string {
	return event(`{"choices":[{"index":0,"delta":{"content":"` + text + `"}}]}`)
}

const (
	role   = `{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}`
	finish = `{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`
)

// say writes pieces; a duration among them is a pause.
func say(pieces ...any) script {
	return func(_ *http.Request, conn net.Conn) {
		for _, p := range pieces {
			switch p := p.(type) {
			case string:
				if _, err := io.WriteString(conn, p); err != nil {
					return
				}
			case time.Duration:
				<-time.After(p) // in a bubble
			}
		}
	}
}

// perform runs one request against a scripted server in the caller's bubble.
func perform(t *testing.T, cfg StreamConfig, answer script) *bench.Sample {
	t.Helper()
	s := bench.NewSample()
	performWith(t, t.Context(), s, cfg, answer)
	return s
}

func performWith(t *testing.T, ctx context.Context, s *bench.Sample, cfg StreamConfig, answer script) *Stream {
	t.Helper()
	epoch := time.Now()
	var servers sync.WaitGroup
	t.Cleanup(servers.Wait)
	client := wire.New(wire.Config{Epoch: epoch, Address: "scripted:80", Dial: func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		servers.Go(func() { serve(far, answer) })
		return near, nil
	}})
	defer client.Close()
	cfg.Client, cfg.Epoch = client, epoch
	cfg.Request.Host = "scripted"
	stream, err := NewStream(cfg)
	if err != nil {
		t.Fatal(err)
	}
	stream.Do(ctx, s)
	return stream
}

func serve(conn net.Conn, answer script) {
	defer conn.Close()
	req, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	answer(req, conn)
}

func TestEachEndingHasItsOutcome(t *testing.T) {
	dialect := func(d Dialect) StreamConfig { return StreamConfig{Dialect: d} }
	openai, generic := dialect(OpenAIChat{}), dialect(Generic{})
	tests := []struct {
		name   string
		cfg    StreamConfig
		answer script
		want   bench.Outcome
		detail string
		chunks int64
	}{
		{"whole", openai, say(streamHead, event(role), token("a"), token("b"), event(finish), event("[DONE]"), lastChunk), bench.OK, "", 2},
		{"finish reason without sentinel", openai, say(streamHead, token("a"), event(finish), lastChunk), bench.OK, "", 1},
		{"sentinel, then the connection ends", openai, say(streamHead, token("a"), event("[DONE]")), bench.OK, "", 1},
		{"sentinel, then left open", openai, say(streamHead, token("a"), event("[DONE]"), time.Hour), bench.OK, "", 1},
		{"no finish signal", openai, say(streamHead, token("a"), lastChunk), bench.Truncated, "finish signal", 1},
		{"connection ends in mid-body", openai, say(streamHead, token("a")), bench.Truncated, "before the answer did", 1},
		{"error event", openai, say(streamHead, token("a"), event(`{"error":{"message":"engine died"}}`), lastChunk), bench.InBandError, "engine died", 1},
		{"error event, then left open", openai, say(streamHead, token("a"), event(`{"error":{"message":"engine died"}}`), time.Hour), bench.InBandError, "engine died", 1},
		{"invalid JSON, then more", openai, say(streamHead, token("a"), event(`{"choi`), token("b"), event(finish), event("[DONE]"), lastChunk), bench.Malformed, "JSON", 2},
		{"broken chunk framing", openai, say(streamHead, token("a"), "zz\r\n"), bench.Malformed, "", 1},
		{"generic body that ends", generic, say(streamHead, event("a"), event("b"), lastChunk), bench.OK, "", 2},
		{"generic body cut off", generic, say(streamHead, event("a"), event("b")), bench.Truncated, "", 2},
		{"no event at all", generic, say(streamHead, lastChunk), bench.NotAStream, "without a single event", 0},
		{"read to the end of the connection", generic, say("HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: a\n\n"), bench.OK, "", 1},
		{
			"JSON document", openai,
			say("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"id\":\"x1\"}"),
			bench.NotAStream, `application/json document`, 0,
		},
		{
			"HTML page", openai,
			say("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 12\r\n\r\n<html></html"),
			bench.NotAStream, "text/html", 0,
		},
		{
			"unknown model", openai,
			say("HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 39\r\n\r\n{\"error\":{\"message\":\"no such model x\"}}"),
			bench.ClientError, "404 Not Found: no such model x", 0,
		},
		{
			"rate limit", openai,
			say("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"),
			bench.Throttled, "429 Too Many Requests", 0,
		},
		{"server error", openai, say("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"), bench.ServerError, "503", 0},
		{
			"redirect", openai,
			say("HTTP/1.1 307 Temporary Redirect\r\nLocation: https://other/v1?key=secret\r\nContent-Length: 0\r\n\r\n"),
			bench.ClientError, "https://other/v1?…: redirects are not followed", 0,
		},
		{
			"redirect with a password", openai,
			say("HTTP/1.1 302 Found\r\nLocation: http://bob:secret@other/x\r\nContent-Length: 0\r\n\r\n"),
			bench.ClientError, "http://other/x: redirects", 0,
		},
		{
			"compressed stream", openai,
			say("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00"),
			bench.NotAStream, "compressed (gzip)", 0,
		},
		{"sentinel, left open past the total deadline", StreamConfig{Dialect: OpenAIChat{}, Total: 500 * ms}, say(streamHead, token("a"), event("[DONE]"), time.Hour), bench.OK, "", 1},
		{"connection closed before the answer", openai, say(), bench.Reset, "", 0},
		{"total deadline", StreamConfig{Total: 50 * ms}, say(streamHead, time.Hour), bench.TotalTimeout, "50ms", 0},
		{"first token deadline", StreamConfig{Dialect: OpenAIChat{}, TTFT: 50 * ms}, say(streamHead, event(role), time.Hour), bench.TTFTTimeout, "50ms", 0},
		{"first token deadline before the head", StreamConfig{TTFT: 50 * ms}, say(time.Hour), bench.TTFTTimeout, "50ms", 0},
		{"idle deadline", StreamConfig{Dialect: OpenAIChat{}, Idle: 50 * ms}, say(streamHead, token("a"), 40*ms, token("b"), time.Hour), bench.IdleTimeout, "50ms", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := perform(t, tt.cfg, tt.answer)
				if s.Outcome != tt.want || !strings.Contains(s.Detail, tt.detail) {
					t.Errorf("outcome %v (%s), want %v (… %s …)", s.Outcome, s.Detail, tt.want, tt.detail)
				}
				if s.Chunks != tt.chunks {
					t.Errorf("%d chunks, want %d", s.Chunks, tt.chunks)
				}
				if strings.Contains(s.Detail, "secret") {
					t.Errorf("detail shows a query: %s", s.Detail)
				}
			})
		})
	}
}

func TestMarksAreTheInstantsOfArrival(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := perform(t, StreamConfig{Dialect: OpenAIChat{}}, say(
			5*ms, streamHead, event(role), 95*ms, token("a"), 20*ms, token("b"), 30*ms, token("c"), 1*ms,
			event(finish), event("[DONE]"), 4*ms, lastChunk,
		))
		want := map[bench.Mark]time.Duration{
			bench.Intended: 0, bench.Sent: 0, bench.FirstByte: 5 * ms, bench.FirstToken: 100 * ms,
			bench.FirstContent: 100 * ms, bench.LastToken: 150 * ms,
		}
		for mark, at := range want {
			if got, ok := s.At(mark); !ok || got != at {
				t.Errorf("mark %d at %v (%v), want %v", mark, got, ok, at)
			}
		}
		if s.Events != 6 {
			t.Errorf("%d events, want 6", s.Events)
		}
	})
}

// An idle deadline that is moved by each token without telling the connection
// must still strike on time, and only then.
func TestIdleDeadlineStrikesAtTheGapNotBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		s := perform(t, StreamConfig{Dialect: OpenAIChat{}, TTFT: 200 * ms, Idle: 50 * ms}, say(
			streamHead, 150*ms, token("a"), 45*ms, token("b"), 45*ms, token("c"), time.Hour,
		))
		if got, want := time.Since(start), 290*ms; got != want || s.Outcome != bench.IdleTimeout {
			t.Errorf("%v after %v, want idle_timeout after %v", s.Outcome, got, want)
		}
	})
}

func TestCancelEndsAtOnceAndIsNoFailureOfTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 70*ms)
		defer cancel()
		start := time.Now()
		s := bench.NewSample()
		performWith(t, ctx, s, StreamConfig{}, say(streamHead, token("a"), time.Hour))
		if got := time.Since(start); got != 70*ms || s.Outcome != bench.Cancelled {
			t.Errorf("%v after %v, want cancelled after 70ms", s.Outcome, got)
		}
	})
}

func TestAutoDecidesByTheFirstTellingEvent(t *testing.T) {
	tests := []struct {
		name, want, hint string
		events           []any
	}{
		{"openai", "openai-chat", "", []any{chunk(": ping\n\n"), event(role), token("a"), event(finish), event("[DONE]")}},
		{"home-made", "sse", "$.token", []any{event(`{"token":"a"}`), event(`{"token":"b"}`), event("[DONE]")}},
		{"plain text", "sse", "", []any{event("hello"), event("world")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := bench.NewSample()
				all := append(append([]any{streamHead}, tt.events...), lastChunk)
				stream := performWith(t, t.Context(), s, StreamConfig{}, say(all...))
				d, hint := stream.Dialect()
				if d == nil || d.Name() != tt.want || !strings.Contains(hint, tt.hint) {
					t.Errorf("dialect %v, hint %q; want %s, … %s …", d, hint, tt.want, tt.hint)
				}
				if s.Outcome != bench.OK {
					t.Errorf("outcome %v (%s)", s.Outcome, s.Detail)
				}
			})
		})
	}
}

func TestServersOwnCountSettlesTheTokens(t *testing.T) {
	usage := `{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":7,"completion_tokens_details":{"reasoning_tokens":2}}}`
	synctest.Test(t, func(t *testing.T) {
		s := perform(t, StreamConfig{}, say(streamHead, token("a"), token("b"), event(finish), event(usage), event("[DONE]"), lastChunk))
		if !s.Usage || s.Tokens != 5 || s.Chunks != 2 {
			t.Errorf("usage %v, %d tokens in %d chunks; want true, 5 (without the 2 reasoning tokens never sent), 2", s.Usage, s.Tokens, s.Chunks)
		}
	})
}

func TestSecretsOfAServersMessageAreTakenOut(t *testing.T) {
	body := `{"error":{"message":"bad key sk-123\u001b[31m"}}`
	head := fmt.Sprintf("HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", len(body))
	redact := func(s string) string { return strings.ReplaceAll(s, "sk-123", "***") }
	synctest.Test(t, func(t *testing.T) {
		s := perform(t, StreamConfig{Redact: redact}, say(head, body))
		if want := "401 Unauthorized: bad key *** [31m"; s.Detail != want {
			t.Errorf("detail %q, want %q", s.Detail, want)
		}
	})
}

// A key that a server echoes across the place at which its text is cut must not
// survive in part.
func TestSecretsAreTakenOutBeforeTextsAreCut(t *testing.T) {
	body := strings.Repeat("x", maxQuote-len("401 Unauthorized: ")-5) + "sk-123456789"
	head := fmt.Sprintf("HTTP/1.1 401 Unauthorized\r\nX-Request-Id: of sk-123456789\r\nContent-Length: %d\r\n\r\n", len(body))
	redact := func(s string) string { return strings.ReplaceAll(s, "sk-123456789", "***") }
	synctest.Test(t, func(t *testing.T) {
		s := perform(t, StreamConfig{Redact: redact}, say(head, body))
		if strings.Contains(s.Detail, "sk-") || s.RequestID != "of ***" {
			t.Errorf("detail %q, request id %q", s.Detail, s.RequestID)
		}
	})
}

func TestFailedConnectionsAreToldApart(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want bench.Outcome
	}{
		{"refused", &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, bench.Refused},
		{"unreachable", &net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH}, bench.ConnectError},
		{"unknown name", &net.DNSError{Err: "no such host", Name: "nowhere"}, bench.ConnectError},
		{"too late", context.DeadlineExceeded, bench.ConnectTimeout},
		{"else", errors.New("odd"), bench.ConnectError},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client := wire.New(wire.Config{Address: "x:1", Dial: func(context.Context, string, string) (net.Conn, error) { return nil, tt.err }})
			stream, err := NewStream(StreamConfig{Client: client, Epoch: time.Now(), Request: Request{Host: "x"}})
			if err != nil {
				t.Fatal(err)
			}
			s := bench.NewSample()
			stream.Do(t.Context(), s)
			if s.Outcome != tt.want {
				t.Errorf("outcome %v (%s), want %v", s.Outcome, s.Detail, tt.want)
			}
		})
	}
}

func TestLineBreaksCannotEnterARequest(t *testing.T) {
	tests := []Request{
		{},
		{Host: "a\r\nX: y"},
		{Host: "a", Path: "/x HTTP/1.1\r\nEvil: 1"},
		{Host: "a", Header: []Header{{"X", "a\r\nEvil: 1"}}},
		{Host: "a", Header: []Header{{"X y", "a"}}},
		{Host: "a", Method: "GET "},
	}
	for _, r := range tests {
		if err := r.Check(); err == nil {
			t.Errorf("%+v passes", r)
		}
	}
}

func TestRequestOnTheWire(t *testing.T) {
	r := Request{
		Path: "/v1/chat/completions", Host: "h:1",
		Header: []Header{{"accept", "*/*"}, {"Authorization", "Bearer k"}},
		Body:   func(seq int64) ([]byte, error) { return fmt.Appendf(nil, `{"n":%d}`, seq), nil },
	}
	b, err := r.Bytes(7)
	want := "POST /v1/chat/completions HTTP/1.1\r\nHost: h:1\r\nContent-Type: application/json\r\n" +
		"accept: */*\r\nAuthorization: Bearer k\r\nContent-Length: 7\r\n\r\n{\"n\":7}"
	if err != nil || string(b) != want {
		t.Errorf("got %q (%v)\nwant %q", b, err, want)
	}
}
