//go:build unix

package cmd_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// ledgerLine is what the server says it did.
type ledgerLine struct {
	Kind, ID, Path, Finish string
	Tokens                 int
	WritesNS               []int64 `json:"writes_ns"`
	Fault                  *string
	ClientGone             bool `json:"client_gone"`
}

// sampleLine is what the client says it received.
type sampleLine struct {
	Type, Outcome  string
	Seq            int64
	ID             *string
	Tokens, Chunks int
	AtNS           int64  `json:"at_ns"`
	EpochMonoNS    *int64 `json:"epoch_mono_ns"`
}

// TestEveryTokenIsInTheLedger holds the client's raw samples against the
// ledger of a server of two worker processes, request by request: no token
// lost, none counted twice, none before it was sent, and each failure in its
// class.
func TestEveryTokenIsInTheLedger(t *testing.T) {
	tests := []struct {
		fault   string
		outcome string // of a request that the fault struck
	}{
		{"", "ok"},
		{"kind=block; ms=30", "ok"},
		{"kind=cpu; ms=30", "ok"},
		{"kind=stall; ms=30; after=3", "ok"},
		{"kind=duplicate; after=3", "ok"},
		{"kind=status; status=503", "server_error"},
		{"kind=status; status=429; retry_after=1", "throttled"},
		{"kind=sse_error; after=3", "in_band_error"},
		{"kind=eof; after=3", "truncated"},
		{"kind=abort; after=3", "reset"},
		{"kind=malformed; after=3", "malformed"},
		{"kind=crash; after=3; times=1; key=k", "truncated"},
	}
	for _, tt := range tests {
		t.Run(tt.fault, func(t *testing.T) {
			t.Parallel()
			reconcile(t, tt.fault, tt.outcome)
		})
	}
}

func reconcile(t *testing.T, fault, outcome string) {
	dir := t.TempDir()
	ledger, samples := filepath.Join(dir, "ledger"), filepath.Join(dir, "s.samples.jsonl.gz")
	s := startServe(t, "-w", "2", "--ledger", ledger, "--faults", "--ttft", "5ms", "--itl", "2ms")
	args := []string{"stream", s.url, "-c", "8", "-n", "40", "--output-tokens", "10", "-o", samples, "-q"}
	if fault != "" {
		args = append(args, "-H", "X-Aibench-Fault: "+fault)
	}
	out, err := aibench(t, args...).CombinedOutput()
	// 97: the machine was busy. 1: the fault leaves nothing to measure.
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() != 97 && exit.ExitCode() != 1) {
		t.Fatalf("%v\n%s", err, out)
	}
	s.signal(t, syscall.SIGTERM)
	for s.lines.Scan() {
	}

	truth := map[string]ledgerLine{}
	for _, l := range readLines[ledgerLine](t, open(t, ledger, false)) {
		if l.Kind == "request" {
			truth[l.ID] = l
		}
	}
	compare(t, truth, readLines[sampleLine](t, open(t, samples, true)), outcome, fault)
}

// compare holds each sample against the ledger's line of the same request.
func compare(t *testing.T, truth map[string]ledgerLine, samples []sampleLine, outcome, fault string) {
	t.Helper()
	arrivals := map[int64][]int64{}
	var epoch *int64
	for _, l := range samples {
		switch l.Type {
		case "run":
			epoch = l.EpochMonoNS
		case "chunk":
			arrivals[l.Seq] = append(arrivals[l.Seq], l.AtNS)
		}
	}
	seen, nameless := 0, 0
	for _, l := range samples {
		if l.Type != "request" {
			continue
		}
		seen++
		if l.ID == nil {
			if l.Outcome == "reset" && strings.Contains(fault, "crash") {
				nameless++ // the worker died with the request unread in its socket, or the head unsent
				continue
			}
			t.Errorf("request %d has no id; it ended %s", l.Seq, l.Outcome)
			continue
		}
		said, ok := truth[*l.ID]
		if !ok {
			t.Errorf("request %s is not in the ledger", *l.ID)
			continue
		}
		delete(truth, *l.ID)
		compareOne(t, said, l, arrivals[l.Seq], epoch)
		want := expected(said, outcome, fault)
		if torn := said.Finish == "crash" || said.Finish == "killed"; l.Outcome != want && (!torn || l.Outcome != "reset") {
			t.Errorf("request %s: outcome %s, want %s (ledger: %s)", said.ID, l.Outcome, want, said.Finish)
		}
	}
	for id, said := range truth {
		if unheard := said.Finish == "" && said.Tokens == 0; unheard || said.Finish == "crash" || said.Finish == "killed" {
			delete(truth, id)
			nameless--
		}
	}
	if seen != 40 || len(truth) != 0 || nameless < 0 {
		t.Errorf("%d requests, want 40; only in the ledger: %v, and %d that no nameless one can be", seen, truth, max(-nameless, 0))
	}
}

// expected: a crash takes the worker's other streams with it, which end in
// mid-body like the one that caused it.
func expected(said ledgerLine, outcome, fault string) string {
	struck := said.Fault != nil || said.Finish == "crash" || said.Finish == "killed"
	if fault != "" && !struck {
		return "ok"
	}
	return outcome
}

func compareOne(t *testing.T, said ledgerLine, l sampleLine, arrivals []int64, epoch *int64) {
	t.Helper()
	// What a connection reset or a dying worker had in its socket is lost to
	// the client, never more than was written.
	lossy := said.Finish == "abort" || said.Finish == "crash" || said.Finish == "killed"
	if l.Chunks > said.Tokens || l.Chunks < said.Tokens && !lossy || len(arrivals) != l.Chunks {
		t.Errorf("request %s: %d chunks in its sum and %d by their lines, %d tokens in the ledger", said.ID, l.Chunks, len(arrivals), said.Tokens)
		return
	}
	if epoch == nil {
		return
	}
	for i, at := range arrivals {
		// A millisecond for a clock that is being slewed meanwhile.
		if sent := said.WritesNS[i] - *epoch; at < sent-int64(time.Millisecond) {
			t.Errorf("request %s: token %d arrived %v before it was sent", said.ID, i, time.Duration(sent-at))
		}
	}
}

func open(t *testing.T, name string, zipped bool) io.Reader {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if !zipped {
		return f
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func readLines[T any](t *testing.T, r io.Reader) []T {
	t.Helper()
	var all []T
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var l T
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(fmt.Errorf("%w in %s", err, lines.Bytes()))
		}
		all = append(all, l)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
