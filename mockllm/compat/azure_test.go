package compat

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/aibench/aibench/mockllm"
)

// order is what a job is asked to do: how long to work, and whether to fail.
type order struct {
	MS   int  `json:"ms"`
	Fail bool `json:"fail"`
}

// operation is a job in the hands of Azure's poller.
type operation struct {
	*runtime.Poller[map[string]any]
	url string // of its state
}

// bearer sends the server's key. Azure's own policy refuses to, without TLS.
type bearer struct{}

func (bearer) Do(req *policy.Request) (*http.Response, error) {
	req.Raw().Header.Set("Authorization", "Bearer "+key)
	return req.Next()
}

// operate submits a job. Nothing is retried, so that no answer is merely survived.
func (s server) operate(t *testing.T, o order) operation {
	t.Helper()
	pipeline := runtime.NewPipeline("compat", "v0.0.0", runtime.PipelineOptions{PerCall: []policy.Policy{bearer{}}},
		&policy.ClientOptions{Transport: s.http, Retry: policy.RetryOptions{MaxRetries: -1}})
	req, err := runtime.NewRequest(t.Context(), http.MethodPost, s.url+"/v1/jobs")
	if err != nil {
		t.Fatal(err)
	}
	if err := runtime.MarshalAsJSON(req, o); err != nil {
		t.Fatal(err)
	}
	resp, err := pipeline.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	poller, err := runtime.NewPoller[map[string]any](resp, pipeline, nil)
	if err != nil {
		t.Fatal(err)
	}
	return operation{poller, resp.Header.Get("Operation-Location")}
}

// end polls as Azure's clients do: as often as the server's Retry-After says.
func (o operation) end(t *testing.T) (map[string]any, error) {
	t.Helper()
	return o.PollUntilDone(t.Context(), &runtime.PollUntilDoneOptions{Frequency: time.Second})
}

// styles are those whose states Azure's poller understands.
func styles() []mockllm.JobStyle { return []mockllm.JobStyle{mockllm.JobNative, mockllm.JobOperation} }

func TestAzureSuccess(t *testing.T) {
	t.Parallel()
	for _, style := range append(styles(), mockllm.JobLocation) {
		t.Run(string(style), func(t *testing.T) {
			t.Parallel()
			s := serve(t, mockllm.Config{JobStyle: style})
			got, err := s.operate(t, order{MS: 50}).end(t)
			if err != nil {
				t.Fatal(err)
			}
			if style == mockllm.JobNative { // its Location is the whole job; elsewhere Azure's poller ends at the result
				got, _ = got["result"].(map[string]any)
			}
			if got["ms"] != 50.0 {
				t.Errorf("result %v, want that of a job of 50 ms", got)
			}
		})
	}
}

func TestAzureFailure(t *testing.T) {
	t.Parallel()
	for _, style := range styles() {
		t.Run(string(style), func(t *testing.T) {
			t.Parallel()
			s := serve(t, mockllm.Config{JobStyle: style})
			op := s.operate(t, order{MS: 50, Fail: true})
			_, err := op.end(t)
			failed, ok := errors.AsType[*azcore.ResponseError](err)
			if !ok || !op.Done() || failed.ErrorCode != "job_failed" {
				t.Errorf("done %v, error %v, want one of Azure's with the server's code", op.Done(), err)
			}
		})
	}
}

// A job is canceled while it runs, and while it waits behind another one.
func TestAzureCancel(t *testing.T) {
	t.Parallel()
	for _, style := range styles() {
		t.Run(string(style), func(t *testing.T) {
			t.Parallel()
			s := serve(t, mockllm.Config{JobStyle: style, JobWorkers: 1})
			running, waiting := s.operate(t, order{MS: 600_000}), s.operate(t, order{MS: 600_000})
			for _, op := range []operation{waiting, running} {
				s.cancel(t, op.url)
				_, err := op.end(t)
				canceled, ok := errors.AsType[*azcore.ResponseError](err)
				if !ok || !op.Done() || !strings.Contains(strings.ToLower(canceled.Error()), `"status": "canceled"`) {
					t.Errorf("done %v, error %v, want one of Azure's that quotes the state", op.Done(), err)
				}
			}
		})
	}
}

// cancel is not among what Azure's poller does: each of its services has a request of its own for it.
func (s server) cancel(t *testing.T, url string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	resp, err := s.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		t.Fatalf("DELETE %s: %s", url, resp.Status)
	}
}
