//go:build unix

package cmd_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// What takes minutes and a quiet machine runs when it is asked for:
//
//	AIBENCH_LONG=1 go test ./cmd -run TestGate -v -timeout 60m

// gateFor runs gate against the reference server, and gives its exit code and
// what it wrote.
func gateFor(t *testing.T, args ...string) (code int, out string) {
	t.Helper()
	if os.Getenv("AIBENCH_LONG") != "1" {
		t.Skip("AIBENCH_LONG=1 runs what takes minutes")
	}
	cmd := aibench(t, append([]string{"gate", "-q"}, args...)...)
	dir := t.TempDir() // for the servers, which are started by name
	if err := os.Symlink(cmd.Path, filepath.Join(dir, "aibench")); err != nil {
		t.Fatal(err)
	}
	cmd.Env = append(os.Environ(), "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	text, err := cmd.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), string(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0, string(text)
}

// validGateFor does the same a few times at most, until the rest of the machine
// does not spoil it.
func validGateFor(t *testing.T, args ...string) (code int, out string) {
	t.Helper()
	for range 3 {
		if code, out = gateFor(t, args...); code != 97 {
			break
		}
	}
	return code, out
}

// servingAt is a --serve of the reference server whose tokens are slower by a
// factor.
func servingAt(factor float64) string {
	return fmt.Sprintf("aibench serve --bind {addr} --ttft %.1fms --itl %.1fms", 50*factor, 5*factor)
}

// A server that is 30 % slower is found.
func TestGateFindsARegression(t *testing.T) {
	code, out := validGateFor(t, "--serve", "base="+servingAt(1), "--serve", "head="+servingAt(1.3),
		"--", "stream", "-c", "20", "-d", "2s", "--output-tokens", "20")
	t.Log(out)
	if code != 98 {
		t.Errorf("exit %d, want 98", code)
	}
}

// Against itself, a server is called worse no more often than declared. Of 20
// gates at α 0.05 three or more false alarms would come up in 8 of 100 tests;
// one is what the promise of the gate allows.
func TestGateAgainstItself(t *testing.T) {
	const gates = 20
	alarms := 0
	codes := map[int]int{}
	for i := range gates {
		code, out := validGateFor(t, "--serve", "base="+servingAt(1), "--serve", "head="+servingAt(1), "--seed", strconv.Itoa(i+1),
			"--", "stream", "-c", "20", "-d", "1s", "--output-tokens", "10")
		codes[code]++
		if code == 98 {
			alarms++
			t.Log(out)
		}
		t.Logf("gate %d: exit %d", i+1, code)
	}
	t.Logf("%d false alarms in %d gates: observed rate %.2f, declared 0.05; by exit code %v", alarms, gates, float64(alarms)/gates, codes)
	if alarms > 1 {
		t.Errorf("%d false alarms in %d gates, want at most 1", alarms, gates)
	}
}

// A client without the processor time that it needs makes no verdict.
func TestGateOnASaturatedClient(t *testing.T) {
	t.Setenv("GOMAXPROCS", "1")
	code, out := gateFor(t, "--serve", "base=GOMAXPROCS=2 "+servingAt(1)+" --workers 4", "--serve", "head=GOMAXPROCS=2 "+servingAt(1)+" --workers 4",
		"--", "stream", "-c", "2000", "-d", "1s", "--output-tokens", "50", "--drain", "5s")
	t.Log(out)
	if code != 97 || !strings.Contains(out, "invalid: the client, not the server, was the limit") {
		t.Errorf("exit %d, want 97", code)
	}
}
