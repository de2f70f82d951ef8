package cmd

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/target"
	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/compare"
)

// gateOptions gives the options that a command line of gate stands for.
func gateOptions(t *testing.T, env map[string]string, args ...string) (*comparisonOptions, error) {
	t.Helper()
	app, _, _ := testApp(env)
	var got *comparisonOptions
	root := &cobra.Command{Use: "aibench", SilenceErrors: true, SilenceUsage: true}
	root.SetOut(app.Out)
	root.SetErr(app.Err)
	root.SetFlagErrorFunc(flagError)
	root.SetGlobalNormalizationFunc(longForShort)
	root.AddCommand(gateCmd(app, func(_ context.Context, o *comparisonOptions) error { got = o; return nil }))
	root.SetArgs(spreadSides(append([]string{"gate"}, args...)))
	return got, root.ExecuteContext(t.Context())
}

// names lists the sides as name(command or URL).
func sideNames(list []side) string {
	var out []string
	for _, s := range list {
		out = append(out, s.name)
	}
	return strings.Join(out, ", ")
}

func TestSides(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		args []string
		want string
		kind sideKind
	}{
		{"URLs", []string{"--base", "http://a", "--head", "http://b"}, "base, head", services},
		{"three URLs", []string{"--base", "http://a", "--head", "http://b", "--head", "http://c"}, "base, head1, head2", services},
		{"named URLs", []string{"--base", "old=http://a", "--head", "new=http://b/?k=v"}, "old, new", services},
		{"one URL against itself", []string{"--aa", "--base", "http://a"}, "base, base-again", services},
		{"named commands", []string{"--serve", "base=x {addr}", "--serve", "head=y {port}"}, "base, head", servers},
		{"commands", []string{"--serve", "x {addr}", "--serve", "y {addr}"}, "base, head", servers},
		{"three commands", []string{"--serve", "x {addr}", "--serve", "y {addr}", "--serve", "new=z {addr}"}, "base, head1, new", servers},
		{"one command, varied", []string{"--serve", "x {addr} {w}", "--vary", "w=1,2,4"}, "w=1, w=2, w=4", servers},
		{"a grid", []string{"--serve", "x {addr} {w} {k}", "--vary", "w=1,2", "--vary", "k=a,b"}, "w=1 k=a, w=1 k=b, w=2 k=a, w=2 k=b", servers},
		{"one of two varied", []string{"--serve", "x {addr}", "--serve", "new=y {addr} {w}", "--vary", "w=1,2"}, "base, new w=1, new w=2", servers},
		{"one command against itself", []string{"--aa", "--serve", "x {addr}"}, "base, base-again", servers},
		{"a variable of the environment", []string{"--serve", "PORT=1 x {addr}", "--serve", "y {addr}"}, "base, head", servers},
		{"braces that are no placeholder", []string{"--serve", `x {addr} '{"a": 1}' ${HOME}`, "--serve", "y {addr} {{w}}"}, "base, head", servers},
	}
	for _, tt := range tests {
		o, err := gateOptions(t, nil, append(tt.args, "--pairs", "9", "--", "stream")...)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got := sideNames(o.sides); got != tt.want || o.kind != tt.kind {
			t.Errorf("%s: got %s (%d), want %s (%d)", tt.name, got, o.kind, tt.want, tt.kind)
		}
	}
}

// What stands behind -- is the load's own command line, and every run has its
// own copy of it.
func TestLoadBehindTheDashes(t *testing.T) {
	t.Parallel()
	sides := []string{"--base", "http://a", "--head", "http://b"}
	o, err := gateOptions(t, map[string]string{"AIBENCH_OUTPUT": "x.json", "AIBENCH_OUTPUT_TOKENS": "7"},
		append(sides, "-q", "--seed", "5", "--", "stream", "--c", "20", "-d", "3s", "--no-color")...)
	if err != nil {
		t.Fatal(err)
	}
	l := o.load.options
	if l.load.concurrency.n != 20 || l.load.duration.d != 3*time.Second || l.request.outputTokens.n != 7 {
		t.Errorf("the load is %+v", l.load)
	}
	if o.seed != 5 || !o.output.quiet || !o.output.noColor || len(l.output.files.names) > 0 || !slices.Equal(o.output.files.names, []string{"x.json"}) {
		t.Errorf("seed %d, output %+v; of each run %+v", o.seed, o.output, l.output)
	}
	x := &course{comparisonOptions: o}
	one, _, err := x.asked(o.sides[0], "http://a", 1)
	if err != nil {
		t.Fatal(err)
	}
	two, _, err := x.asked(o.sides[1], "http://b", 2)
	if err != nil {
		t.Fatal(err)
	}
	if one.load.seed != 1 || two.load.seed != 2 || one.endpoint.url.Host != "a" || one.output.label != "base" || !one.output.quiet {
		t.Errorf("one run: seed %d of %v, %+v", one.load.seed, one.endpoint.url, one.output)
	}
	if job, err := gateOptions(t, nil, append(sides, "--", "job", "--seed", "9")...); err != nil || job.seed != 9 || job.load.kinds != bench.Jobs {
		t.Errorf("jobs: %+v, %v", job, err)
	}
}

