package aibench_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestReadme runs every command of the README, those of one block in order and in an empty directory, and compares what
// it prints with what the README shows: the same words, whatever the numbers; and the exit code, where the README asks
// for it. Blocks run beside one another: what they wait for is mostly time.
func TestReadme(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := readmeBlocks(string(text))
	if len(blocks) == 0 {
		t.Fatal("README.md shows no command: is a block not fenced as console?")
	}
	bin := filepath.Join(t.TempDir(), "aibench")
	if runtime.GOOS == "windows" {
		bin += ".exe"
	}
	if out, err := exec.Command("go", "build", "-o", bin, "./cmd/aibench").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for _, commands := range blocks {
		t.Run(commands[0].line, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for _, c := range commands {
				t.Run(c.line, func(t *testing.T) { c.run(t, bin, dir) })
			}
		})
	}
}

// readmeCommand is a line after a prompt, the lines beneath it, and the exit code that "echo $?" is shown to tell.
type readmeCommand struct {
	line, output string
	code         int
}

// readmeBlocks finds the commands in each block fenced as console. One that ends with a backslash goes on.
func readmeBlocks(text string) [][]readmeCommand {
	var blocks [][]readmeCommand
	var commands []readmeCommand
	inside, asked := false, false
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", "")) {
		cmd, prompt := strings.CutPrefix(line, "$ ")
		code, err := strconv.Atoi(strings.TrimSpace(line))
		switch {
		case strings.HasPrefix(line, "```"):
			if len(commands) > 0 {
				blocks = append(blocks, commands)
			}
			commands, inside = nil, strings.TrimSpace(line) == "```console"
		case inside && prompt && strings.TrimSpace(cmd) == "echo $?":
			asked = true
		case inside && prompt:
			commands = append(commands, readmeCommand{line: strings.TrimSpace(cmd)})
		case inside && asked && err == nil:
			commands[len(commands)-1].code, asked = code, false
		case inside && len(commands) > 0:
			commands[len(commands)-1].output += line
		}
	}
	return blocks
}

func (c readmeCommand) run(t *testing.T, bin, dir string) {
	if c.line == "go test ./..." {
		return // this is it
	}
	args, ok := c.args()
	if !ok {
		t.Fatalf("only aibench runs here, and without the help of a shell")
	}
	if runtime.GOOS == "windows" && args[0] == "gate" {
		t.Skip("a shell starts the servers, and there is none here")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, bin, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(bin)+string(os.PathListSeparator)+os.Getenv("PATH"))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Fatal(err)
	}
	code := cmd.ProcessState.ExitCode()
	busy := code == 97
	if code != c.code && !busy {
		t.Fatalf("got exit code %d, want %d\n%s%s", code, c.code, &stdout, &stderr)
	}
	want, got := c.output, stdout.String()
	if busy {
		t.Logf("the machine is too busy for a valid run, as the report says:\n%s", got)
		want, got = figures(want), figures(got)
	}
	if want == "" || runtime.GOOS != "linux" { // elsewhere there are no kernel stamps, and the report says so
		return
	}
	if diff := cmp.Diff(shape(want), shape(got)); diff != "" {
		t.Errorf("what it prints (-README +now):\n%s\n%s", diff, got)
	}
}

// figures is the part of a report that does not depend on whether the run was valid: nothing of a comparison.
func figures(report string) string {
	if strings.Contains("\n"+report, "\ncompare ") {
		return ""
	}
	if _, stream, ok := strings.Cut("\n"+report, "\nstream "); ok {
		report = stream
	} else {
		_, report, _ = strings.Cut("\n"+report, "\njob ")
	}
	report, _, _ = strings.Cut(report, "\nclient ")
	return report
}

// args are the arguments of the program, quoted or not. A run that does not say how long it takes asks once for each
// stream: its ten seconds are for eyes. A run of jobs takes as long as its queue does, and 200 print the same words as
// 500.
func (c readmeCommand) args() ([]string, bool) {
	rest, ok := strings.CutPrefix(c.line, "go run ./cmd/aibench ")
	if !ok {
		rest, ok = strings.CutPrefix(c.line, "aibench ")
	}
	var args []string
	for i, part := range strings.Split(rest, "'") {
		if i%2 == 1 {
			args = append(args, part)
			continue
		}
		ok = ok && !strings.ContainsAny(part, `"|;&$<>*`)
		args = append(args, strings.Fields(part)...)
	}
	if !ok || len(args) == 0 {
		return nil, false
	}
	if args[0] == "stream" && !strings.Contains(rest, " -d") && !strings.Contains(rest, " -n") {
		args = append(args, "-n", "1000")
	}
	if n := slices.Index(args, "500"); args[0] == "job" && n > 0 {
		args[n] = "200"
	}
	return args, true
}

