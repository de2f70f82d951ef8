//go:build unix

package mockllm

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestWorkersShareTheListener(t *testing.T) {
	t.Parallel()
	c := startArbiter(t, Config{Workers: 2})
	seen := map[string]bool{}
	for deadline := time.Now().Add(patience); len(seen) < 2; {
		_, worker, err := c.get("/healthz", "")
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("workers that answered: %v (%v), want two", seen, err)
		}
		seen[worker] = true
	}
	c.stop()
	events := c.events()
	slices.Sort(events)
	if want := []string{"exit 1", "exit 2", "start 1", "start 2"}; !slices.Equal(events, want) {
		t.Errorf("worker events %q, want %q", events, want)
	}
}

func TestFrozenWorkerIsKilledAndReplaced(t *testing.T) {
	t.Parallel()
	c := startArbiter(t, Config{Timeout: 500 * time.Millisecond, AllowFaults: true, ITL: 10 * time.Millisecond, TTFT: time.Millisecond})
	stream := c.stream(100_000)
	start := time.Now()
	if _, _, err := c.get("/v1/models", "kind=block; ms=60000"); err == nil {
		t.Error("the request that blocks got an answer")
	}
	if _, err := io.Copy(io.Discard, stream); err == nil {
		t.Error("the stream ended well")
	}
	c.await(`worker 1 \(pid \d+\) killed: no heartbeat for`)
	c.await(`worker 1 \(pid \d+\) restarted`)
	if status, _, err := c.get("/healthz", ""); status != 200 {
		t.Errorf("the replacement answers %d, %v", status, err)
	}
	if took := time.Since(start); took < 350*time.Millisecond {
		t.Errorf("killed and replaced after %v, before its time", took)
	}
	c.stop()
	if events, want := c.events(), []string{"start 1", "killed 1", "restarted 1", "exit 1"}; !slices.Equal(events, want) {
		t.Errorf("worker events %q, want %q", events, want)
	}
	requests := readLedger(t, c.ledger, "request")
	if len(requests) != 3 || requests[0].finish() != "killed" || requests[1].finish() != "killed" {
		t.Errorf("request lines %+v, want two killed ones and the health check", requests)
	}
	blocks := readLedger(t, c.ledger, "block")
	if len(blocks) != 1 || blocks[0].Path != "/v1/models" || blocks[0].Start == 0 || blocks[0].End-blocks[0].Start > int64(patience) {
		t.Errorf("block lines %+v, want one that ends with the worker", blocks)
	}
}