// The path behind the verb is added to the base of every side.
func TestPathBehindTheDashes(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, base, path, want, wrong string }{
		{"none", "http://a", "", "http://a", ""},
		{"of a host", "http://a", "/jobs", "http://a/jobs", ""},
		{"of a host with a slash", "http://a:1/", "/jobs?x=1", "http://a:1/jobs?x=1", ""},
		{"of a base with a path", "http://a/v1", "/chat", "http://a/v1/chat", ""},
		{"nothing but a slash", "http://a", "/", "http://a/", ""},
		{"a base with a query", "http://a/?k=secret", "/jobs", "", "has a query"},
	}
	for _, tt := range tests {
		args := []string{"--base", tt.base, "--head", "http://b", "--", "job", "-c", "2", tt.path}
		if tt.path == "" {
			args = args[:len(args)-1]
		}
		o, err := gateOptions(t, nil, args...)
		if err != nil {
			t.Fatal(tt.name, err)
		}
		x := &course{comparisonOptions: o}
		run, _, err := x.asked(o.sides[0], o.sides[0].url, 1)
		switch {
		case tt.wrong != "" && (err == nil || !strings.Contains(err.Error(), tt.wrong) || strings.Contains(err.Error(), "secret")):
			t.Errorf("%s: %v, want %q", tt.name, err, tt.wrong)
		case tt.wrong == "" && (err != nil || run.endpoint.url.String() != tt.want):
			t.Errorf("%s: %+v, %v, want %s", tt.name, run, err, tt.want)
		}
	}
}

// One server that is asked twice is asked other prompts, or its prefix cache
// would answer; two servers are asked the same, and every one the same at the
// same instants.
func TestPromptsOfAPair(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		args []string
		same bool
	}{
		{"one URL twice", []string{"--aa", "--base", "http://a", "--", "stream"}, false},
		{"one URL under two names", []string{"--base", "http://a", "--head", "http://a", "--", "job"}, false},
		{"two URLs", []string{"--base", "http://a", "--head", "http://b", "--", "stream"}, true},
		{"one command twice", []string{"--aa", "--serve", "x {addr}", "--", "stream"}, true},
		{"a warm cache", []string{"--aa", "--base", "http://a", "--", "stream", "--prefix-cache", "warm"}, true},
	}
	for _, tt := range tests {
		o, err := gateOptions(t, nil, tt.args...)
		if err != nil {
			t.Fatal(tt.name, err)
		}
		x := &course{comparisonOptions: o}
		var asked [2]string
		for i, s := range o.sides {
			run, _, err := x.asked(s, s.url, 5)
			if err != nil || run.load.seed != 5 {
				t.Fatalf("%s: seed %d, %v", tt.name, run.load.seed, err)
			}
			body, err := run.request.bodies(nil, run.load.seed, target.Body.OpenAIChat)
			if err != nil {
				t.Fatal(tt.name, err)
			}
			first, err := body(0)
			if err != nil {
				t.Fatal(tt.name, err)
			}
			asked[i] = string(first)
		}
		if same := asked[0] == asked[1]; same != tt.same {
			t.Errorf("%s: the sides are asked the same: %v\n%s\n%s", tt.name, same, asked[0], asked[1])
		}
	}
}

