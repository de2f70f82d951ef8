package cmd

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aibench/aibench/bench/target"
)

// parseJob gives the options that a command line of job stands for.
func parseJob(t *testing.T, env map[string]string, args ...string) (*jobOptions, error) {
	t.Helper()
	app, _, _ := testApp(env)
	var got *jobOptions
	c := jobCmd(app, func(_ context.Context, o *jobOptions) error { got = o; return nil })
	c.SetArgs(args)
	c.SetOut(app.Out)
	c.SetErr(app.Err)
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetFlagErrorFunc(flagError)
	c.SetGlobalNormalizationFunc(longForShort)
	err := c.ExecuteContext(t.Context())
	return got, err
}

func TestJobFlags(t *testing.T) {
	plain := jobFlags{profile: "auto", maxWait: span{10 * time.Minute}, timeout: span{30 * time.Second}, maxBody: count{n: 4 << 20}}
	with := func(change func(*jobFlags)) jobFlags {
		j := plain
		change(&j)
		return j
	}
	tests := []struct {
		args string
		want jobFlags
	}{
		{"", plain},
		{"--wait ws", with(func(j *jobFlags) { j.wait.how = target.WebSocket })},
		{"--wait SSE", with(func(j *jobFlags) { j.wait.how = target.ServerSentEvents })},
		{"--wait poll --poll-interval 500ms", with(func(j *jobFlags) { j.interval.Initial = 500 * time.Millisecond })},
		{"--poll-interval fixed:250ms", with(func(j *jobFlags) { j.interval.Fixed = 250 * time.Millisecond })},
		{"--poll-interval 100ms..5s", with(func(j *jobFlags) {
			j.interval.Initial, j.interval.Max = 100*time.Millisecond, 5*time.Second
		})},
		{"--max-wait 90 -t 5s --retries 3", with(func(j *jobFlags) {
			j.maxWait.d, j.timeout.d, j.retries.n = 90*time.Second, 5*time.Second, 3
		})},
		{"--max-body 20m", with(func(j *jobFlags) { j.maxBody.n = 20_000_000 })},
		{"-t 0 --profile rq-fastapi", with(func(j *jobFlags) { j.timeout.d, j.profile = 0, "rq-fastapi" })},
	}
	for _, tt := range tests {
		o, err := parseJob(t, nil, strings.Fields(tt.args)...)
		if err != nil {
			t.Errorf("%q: %v", tt.args, err)
			continue
		}
		got := o.job
		got.retries, got.maxBody = count{n: got.retries.n}, count{n: got.maxBody.n}
		if got != tt.want {
			t.Errorf("%q:\n got %+v\nwant %+v", tt.args, got, tt.want)
		}
	}
}

func TestJobUsageErrors(t *testing.T) {
	tests := []struct{ args, what, hint string }{
		{"--max-wait 0", "waited for for ever", "--max-wait 1h"},
		{"--max-body 10", "too few", "1024 or more"},
		{"--max-wait soon", `"soon" is not a length of time`, "10s"},
		{"--wait carrier-pigeon", `"carrier-pigeon" is no way to wait`, "poll, ws, sse"},
		{"--wait websocket", "no way to wait", "ws"},
		{"--poll-interval often", "often", "fixed:250ms"},
		{"--poll-interval 5s..1s", "ends before it begins", "100ms..5s"},
		{"--poll-interval 0s", "shorter than", ""},
		{"--retries -1", "too few", "0 or more"},
		{"-b x --prompt p", "--body replaces it", "put it into the body"},
		{"--dialect sse", "unknown flag --dialect", ""},
		{"--ttft-timeout 1s", "unknown flag --ttft-timeout", ""},
		{"-q 50", "-q 50: here -q is --quiet", "-r 50"},
		{"ws://host", "not a scheme", "https://"},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			_, err := parseJob(t, nil, strings.Fields(tt.args)...)
			failures := failuresIn(err)
			if len(failures) != 1 || failures[0].code != exitUsage {
				t.Fatalf("got %v, want a usage error", err)
			}
			if f := failures[0]; !strings.Contains(f.what, tt.what) || !strings.Contains(f.hint, tt.hint) {
				t.Errorf("got %q, try %q; want %q, try %q", f.what, f.hint, tt.what, tt.hint)
			}
		})
	}
}

// prepared is the operation of a command line, ready but for its server.
func prepared(t *testing.T, env map[string]string, args ...string) (*jobOperation, error) {
	t.Helper()
	o, err := parseJob(t, env, args...)
	if err != nil {
		t.Fatal(err)
	}
	app, _, _ := testApp(env)
	j := &jobOperation{jobOptions: o}
	return j, j.prepare(app, &secrets{})
}

