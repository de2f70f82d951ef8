package cmd

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aibench/aibench/mockllm"
)

// parseServe gives the configuration that a command line of serve stands for.
func parseServe(t *testing.T, env map[string]string, args ...string) (mockllm.Config, error) {
	t.Helper()
	app, _, _ := testApp(env)
	var got mockllm.Config
	c := serveCmd(app, func(_ context.Context, s *serveFlags) error { got = s.config; return nil })
	c.SetArgs(args)
	c.SetOut(app.Out)
	c.SetErr(app.Err)
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetFlagErrorFunc(flagError)
	err := c.ExecuteContext(t.Context())
	return got, err
}

func TestServeFlags(t *testing.T) {
	plain := mockllm.Config{
		Bind: mockllm.DefaultBind, Workers: 1, Class: mockllm.Async,
		Timeout: mockllm.DefaultTimeout, GracefulTimeout: mockllm.DefaultGracefulTimeout, Backlog: mockllm.DefaultBacklog,
		Model: mockllm.DefaultModel, TTFT: mockllm.DefaultTTFT, ITL: mockllm.DefaultITL, Jitter: mockllm.DefaultJitter,
		Tokens:  mockllm.DefaultTokens,
		JobTime: mockllm.DefaultJobTime, JobStyle: mockllm.JobNative, JobLease: mockllm.DefaultJobLease, JobTTL: mockllm.DefaultJobTTL,
	}
	with := func(change func(c *mockllm.Config)) mockllm.Config {
		c := plain
		change(&c)
		return c
	}
	tests := []struct {
		name string
		env  map[string]string
		args []string
		want mockllm.Config
	}{
		{"none", nil, nil, plain},
		{
			"workers auto", nil, []string{"-w", "auto"},
			with(func(c *mockllm.Config) { c.Workers = 2*runtime.NumCPU() + 1 }),
		},
		{
			"processes", nil,
			[]string{"--bind=unix:/tmp/s", "-w3", "-k", "async", "--timeout", "2", "--graceful-timeout=500ms", "--max-requests", "1k", "--backlog", "5"},
			with(func(c *mockllm.Config) {
				c.Bind, c.Workers, c.MaxRequests, c.Backlog = "unix:/tmp/s", 3, 1000, 5
				c.Timeout, c.GracefulTimeout = 2*time.Second, 500*time.Millisecond
			}),
		},
		{
			"model", nil,
			[]string{"--model", "m", "--ttft", "1s", "--itl", "5ms", "--jitter", "0.5", "--tokens", "7", "--max-num-seqs", "8", "--max-waiting-queue-length", "9", "--seed", "10"},
			with(func(c *mockllm.Config) {
				c.Model, c.TTFT, c.ITL, c.Jitter = "m", time.Second, 5*time.Millisecond, 0.5
				c.Tokens, c.MaxNumSeqs, c.MaxWaiting, c.Seed = 7, 8, 9, 10
			}),
		},
		{
			"zero means none where a zero Config means the default", nil, []string{"--ttft", "0", "--itl", "0", "--jitter", "0"},
			with(func(c *mockllm.Config) { c.TTFT, c.ITL, c.Jitter = -1, -1, -1 }),
		},
		{
			"faults and records", nil,
			[]string{"--ledger", "l", "--faults", "--fault", "kind=block; ms=5; p=0.1", "--fault", "kind=eof; after=2", "--no-worker-header"},
			with(func(c *mockllm.Config) {
				c.Ledger, c.AllowFaults, c.NoWorkerHeader = "l", true, true
				c.Faults = []string{"kind=block; ms=5; p=0.1", "kind=eof; after=2"}
			}),
		},
		{
			"jobs", nil,
			[]string{"--queue", "memory", "--job-workers=2", "--job-time", "1", "--job-style=operation", "--job-lease", "1s", "--job-ttl", "1m"},
			with(func(c *mockllm.Config) {
				c.Queue, c.JobWorkers, c.JobStyle = "memory", 2, mockllm.JobOperation
				c.JobTime, c.JobLease, c.JobTTL = time.Second, time.Second, time.Minute
			}),
		},
		{
			"no job workers, and no time", nil, []string{"--job-workers", "0", "--job-time", "0"},
			with(func(c *mockllm.Config) { c.JobWorkers, c.JobTime = -1, -1 }),
		},
		{
			"environment", map[string]string{"AIBENCH_API_KEY": "sk", "AIBENCH_WORKERS": "4"}, []string{"-w", "2"},
			with(func(c *mockllm.Config) { c.APIKey, c.Workers = "sk", 2 }),
		},
		{
			"a child does not take its parent's environment for its own",
			map[string]string{"AIBENCH_TIMEOUT": "1s", "AIBENCH_API_KEY": "sk"},
			[]string{"--child"}, plain,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseServe(t, test.env, test.args...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("configuration (-want +got):\n%s", diff)
			}
		})
	}
}
