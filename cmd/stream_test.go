package cmd

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aibench/aibench/bench"
)

// testApp is an App made of buffers, with an environment of its own.
func testApp(env map[string]string) (app *App, out, errs *bytes.Buffer) {
	out, errs = &bytes.Buffer{}, &bytes.Buffer{}
	return &App{
		In: strings.NewReader(""), Out: out, Err: errs, Version: "test",
		Env: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
	}, out, errs
}

// parse gives the options that a command line of stream stands for.
func parse(t *testing.T, env map[string]string, args ...string) (*streamOptions, error) {
	t.Helper()
	app, _, _ := testApp(env)
	var got *streamOptions
	c := streamCmd(app, func(_ context.Context, o *streamOptions) error { got = o; return nil })
	c.SetArgs(args)
	c.SetOut(app.Out)
	c.SetErr(app.Err)
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetFlagErrorFunc(flagError)
	c.SetGlobalNormalizationFunc(longForShort)
	err := c.ExecuteContext(t.Context())
	return got, err
}

func TestConcurrencyHasOneMeaning(t *testing.T) {
	for _, args := range []string{
		"-c 1000", "-c1000", "-c=1000", "--c 1000", "--c=1000", "-c 1k", "--concurrency 1000", "--concurrency=1k",
	} {
		o, err := parse(t, nil, strings.Fields(args)...)
		if err != nil || o.load.concurrency.n != 1000 {
			t.Errorf("%s: %+v, %v", args, o, err)
		}
	}
}

func TestLoadFlags(t *testing.T) {
	tests := []struct {
		args string
		want loadFlags
	}{
		{"", loadFlags{concurrency: count{n: 10}, ramp: span{10 * time.Millisecond}, duration: span{10 * time.Second}}},
		{"-n 10k", loadFlags{concurrency: count{n: 10}, ramp: span{10 * time.Millisecond}, requests: count{n: 10_000}}},
		{"-n 1.5m -d 2m", loadFlags{concurrency: count{n: 10}, ramp: span{10 * time.Millisecond}, requests: count{n: 1_500_000}, duration: span{2 * time.Minute}}},
		{"-d 30", loadFlags{concurrency: count{n: 10}, ramp: span{10 * time.Millisecond}, duration: span{30 * time.Second}}},
		{"-d 0.5 --warmup 100ms", loadFlags{concurrency: count{n: 10}, ramp: span{10 * time.Millisecond}, duration: span{500 * time.Millisecond}, warmup: span{100 * time.Millisecond}}},
		{"-r 50", loadFlags{rate: rate{50}, duration: span{10 * time.Second}}},
		{"-r 50/s --max-in-flight 1k", loadFlags{rate: rate{50}, maxInFlight: count{n: 1000}, duration: span{10 * time.Second}}},
		{"-r 600/m --arrival poisson", loadFlags{rate: rate{10}, arrival: arrival{name: "poisson"}, duration: span{10 * time.Second}}},
		{"-r 1k --arrival gamma:0.5", loadFlags{rate: rate{1000}, arrival: arrival{"gamma", 0.5}, duration: span{10 * time.Second}}},
		{"-c 1k --ramp 0", loadFlags{concurrency: count{n: 1000}, duration: span{10 * time.Second}}},
		{"-c 5k", loadFlags{concurrency: count{n: 5000}, ramp: span{time.Second}, duration: span{10 * time.Second}}},
		{"-c 5k -d 1s", loadFlags{concurrency: count{n: 5000}, ramp: span{100 * time.Millisecond}, duration: span{time.Second}}},
		{"--ramp 2s", loadFlags{concurrency: count{n: 10}, duration: span{10 * time.Second}, ramp: span{2 * time.Second}}},
	}
	for _, tt := range tests {
		o, err := parse(t, nil, append(strings.Fields(tt.args), "--seed", "7")...)
		if err != nil {
			t.Errorf("%q: %v", tt.args, err)
			continue
		}
		got, want := o.load, tt.want
		want.seed, want.drain.d = 7, defaultDrain
		for _, c := range []*count{&got.concurrency, &got.requests, &got.maxInFlight} {
			*c = count{n: c.n}
		}
		if got != want {
			t.Errorf("%q:\n got %+v\nwant %+v", tt.args, got, want)
		}
	}
}