// On a shared listener a new connection goes to a worker that can take it, never to the queue of a frozen one.
func TestFrozenWorkerLeavesConnectionsToOthers(t *testing.T) {
	t.Parallel()
	c := startArbiter(t, Config{Workers: 2, AllowFaults: true})
	conn, err := net.Dial("tcp", strings.TrimPrefix(c.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	frozen := resp.Header.Get("X-Aibench-Worker")
	if _, err := io.WriteString(conn, "GET /v1/models HTTP/1.1\r\nHost: h\r\n"+faultHeader+": kind=block; ms=60000\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	c.awaitFreeze(conn)
	for i := range 20 {
		if _, worker, err := c.get("/healthz", ""); err != nil || worker == frozen {
			t.Fatalf("request %d: worker %s (%v); worker %s is frozen", i, worker, err, frozen)
		}
	}
}

func TestCrashedWorkerIsReplaced(t *testing.T) {
	t.Parallel()
	c := startArbiter(t, Config{AllowFaults: true})
	if _, _, err := c.get("/v1/models", "kind=crash"); err == nil {
		t.Error("the request that crashes got an answer")
	}
	c.await(`worker 1 \(pid \d+\) ended: exit status 1`)
	c.await(`worker 1 \(pid \d+\) restarted`)
	if status, _, err := c.get("/healthz", ""); status != 200 {
		t.Errorf("the replacement answers %d, %v", status, err)
	}
	c.stop()
	if lines := readLedger(t, c.ledger, "request"); len(lines) != 2 || lines[0].Fault == nil || *lines[0].Fault != "crash" {
		t.Errorf("request lines %+v, want the crash and the health check", lines)
	}
}

func TestGracefulStopLosesNothing(t *testing.T) {
	t.Parallel()
	c := startArbiter(t, Config{Workers: 2, ITL: 2 * time.Millisecond, TTFT: time.Millisecond})
	const streams, tokens = 8, 50
	var bodies []io.Reader
	for range streams {
		bodies = append(bodies, c.stream(tokens))
	}
	c.order(Stop)
	for i, body := range bodies {
		text, err := io.ReadAll(body)
		if err != nil || !strings.Contains(string(text), "[DONE]") {
			t.Errorf("stream %d: %v, ends with %q", i, err, text[max(0, len(text)-40):])
		}
	}
	if err := c.wait(); err != nil {
		t.Errorf("run: %v", err)
	}
	if _, _, err := c.get("/healthz", ""); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("after the stop: %v, want a refused connection", err)
	}
	lines := readLedger(t, c.ledger, "request")
	for _, line := range lines {
		if line.Tokens != tokens || len(line.Writes) != tokens || line.finish() != "length" {
			t.Errorf("request line of %d tokens, finish %s", line.Tokens, line.finish())
		}
	}
	if len(lines) != streams {
		t.Errorf("%d request lines, want %d", len(lines), streams)
	}
}

func TestSecondStopIsAtOnceAndLosesNoLine(t *testing.T) {
	t.Parallel()
	c := startArbiter(t, Config{Workers: 2, ITL: 10 * time.Millisecond, TTFT: time.Millisecond})
	for range 6 {
		c.stream(1_000_000)
	}
	c.order(Stop)
	c.stop()
	lines := readLedger(t, c.ledger, "request")
	for _, line := range lines {
		if line.finish() != "killed" || line.Tokens < 1 || line.Tokens != len(line.Writes) {
			t.Errorf("request line of %d tokens, %d writes, finish %s", line.Tokens, len(line.Writes), line.finish())
		}
	}
	if len(lines) != 6 {
		t.Errorf("%d request lines, want 6", len(lines))
	}
}

func TestGracefulTimeoutEndsWorkers(t *testing.T) {
	t.Parallel()
	c := startArbiter(t, Config{GracefulTimeout: 100 * time.Millisecond, ITL: 10 * time.Millisecond, TTFT: time.Millisecond})
	c.stream(1_000_000)
	c.stop()
	if lines := readLedger(t, c.ledger, "request"); len(lines) != 1 || lines[0].finish() != "killed" {
		t.Errorf("request lines %+v, want a killed one", lines)
	}
}

func TestReloadReplacesEveryWorker(t *testing.T) {
	t.Parallel()
	c := startArbiter(t, Config{Workers: 2, ITL: 2 * time.Millisecond, TTFT: time.Millisecond})
	body := c.stream(50)
	c.order(Reload)
	c.await(`worker 1 \(pid \d+\) restarted`)
	if text, err := io.ReadAll(body); err != nil || !strings.Contains(string(text), "[DONE]") {
		t.Errorf("a stream across the reload: %v", err)
	}
	c.await(`worker 2 \(pid \d+\) restarted`)
	if status, _, err := c.get("/healthz", ""); status != 200 {
		t.Errorf("after the reload: %d, %v", status, err)
	}
	c.stop()
	pids := map[int]bool{}
	for _, line := range readLedger(t, c.ledger, "worker") {
		pids[line.PID] = true
	}
	events := c.events()
	slices.Sort(events)
	want := []string{"exit 1", "exit 1", "exit 2", "exit 2", "restarted 1", "restarted 2", "start 1", "start 2"}
	if len(pids) != 4 || !slices.Equal(events, want) {
		t.Errorf("%d processes, events %q, want 4 and %q", len(pids), events, want)
	}
}

func TestMoreAndFewerWorkers(t *testing.T) {
	t.Parallel()
	c := startArbiter(t, Config{Workers: 1})
	c.order(More)
	c.await(`^2 workers`)
	c.await(`worker 2 \(pid \d+\) started`)
	c.order(Fewer)
	c.await(`^1 worker wanted`)
	c.order(Fewer)
	c.await(`one worker is the least`)
	c.stop()
	events := c.events()
	slices.Sort(events)
	if want := []string{"exit 1", "exit 2", "start 1", "start 2"}; !slices.Equal(events, want) {
		// A worker that is told to go before it hears signals dies of it, which is an exit as well.
		t.Errorf("worker events %q, want %q", events, want)
	}
}

func TestMaxRequestsRecyclesWorkers(t *testing.T) {
	t.Parallel()
	c := startArbiter(t, Config{MaxRequests: 2})
	for range 6 {
		if status, _, err := c.get("/healthz", ""); status != 200 {
			t.Fatalf("%d, %v", status, err)
		}
	}
	c.await(`restarted`)
	c.await(`restarted`)
}

func TestWorkersThatDoNotBeginMakeTheArbiterGiveUp(t *testing.T) {
	t.Parallel()
	cfg := Config{Workers: 2}
	c := newCourt(t, &cfg, func() *exec.Cmd { return self("mute") })
	err := c.wait()
	if err == nil || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("run: %v, want the worker's end", err)
	}
	if n := len(c.events()); n > 2*(maxBootFailures+2) {
		t.Errorf("%d worker events: a restart storm", n)
	}
}

// A worker that outlived its arbiter would hold the port and serve on for ever.
func TestKilledArbiterLeavesNoOrphans(t *testing.T) {
	t.Parallel()
	cfg := Config{Bind: "127.0.0.1:0", Workers: 2, Ledger: filepath.Join(t.TempDir(), "ledger"), ITL: 10 * time.Millisecond, TTFT: time.Millisecond}
	cmd := self("arbiter")
	in, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin = strings.NewReader(string(in))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	// The workers inherit standard error: reading it to its end waits for all of them.
	cmd.Stderr = nil
	errs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &court{t: t, ledger: cfg.Ledger, lines: make(chan string, 1000)}
	go c.collect(out)
	var pids []int
	for range 2 {
		pid, err := strconv.Atoi(c.await(`worker \d \(pid (\d+)\) started`)[1])
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	c.base = c.await(`ready (\S+)`)[1]
	c.stream(1_000_000)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(io.Discard, errs)
		_ = cmd.Wait()
	}()
	select {
	case <-done:
	case <-time.After(patience):
		for _, pid := range pids {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		t.Fatalf("workers %v live on", pids)
	}
	if lines := readLedger(t, c.ledger, "request"); len(lines) != 1 || lines[0].finish() != "killed" {
		t.Errorf("request lines %+v, want a killed one", lines)
	}
}
