package cmd

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aibench/aibench/report"
)

// stuckServer sends one token to each request and then nothing; each arrival
// is told on the channel.
func stuckServer(t *testing.T) (url string, arrived <-chan struct{}) {
	t.Helper()
	c := make(chan struct{}, 100)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = w.Write([]byte("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"))
		_ = http.NewResponseController(w).Flush()
		c <- struct{}{}
		<-r.Context().Done()
	}))
	t.Cleanup(s.Close)
	return s.URL, c
}

// stuckQueue accepts jobs that never end; each one is told on the channel.
func stuckQueue(t *testing.T) (url string, arrived <-chan struct{}) {
	t.Helper()
	c := make(chan struct{}, 100)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Location", "/jobs/1")
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusAccepted)
			c <- struct{}{}
		}
		_, _ = w.Write([]byte(`{"id":"1","status":"queued"}`))
	}))
	t.Cleanup(s.Close)
	return s.URL, c
}

// The first interrupt ends the starting of requests, the run is reported, and
// a second one does not wait for what is still in flight.
func TestInterruptedRunIsReported(t *testing.T) {
	stream, job := []string{"stream", "-t", "0"}, []string{"job", "--poll-interval", "fixed:5ms"}
	tests := []struct {
		name    string
		verb    []string
		server  func(*testing.T) (string, <-chan struct{})
		signals []os.Signal
		drain   string
		code    int
		ending  string
	}{
		{"interrupt", stream, stuckServer, []os.Signal{os.Interrupt}, "0s", 130, "stopped"},
		{"termination", stream, stuckServer, []os.Signal{syscall.SIGTERM}, "0s", 143, "stopped"},
		{"twice", stream, stuckServer, []os.Signal{os.Interrupt, os.Interrupt}, "1h", 130, "aborted"},
		{"jobs, interrupt", job, stuckQueue, []os.Signal{os.Interrupt}, "0s", 130, "stopped"},
		{"jobs, twice", job, stuckQueue, []os.Signal{os.Interrupt, os.Interrupt}, "1h", 130, "aborted"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			url, arrived := tt.server(t)
			app, out, errs := testApp(nil)
			signals := make(chan os.Signal, 2)
			app.Signals = func(...os.Signal) (<-chan os.Signal, func()) { return signals, func() {} }
			file := filepath.Join(t.TempDir(), "run.json")
			go func() {
				<-arrived
				<-arrived
				for _, s := range tt.signals {
					signals <- s
				}
			}()
			code := app.Main(context.Background(), slices.Concat(tt.verb,
				[]string{url, "-c", "2", "-d", "1h", "--ramp", "0", "--drain", tt.drain, "-o", file}))
			if code != tt.code {
				t.Errorf("exit %d, want %d; %s", code, tt.code, errs)
			}
			if !strings.Contains(out.String(), "2 still running") {
				t.Errorf("the report does not tell of them:\n%s", out)
			}
			run := readRunFile(t, file)
			if run.Ending != tt.ending || run.Counts.InFlightAtEnd != 2 {
				t.Errorf("ending %s with %d in flight, want %s with 2", run.Ending, run.Counts.InFlightAtEnd, tt.ending)
			}
		})
	}
}

func readRunFile(t *testing.T, name string) *report.Run {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	run, err := report.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func TestCostIsToldBeforeItIsMade(t *testing.T) {
	tests := []struct{ args, want string }{
		{"http://api.example.com -n 500", "this asks api.example.com for at most 500 answers of up to 128 output tokens each\n"},
		{"http://api.example.com -r 50 -d 10s", "this asks api.example.com for at most 501 answers of up to 128 output tokens each\n"},
		{"http://api.example.com -n 5 -b {}", "this asks api.example.com for at most 5 answers of as many output tokens as --body asks for\n"},
		{"http://api.example.com -c 20", "this asks api.example.com for answers of up to 128 output tokens each, 20 at once for 10s, as many as it can give (-n N sets a bound)\n"},
		{"http://u:p@api.example.com/x?k=v -n 1", "this asks api.example.com for at most 1 answers of up to 128 output tokens each\n"},
		{"http://api.example.com -n 5 -q", "this asks api.example.com for at most 5 answers of up to 128 output tokens each\n"},
		{"http://127.0.0.1 -n 5 --connect-to api.example.com:80", "this asks api.example.com:80 (as 127.0.0.1) for at most 5 answers of up to 128 output tokens each\n"},
		{"http://127.0.0.1 -n 5", ""},
		{"http://localhost:8000 -n 5", ""},
		{"http://api.example.com --connect-to 127.0.0.1:8000 -n 5", ""},
	}
	for _, tt := range tests {
		o, err := parse(t, nil, strings.Fields(tt.args)...)
		if err != nil {
			t.Fatal(err)
		}
		app, _, errs := testApp(nil)
		app.warn(&o.runOptions, &streamOperation{streamOptions: o})
		if got := errs.String(); got != tt.want {
			t.Errorf("%s:\n got %q\nwant %q", tt.args, got, tt.want)
		}
	}
}

func TestOutcome(t *testing.T) {
	measured := report.Counts{Requests: 1, OK: 1}
	limited := report.Client{Breaches: []report.Breach{{Code: "send-lag", Value: 31.2, Bound: 10, Unit: "ms"}}}
	missed := []report.ThresholdResult{{Expr: "errors==0", Value: new(0.0), OK: true}, {Expr: "errors<1%", Value: new(0.5)}}
	aborted := &report.Aborted{Expr: "errors>20%", Value: 0.43, AtS: 4}
	tests := []struct {
		name string
		run  report.Run
		told bool
		code int
		said string
	}{
		{"valid", report.Run{Verdict: report.Valid, Counts: measured}, true, 0, ""},
		{"invalid, and the report says so", report.Run{Verdict: report.Invalid, Counts: measured, Client: limited}, true, 97, ""},
		{"invalid", report.Run{Verdict: report.Invalid, Counts: measured, Client: limited}, false, 97, "send lag p99 31.2 ms > 10.0 ms"},
		{"nothing measured", report.Run{Verdict: report.Invalid, Client: limited}, true, 1, "not one request could be measured"},
		{"a threshold missed, and the report says so", report.Run{Verdict: report.Valid, Counts: measured, Thresholds: missed}, true, 99, ""},
		{"a threshold missed", report.Run{Verdict: report.Valid, Counts: measured, Thresholds: missed}, false, 99, "threshold missed: errors<1%: 50 %"},
		{"aborted", report.Run{Verdict: report.Valid, Counts: measured, Aborted: aborted}, false, 99, "aborted: errors>20% came true at 4.0 s: 43 %"},
		{"missed, and invalid", report.Run{Verdict: report.Invalid, Counts: measured, Client: limited, Thresholds: missed}, false, 97, "threshold missed"},
		{"missed, and nothing measured", report.Run{Verdict: report.Valid, Thresholds: missed}, true, 1, "not one request"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			app, _, errs := testApp(nil)
			code := app.finish(outcome(&tt.run, tt.told))
			if code != tt.code || !strings.Contains(errs.String(), tt.said) || tt.said == "" && errs.Len() > 0 {
				t.Errorf("exit %d, said %q; want %d, %q", code, errs, tt.code, tt.said)
			}
		})
	}
}

func TestIDsSortByTime(t *testing.T) {
	at := time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC)
	a, b := newID(at), newID(at.Add(time.Second))
	if !strings.HasPrefix(a, "20260102-150405-") || a >= b || a == newID(at) {
		t.Errorf("%s, %s", a, b)
	}
}
