package compat

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/aibench/aibench/mockllm"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

const key = "sk-compat"

// server is a reference server on a free loopback port, with OpenAI's SDK pointed at it.
type server struct {
	openai.Client
	requests *atomic.Int32 // that OpenAI's SDK sent, retries included
	url      string
	http     *http.Client
}

// serve starts a server that answers at once and stops it with the test. opts come after the SDK's settings here.
func serve(t *testing.T, cfg mockllm.Config, opts ...option.RequestOption) server {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cfg.TTFT, cfg.ITL, cfg.APIKey, cfg.AllowFaults = -1, -1, key, true
	srv := mockllm.NewServer(cfg)
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ln) }()
	transport := &http.Transport{}
	client := &http.Client{Transport: transport}
	url := "http://" + ln.Addr().String()
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = srv.Shutdown(context.Background())
		if err := <-ended; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	requests := new(atomic.Int32)
	count := func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
		requests.Add(1)
		return next(req)
	}
	all := []option.RequestOption{
		option.WithBaseURL(url + "/v1"),
		option.WithHTTPClient(client),
		option.WithAPIKey(key), option.WithMaxRetries(0), option.WithMiddleware(count),
	}
	return server{openai.NewClient(append(all, opts...)...), requests, url, client}
}

// ask is a chat request of n tokens.
func ask(n int64) openai.ChatCompletionNewParams {
	return openai.ChatCompletionNewParams{
		Model:               mockllm.DefaultModel,
		Messages:            []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Count to five.")},
		MaxCompletionTokens: openai.Int(n),
	}
}