func TestDrainCanBeNone(t *testing.T) {
	for _, args := range []string{"--drain 0s", "--drain 0"} {
		o, err := parse(t, nil, strings.Fields(args)...)
		if err != nil || o.load.drain.d != 0 {
			t.Errorf("%s: %+v, %v", args, o, err)
		}
	}
}

func TestUsageErrors(t *testing.T) {
	tests := []struct{ args, what, hint string }{
		{"-c 0", "0 is too few", "1 or more"},
		{"-c ten", `"ten" is not a count`, "10k"},
		{"-n 1.5", "not whole", ""},
		{"-c 2m", "too many", "1000000 at most"},
		{"-d -5s", "-5s is negative", "5s"},
		{"-d {}", `"{}" is not a length of time`, "did you mean --body?"},
		{"-d @file", `"@file" is not a length of time`, "did you mean --body?"},
		{"-d soon", `"soon" is not a length of time`, "10s"},
		{"-d 0", "leaves no time", "-d 10s"},
		{"-d 5s --warmup 5s", "leaves nothing", "-d 15s"},
		{"-d 5s --ramp 6s", "some would never start", "-d 16s"},
		{"-c 5 -r 5", "contradict", "-r starts"},
		{"-r 0", "above 0", ""},
		{"-r NaN", "not a rate", ""},
		{"-r 5/d", "not a rate", "600/m"},
		{"--max-in-flight 5", "belongs to an open loop", "-r"},
		{"--arrival poisson", "belongs to an open loop", "-r"},
		{"-r 5 --arrival gamma", "needs a shape", "gamma:0.5"},
		{"-r 5 --arrival often", "not a way", "poisson"},
		{"-q 50", "-q 50: here -q is --quiet", "-r 50"},
		{"http://h -q 50", "-q 50: here -q is --quiet", "-r 50"},
		{"-q50", "-q50: here -q is --quiet", "-r 50"},
		{"-q=50", "-q=50: here -q is --quiet", "-r 50"},
		{"--concurency 5", "unknown flag --concurency", "--concurrency"},
		{"-z 5s", "unknown flag -z", "-d, --duration"},
		{"--vus 5", "unknown flag --vus", "-c, --concurrency"},
		{"-Y", "unknown flag -Y", "--help"},
		{"-c", "-c, --concurrency needs a value", "--help"},
		{"--=5", "not a flag", "--help"},
		{"localhost:8000", "has no scheme", "http://localhost:8000"},
		{"ws://host", "not a scheme", "https://"},
		{"http://", "has no host", "HOST"},
		{"http://host:99999", "not a port", "65535"},
		{"http://host:", "not a port", "65535"},
		{"http://ho%zzst", "not a URL", "http://"},
		{"http://a http://b", "one URL is enough", ""},
		{"--slo tfft<5ms", `unknown metric "tfft"`, "ttft"},
		{"--slo ttft<5", "is a time", "ttft<500ms"},
		{"--slo chunk_gap<5ms", `unknown metric "chunk_gap"`, "ttft"},
		{"-o run.pdf", "no known extension", ".json"},
		{"-H Authorization", "a header needs", "Name: value"},
		{"-b x --model m", "--body replaces it", "put it into the body"},
		{"--prompt a --input-tokens 5", "exclude each other", "one of them"},
		{"--extra-body [1]", "not a JSON object", "temperature"},
		{"--prefix-cache hot", "is neither", "warm or cold"},
		{"--dialect openai-chat --token-path $.x", "--token-path is for events", "leave --dialect out"},
		{"--dialect openai-chat --done-when data==x", "--done-when is for events", "leave --dialect out"},
		{"--dialect opnai-chat", "unknown dialect", "openai-chat"},
		{"--unix-socket /s --connect-to h:1", "exclude each other", ""},
		{"http://h --connect-to h", "not HOST:PORT", "127.0.0.1:8000"},
		{"--connect-to h:1", "needs a URL", ""},
		{"-k --cacert f", "would not be looked at", ""},
		{"http://h --cacert /nonexistent/ca.pem", "--cacert: open /nonexistent/ca.pem", "--cacert FILE"},
		{"http://h --cacert doc.go", "doc.go holds no certificate", "BEGIN CERTIFICATE"},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			_, err := parse(t, nil, strings.Fields(tt.args)...)
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

func TestEnvironmentComesAfterFlags(t *testing.T) {
	env := map[string]string{"AIBENCH_CONCURRENCY": "7", "AIBENCH_QUIET": "true"}
	o, err := parse(t, env)
	if err != nil || o.load.concurrency.n != 7 || !o.output.quiet {
		t.Errorf("from the environment: %+v, %v", o, err)
	}
	o, err = parse(t, env, "-c", "9")
	if err != nil || o.load.concurrency.n != 9 {
		t.Errorf("flag and environment: %+v, %v", o, err)
	}
	o, err = parse(t, env, "-r", "9")
	if err != nil || o.load.rate.perSecond != 9 || o.load.concurrency.n != 0 {
		t.Errorf("the other kind of load on the command line: %+v, %v", o, err)
	}
	_, err = parse(t, map[string]string{"AIBENCH_DURATION": "soon"})
	if err == nil || !strings.Contains(err.Error(), "AIBENCH_DURATION in the environment is no value for --duration") {
		t.Errorf("bad value: %v", err)
	}
}

func TestEndpoint(t *testing.T) {
	tests := []struct {
		raw, url, address string
		secure, loopback  bool
	}{
		{"http://localhost:8000", "http://localhost:8000/v1/chat/completions", "localhost:8000", false, true},
		{"http://127.0.0.1:8000/", "http://127.0.0.1:8000/v1/chat/completions", "127.0.0.1:8000", false, true},
		{"HTTPS://api.example.com/v1", "https://api.example.com/v1/chat/completions", "api.example.com:443", true, false},
		{"http://[::1]/chat?x=1#top", "http://[::1]/chat?x=***", "[::1]:80", false, true},
		{"http://u:p@10.0.0.1/chat", "http://***@10.0.0.1/chat", "10.0.0.1:80", false, false},
	}
	for _, tt := range tests {
		e, err := parseEndpoint(tt.raw)
		if err != nil {
			t.Errorf("%s: %v", tt.raw, err)
			continue
		}
		e.resolve("/v1/chat/completions")
		if e.shown() != tt.url || e.address() != tt.address || e.secure() != tt.secure {
			t.Errorf("%s: %s at %s, secure %v", tt.raw, e.shown(), e.address(), e.secure())
		}
		if got := e.loopback(&transportFlags{}); got != tt.loopback {
			t.Errorf("%s: loopback %v, want %v", tt.raw, got, tt.loopback)
		}
	}
}

func TestLoad(t *testing.T) {
	o, err := parse(t, nil, "-c", "5", "--ramp", "2s")
	if err != nil {
		t.Fatal(err)
	}
	want := bench.Closed{Users: 5, Ramp: 2 * time.Second}
	if diff := cmp.Diff(bench.Load(want), o.load.load()); diff != "" {
		t.Errorf("closed (-want +got):\n%s", diff)
	}
	o, err = parse(t, nil, "-r", "10", "-d", "1s", "--max-in-flight", "3")
	if err != nil {
		t.Fatal(err)
	}
	open, ok := o.load.load().(bench.Open)
	if !ok || open.MaxInFlight != 3 {
		t.Fatalf("open: %+v", o.load.load())
	}
	var starts []time.Duration
	for at := range open.Pacer.For(300 * time.Millisecond) {
		starts = append(starts, at)
	}
	if diff := cmp.Diff([]time.Duration{0, 100 * time.Millisecond, 200 * time.Millisecond}, starts); diff != "" {
		t.Errorf("starts (-want +got):\n%s", diff)
	}
}
