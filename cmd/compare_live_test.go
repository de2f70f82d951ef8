//go:build unix

package cmd

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// numbered makes the command of a server that writes its number to a file and
// that, from the n-th start on, runs the rest of the script instead.
func numbered(t *testing.T, n int, instead string) (command, pids string) {
	t.Helper()
	dir := t.TempDir()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(program, filepath.Join(dir, "aibench")); err != nil { // TestMain tells by the name
		t.Fatal(err)
	}
	pids = filepath.Join(dir, "pids")
	script := filepath.Join(dir, "serve.sh")
	text := "echo $$ >> " + pids + "\n[ $(cat " + pids + " | wc -l) -lt " + strconv.Itoa(n) + " ] || " + instead + "\n" +
		"exec " + filepath.Join(dir, "aibench") + ` serve --ttft 1ms --itl 1ms --bind "$1"` + "\n"
	if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return "sh " + script + " {addr}", pids
}

// awaitLines waits until a file has so many lines, and gives them.
func awaitLines(ctx context.Context, name string, n int) []string {
	return strings.Fields(awaitText(ctx, name, func(text string) bool { return len(strings.Fields(text)) >= n }))
}

// awaitText waits until what a file holds is enough, and gives it.
func awaitText(ctx context.Context, name string, enough func(string) bool) string {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		b, _ := os.ReadFile(name)
		if enough(string(b)) {
			return string(b)
		}
		<-tick.C
	}
	return ""
}

// A run that is cut is no run: with the first of all nothing is decided, and
// what was sent is reported all the same.
func TestStoppedInTheFirstRun(t *testing.T) {
	t.Parallel()
	url, arrived := stuckServer(t)
	app, out, errs := testApp(nil)
	signals := make(chan os.Signal, 2)
	app.Signals = func(...os.Signal) (<-chan os.Signal, func()) { return signals, func() {} }
	go func() {
		<-arrived
		signals <- os.Interrupt
	}()
	code := app.Main(t.Context(), []string{"compare", "--base", url, "--head", url, "--", "stream", "-c", "1", "-d", "1h", "--warmup", "1ms", "-t", "0"})
	early := strings.Contains(out.String(), "partial: ended before the first pair was complete; nothing is")
	if code != 130 || !early || !strings.Contains(errs.String(), "stopping: this run is cut") {
		t.Errorf("exit %d, said %q and %q", code, out, errs)
	}
}

// A signal cuts the run that goes on: what the finished pairs say is reported,
// nothing is decided, and no server is left.
func TestStoppedComparison(t *testing.T) {
	load := []string{"--", "stream", "-n", "4", "-c", "1", "--output-tokens", "2"}
	tests := []struct {
		name    string
		starts  int    // servers that are started before the signal
		instead string // what the last of them does
		load    []string
		sig     os.Signal
		code    int
		said    string
	}{
		{"in the second pair, while a server starts", 3, "exec sleep 1000", load, os.Interrupt, 130,
			"partial: ended after 1 of 7 pairs; nothing is decided"},
		{"while the first server starts", 1, "true", []string{"--", "stream", "-d", "1h", "-c", "1"}, syscall.SIGTERM, 143, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			command, pids := numbered(t, tt.starts, tt.instead)
			app, out, errs := testApp(nil)
			signals := make(chan os.Signal, 2)
			app.Signals = func(...os.Signal) (<-chan os.Signal, func()) { return signals, func() {} }
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			var started []string
			done := make(chan struct{})
			go func() {
				defer close(done)
				started = awaitLines(ctx, pids, tt.starts)
				signals <- tt.sig
			}()
			file := filepath.Join(t.TempDir(), "c.json")
			code := app.Main(ctx, append([]string{"gate", "--aa", "--serve", command, "--pairs", "7", "--spare", "0", "-o", file}, tt.load...))
			<-done
			if code != tt.code || !strings.Contains(out.String(), tt.said) || tt.said == "" && out.Len() > 0 {
				t.Errorf("exit %d, want %d; said %q, want %q; %s", code, tt.code, out, tt.said, errs)
			}
			if !strings.Contains(errs.String(), "stopping: this run is cut") {
				t.Errorf("nobody is told: %s", errs)
			}
			if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), `"undecidable"`) {
				t.Errorf("the file of -o: %s, %v", text, err)
			}
			if len(started) != tt.starts {
				t.Fatalf("%d servers were started, want %d", len(started), tt.starts)
			}
			for _, text := range started {
				if pid, err := strconv.Atoi(text); err != nil || syscall.Kill(pid, 0) == nil {
					t.Errorf("server %s is still there", text)
				}
			}
		})
	}
}

// The second signal waits for nobody: a server that does not end when it is
// asked to is killed.
func TestLeftAtOnce(t *testing.T) {
	t.Parallel()
	command, pids := numbered(t, 1, `{
		trap '' TERM
		$(dirname "$0")/aibench serve --ttft 1ms --itl 1ms --bind "$1" --ledger "$(dirname "$0")/ledger" & wait
		exec sleep 1000
	}`)
	app, _, errs := testApp(nil)
	signals := make(chan os.Signal, 2)
	app.Signals = func(...os.Signal) (<-chan os.Signal, func()) { return signals, func() {} }
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		ledger := filepath.Join(filepath.Dir(pids), "ledger")
		awaitText(ctx, ledger, func(text string) bool { return strings.Contains(text, `"request"`) })
		signals <- os.Interrupt
		signals <- os.Interrupt
	}()
	code := app.Main(ctx, []string{"compare", "--aa", "--serve", command, "--", "stream", "-d", "1h", "-c", "1", "--output-tokens", "2"})
	<-done
	if code != 130 || strings.Contains(errs.String(), "had to be killed") {
		t.Errorf("exit %d, want 130; said %s: want no word of a server that had no time to end", code, errs)
	}
	started := awaitLines(ctx, pids, 1)
	if pid, err := strconv.Atoi(started[0]); err != nil || syscall.Kill(pid, 0) == nil {
		t.Errorf("server %s is still there", started)
	}
}