// Many sides share the error level, so that more pairs are needed to decide
// about any: the usual number grows with them, and one that is given stays.
func TestPairsNeeded(t *testing.T) {
	t.Parallel()
	tests := []struct {
		args  string
		pairs int64
		wrong string
	}{
		{"--vary w=1,2", 8, ""},
		{"--vary w=1,2,3,4,5", 9, ""},
		{"--vary w=1,2 --pairs 7", 7, ""},
		{"--vary w=1,2 --pairs 6", 0, "cannot decide: 6 metrics at α 0.05 need 7 pairs, have 6"},
		{"--vary w=1,2 --pairs 5 --metrics ttft.p50", 5, ""},
		{"--vary w=1,2 --pairs 7 --alpha 0.01", 0, "need 10 pairs"},
	}
	for _, tt := range tests {
		args := append([]string{"--serve", "x {addr} {w}"}, strings.Fields(tt.args)...)
		o, err := gateOptions(t, nil, append(args, "--", "stream")...)
		switch {
		case tt.wrong != "" && (err == nil || !strings.Contains(err.Error(), tt.wrong)):
			t.Errorf("%s: %v, want %q", tt.args, err, tt.wrong)
		case tt.wrong == "" && (err != nil || o.pairs.n != tt.pairs):
			t.Errorf("%s: %+v, %v, want %d pairs", tt.args, o, err, tt.pairs)
		}
	}
}

// savedAt is a run of a block, which began so many seconds after the first.
func savedAt(pair int, seed uint64, second int) *report.Run {
	return &report.Run{Pair: &pair, Seed: seed, Started: time.Unix(1e9+int64(second), 0).UTC().Format(time.RFC3339Nano)}
}

func TestByPair(t *testing.T) {
	t.Parallel()
	type runs = []*report.Run
	tests := []struct {
		name       string
		base, head runs
		paired     bool
	}{
		{"in order", runs{savedAt(1, 5, 0), savedAt(2, 6, 20)}, runs{savedAt(1, 5, 10), savedAt(2, 6, 30)}, true},
		{"as files sort", runs{savedAt(2, 6, 30), savedAt(1, 5, 0)}, runs{savedAt(1, 5, 10), savedAt(2, 6, 20)}, true},
		{"two comparisons of one seed", runs{savedAt(1, 5, 0), savedAt(2, 6, 10)}, runs{savedAt(1, 5, 100), savedAt(2, 6, 110)}, false},
		{"other seeds", runs{savedAt(1, 5, 0), savedAt(2, 6, 20)}, runs{savedAt(1, 5, 10), savedAt(2, 7, 30)}, false},
		{"another pair", runs{savedAt(1, 5, 0), savedAt(2, 6, 20)}, runs{savedAt(1, 5, 10), savedAt(3, 6, 30)}, false},
		{"a pair twice", runs{savedAt(1, 5, 0), savedAt(1, 5, 20)}, runs{savedAt(1, 5, 10), savedAt(1, 5, 30)}, false},
		{"one more", runs{savedAt(1, 5, 0), savedAt(2, 6, 20)}, runs{savedAt(1, 5, 10)}, false},
		{"no pairs", runs{{}}, runs{{}}, false},
		{"no instants", runs{{Pair: new(1)}}, runs{{Pair: new(1)}}, false},
	}
	for _, tt := range tests {
		sides, paired := byPair([]compare.Side{{Name: "base", Runs: tt.base}, {Name: "head", Runs: tt.head}})
		if paired != tt.paired || !paired && !slices.Equal(sides[0].Runs, tt.base) {
			t.Errorf("%s: paired %v, want %v", tt.name, paired, tt.paired)
		}
		for k := range sides[0].Runs {
			if paired && *sides[0].Runs[k].Pair != k+1 {
				t.Errorf("%s: run %d is of pair %d", tt.name, k, *sides[0].Runs[k].Pair)
			}
		}
	}
}

func TestCredentialsInCommands(t *testing.T) {
	t.Parallel()
	var s secrets
	s.addCommand(`API_KEY=sk-abcdef serve --auth-token "tok-12345" --max-tokens 2048 --key= --bind {addr} --password`)
	tests := []struct{ in, want string }{
		{"API_KEY=sk-abcdef serve --auth-token tok-12345", "API_KEY=*** serve --auth-token ***"},
		{"--max-tokens 2048 --bind {addr}", "--max-tokens 2048 --bind {addr}"},
	}
	for _, tt := range tests {
		if got := s.mask(tt.in); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestFileName(t *testing.T) {
	t.Parallel()
	for side, want := range map[string]string{"base": "base", "w=1 k=a/b": "w=1,k=a,b", "v1.2-rc": "v1.2-rc", "../x": "..,x"} {
		if got := fileName(side); got != want {
			t.Errorf("fileName(%q) = %q, want %q", side, got, want)
		}
	}
}
