package compat

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aibench/aibench/mockllm"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

// failure is one way to be refused, and what the SDK makes of it.
type failure struct {
	name              string
	spoil             func(*openai.ChatCompletionNewParams)
	opts              []option.RequestOption
	status            int
	kind, code, param string
	retried           bool // the SDK tries again, by its own rules
}

func failures() []failure {
	fault := func(spec string) []option.RequestOption {
		return []option.RequestOption{option.WithHeader("X-Aibench-Fault", spec)}
	}
	return []failure{
		{
			name:   "400",
			spoil:  func(p *openai.ChatCompletionNewParams) { p.Messages = []openai.ChatCompletionMessageParamUnion{} },
			status: http.StatusBadRequest, kind: "invalid_request_error", param: "messages",
		},
		{
			name: "401", opts: []option.RequestOption{option.WithAPIKey("sk-wrong")},
			status: http.StatusUnauthorized, kind: "invalid_request_error", code: "invalid_api_key",
		},
		{
			name:   "404",
			spoil:  func(p *openai.ChatCompletionNewParams) { p.Model = "gpt-none" },
			status: http.StatusNotFound, kind: "invalid_request_error", code: "model_not_found", param: "model",
		},
		{
			name: "429", opts: fault("kind=status; status=429; retry_after=0.001"),
			status: http.StatusTooManyRequests, kind: "rate_limit_error", code: "rate_limit_exceeded", retried: true,
		},
		{
			name: "500", opts: fault("kind=status; retry_after=0.001"),
			status: http.StatusInternalServerError, kind: "server_error", retried: true,
		},
	}
}

// Each failure comes as the SDK's own error type, for whole answers and for streams, after as many requests as the SDK
// makes of it.
func TestErrors(t *testing.T) {
	for _, f := range failures() {
		for _, retries := range []int{0, 2} {
			for _, streamed := range []bool{false, true} {
				t.Run(f.name, func(t *testing.T) {
					s := serve(t, mockllm.Config{}, append(f.opts, option.WithMaxRetries(retries))...)
					f.check(t, f.provoke(t, s, streamed))
					want := int32(1)
					if f.retried {
						want += int32(retries)
					}
					if got := s.requests.Load(); got != want {
						t.Errorf("stream %v, %d retries: %d requests, want %d", streamed, retries, got, want)
					}
				})
			}
		}
	}
}

// provoke is the error of one request.
func (f failure) provoke(t *testing.T, s server, streamed bool) error {
	params := ask(3)
	if f.spoil != nil {
		f.spoil(&params)
	}
	if !streamed {
		_, err := s.Chat.Completions.New(t.Context(), params)
		return err
	}
	stream := s.Chat.Completions.NewStreaming(t.Context(), params)
	if stream.Next() {
		t.Errorf("an event came: %s", stream.Current().RawJSON())
	}
	return stream.Err()
}

func (f failure) check(t *testing.T, err error) {
	t.Helper()
	got, ok := errors.AsType[*openai.Error](err)
	if !ok {
		t.Fatalf("got %T (%v), want *openai.Error", err, err)
	}
	if got.StatusCode != f.status || got.Type != f.kind || got.Code != f.code || got.Param != f.param || got.Message == "" {
		t.Errorf("got status %d, type %q, code %q, param %q, message %q, want %d, %q, %q, %q", got.StatusCode,
			got.Type, got.Code, got.Param, got.Message, f.status, f.kind, f.code, f.param)
	}
	if got.Response.Header.Get("X-Request-Id") == "" {
		t.Error("the answer has no x-request-id")
	}
	if strings.Contains(got.Error(), "sk-") {
		t.Errorf("the error repeats a key: %v", got)
	}
}

// A full batch and a full queue are what a real 429 comes from.
func TestThrottled(t *testing.T) {
	s := serve(t, mockllm.Config{MaxNumSeqs: 1, MaxWaiting: 1})
	stall := option.WithHeader("X-Aibench-Fault", "kind=stall; ms=600000; after=1")
	running := s.Chat.Completions.NewStreaming(t.Context(), ask(3), stall)
	defer func() { _ = running.Close() }()
	if !running.Next() {
		t.Fatal(running.Err())
	}
	// Two more: whichever comes first waits, and the other is refused.
	ended := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := s.Chat.Completions.New(t.Context(), ask(3))
			ended <- err
		}()
	}
	err := <-ended
	got, ok := errors.AsType[*openai.Error](err)
	if !ok || got.StatusCode != http.StatusTooManyRequests || got.Response.Header.Get("Retry-After") == "" {
		t.Errorf("got %v, want a 429 with Retry-After", err)
	}
	_ = running.Close() // lets in the one that waits
	if err := <-ended; err != nil {
		t.Errorf("the request that waited: %v", err)
	}
}

// A fault that strikes twice is outlived by an SDK that retries twice.
func TestRetriesOutliveAFault(t *testing.T) {
	s := serve(t, mockllm.Config{}, option.WithMaxRetries(2),
		option.WithHeader("X-Aibench-Fault", "kind=status; status=503; retry_after=0.001; times=2; key=once"))
	if _, err := s.Chat.Completions.New(t.Context(), ask(3)); err != nil {
		t.Error(err)
	}
	if got := s.requests.Load(); got != 3 {
		t.Errorf("%d requests, want 3", got)
	}
}

func TestInBandError(t *testing.T) {
	s := serve(t, mockllm.Config{}, option.WithHeader("X-Aibench-Fault", "kind=sse_error; after=2"))
	stream := s.Chat.Completions.NewStreaming(t.Context(), ask(5))
	text := ""
	for stream.Next() {
		for _, choice := range stream.Current().Choices {
			text += choice.Delta.Content
		}
	}
	if err := stream.Err(); err == nil || text != " t0 t1" {
		t.Errorf("got %q and error %v, want two tokens and an error", text, err)
	}
}