func TestJobBodies(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	prompts := write("prompts.jsonl", `"first"`+"\n"+`{"messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"}]}`+"\n")
	tests := []struct {
		name string
		args []string
		want []string // of the first requests
	}{
		{"prompt", []string{"--model", "m", "--prompt", "hi", "--output-tokens", "7"}, []string{`{"model":"m","prompt":"hi","max_tokens":7}`}},
		{"extra", []string{"--prompt", "hi", "--extra-body", `{"ms":5,"max_tokens":null}`}, []string{`{"model":"mock-1","prompt":"hi","ms":5}`}},
		{
			"prompts", []string{"--prompts", prompts},
			[]string{
				`{"model":"mock-1","prompt":"first","max_tokens":128}`,
				`{"model":"mock-1","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"}],"max_tokens":128}`,
			},
		},
		{"body", []string{"-b", `{"ms":1}`}, []string{`{"ms":1}`}},
		{"body that is no JSON", []string{"-b", "work"}, []string{`"work"`}},
		{"a profile's own", []string{"--profile", "runpod"}, []string{`{"input":{"prompt":"hi"}}`}},
		{"a profile's own and more", []string{"--profile", "runpod", "--extra-body", `{"policy":{"ttl":5}}`}, []string{`{"input":{"prompt":"hi"},"policy":{"ttl":5}}`}},
		{"body instead of a profile's own", []string{"--profile", "runpod", "-b", `{}`}, []string{`{}`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			j, err := prepared(t, nil, tt.args...)
			if err != nil {
				t.Fatal(err)
			}
			for seq, want := range tt.want {
				got, err := j.cfg.Request.Body(int64(seq))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(decoded(want), decoded(string(got))); diff != "" {
					t.Errorf("body %d (-want +got):\n%s", seq, diff)
				}
			}
		})
	}
}

// decoded is a JSON text without its spelling; another text stands for itself.
func decoded(text string) any {
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return text
	}
	return v
}

// A prompt that a cache has seen would make the second half of a run look fast.
func TestJobPromptsDiffer(t *testing.T) {
	j, err := prepared(t, nil, "--seed", "7")
	if err != nil {
		t.Fatal(err)
	}
	first, _ := j.cfg.Request.Body(0)
	second, _ := j.cfg.Request.Body(1)
	again, _ := j.cfg.Request.Body(0)
	if string(first) == string(second) || string(first) != string(again) {
		t.Errorf("bodies 0, 1 and 0 again:\n%s\n%s\n%s", first, second, again)
	}
}

func TestProfileShapesTheRequest(t *testing.T) {
	env := map[string]string{"FAL_KEY": "k3y-of-fal"}
	j, err := prepared(t, env, "--profile", "fal-queue", "--api-key-env", "FAL_KEY")
	if err != nil {
		t.Fatal(err)
	}
	var got string
	for _, h := range j.cfg.Request.Header {
		if h.Name == "Authorization" {
			got = h.Value
		}
	}
	if want := "Key k3y-of-fal"; got != want {
		t.Errorf("Authorization: got %q, want %q", got, want)
	}
	if _, err := prepared(t, nil, "--profile", "runpod", "--prompt", "hi"); err == nil || !strings.Contains(err.Error(), "--prompt shapes the generated body, and the profile runpod has one of its own") {
		t.Errorf("a prompt that would be ignored: %v", err)
	}
}

func TestJobCostIsToldBeforeItIsMade(t *testing.T) {
	tests := []struct{ args, want string }{
		{"http://api.example.com -n 500", "this asks api.example.com for at most 500 jobs of up to 128 output tokens each\n"},
		{"http://api.example.com -n 5 -b {}", "this asks api.example.com for at most 5 jobs of whatever --body asks for\n"},
		{"http://api.example.com -n 5 --profile runpod", "this asks api.example.com for at most 5 jobs of whatever the profile's body asks for\n"},
		{"http://api.example.com -n 5 --retries 2", "this asks api.example.com for at most 5 jobs of up to 128 output tokens each, each submitted up to 3 times under one idempotency key\n"},
		{"http://api.example.com -c 20", "this asks api.example.com for jobs of up to 128 output tokens each, 20 at once for 10s, as many as it can give (-n N sets a bound)\n"},
		{"http://127.0.0.1 -n 5", ""},
	}
	for _, tt := range tests {
		j, err := prepared(t, nil, strings.Fields(tt.args)...)
		if err != nil {
			t.Fatal(err)
		}
		app, _, errs := testApp(nil)
		app.warn(&j.runOptions, j)
		if got := errs.String(); got != tt.want {
			t.Errorf("%s:\n got %q\nwant %q", tt.args, got, tt.want)
		}
	}
}