// shape is a report without what varies: numbers with their units, histograms, the places where lines break, how far
// off a figure may be and why it is withheld, and what depends on the machine: warnings, runs that were made again, and
// what is proven.
func shape(report string) []string {
	report = regexp.MustCompile(`(?m)^ *warning: .*\n`).ReplaceAllString(report, "")
	report = regexp.MustCompile(`(?m)^ {12}[±–] .*\n( {12}.*\n)*`).ReplaceAllString(report, "")
	report = regexp.MustCompile(`(?m)(p50 +p90 +p99 +max) .*`).ReplaceAllString(report, "$1") // ± and the scale, as there is room
	report = regexp.MustCompile(`(?m)^findings .*\n( +.*\n)*`).ReplaceAllString(report, "")
	report = regexp.MustCompile(`(?m)^run again .*\n( +.*\n)*| \(\d+ runs? again\)`).ReplaceAllString(report, "")
	report = regexp.MustCompile(`(\d %) in\s+all,`).ReplaceAllString(report, "$1 to +$1,") // bounds that round to the same
	report = regexp.MustCompile(`\b(kernel|mixed) stamps\b`).ReplaceAllString(report, "stamps")
	report = regexp.MustCompile(`[▁-█]`).ReplaceAllString(report, "")
	report = regexp.MustCompile(`([<>] )?\d[\d.,]*( ?%| ?(ns|µs|ms|s|min|kB|MB)\b)?|–`).ReplaceAllString(report, "#")
	return strings.Fields(regexp.MustCompile(`(# +){4}#`).ReplaceAllString(report, "# # # #")) // the fifth column is ±
}

// TestShape shows what two reports may differ in.
func TestShape(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, a, b string
		same       bool
	}{
		{"numbers and units", "TTFT 350 ms 1.2 s", "TTFT 999 µs 5 ms", true},
		{"a histogram", "p50 ▂▂▃█", "p50    █", true},
		{"a line break", "one · two ·\n   three", "one · two · three", true},
		{"bounds and bytes", "paused < 0.1 % · 428 kB", "paused 2 % · 1.1 MB", true},
		{"a port", "http://127.0.0.1:8000/v1/x", "http://127.0.0.1:43127/v1/x", true},
		{"a withheld quantile", "p99 12 ms", "p99 –", true},
		{"a word", "TTFT 350 ms", "TPOT 350 ms", false},
		{"one number more", "TTFT 350 ms", "TTFT 350 ms 1 ms", false},
		{"how far off a figure may be", "run  1 s  2 s  3 s  4 s  9 µs █\n", "run  1 s  2 s  3 s  4 s █\n", true},
		{"the columns that there is room for", "p50  p90  p99  max  min to max, log scale\nrun", "p50 p90 p99 max ± log scale\nrun", true},
		{"a reason", "run 1 s\n            – p99 needs\n            688\n\noutcomes", "run 2 s\n\noutcomes", true},
		{"a proof", "client ok\nfindings    warning: bound\n              try: more\nverdict", "client ok\nverdict", true},
		{"a warning", "client ok\n   warning: its own pauses were 1 %\nverdict", "client ok\nverdict", true},
		{"bounds that are one", "(+30 % in\n all, p 0.03", "(+29 % to +30 %, p 0.03", true},
		{"runs that were made again", "5 pairs (1 run again), exact\n\nrun again   1 pair\n   was\n\nverdict", "5 pairs, exact\n\nverdict", true},
		{"a rate is no time", "500 requests/s", "500 requests", false},
	} {
		if same := cmp.Equal(shape(c.a), shape(c.b)); same != c.same {
			t.Errorf("%s: got %q and %q, want same %v", c.name, shape(c.a), shape(c.b), c.same)
		}
	}
}
