//go:build unix

package mockllm

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// court is an arbiter with real worker processes.
type court struct {
	t      *testing.T
	base   string
	ledger string
	lines  chan string
	orders chan Order
	result chan error
}

// startArbiter serves cfg on a free port until the test ends.
func startArbiter(t *testing.T, cfg Config) *court {
	t.Helper()
	c := newCourt(t, &cfg, selfWorker)
	c.base = c.await(`ready (\S+)`)[1]
	return c
}

// newCourt starts an arbiter of such workers.
func newCourt(t *testing.T, cfg *Config, command func() *exec.Cmd) *court {
	t.Helper()
	if cfg.Bind == "" {
		cfg.Bind = "127.0.0.1:0"
	}
	cfg.Ledger = filepath.Join(t.TempDir(), "ledger")
	c := &court{t: t, ledger: cfg.Ledger, lines: make(chan string, 1000), orders: make(chan Order), result: make(chan error, 1)}
	log, logIn := io.Pipe()
	a, err := NewArbiter(*cfg, ArbiterOptions{
		Command: command,
		Log:     logIn,
		Ready:   func(s Serving) { fmt.Fprintln(logIn, "ready", s.Address) },
	})
	if err != nil {
		t.Fatal(err)
	}
	go c.collect(log)
	go func() {
		c.result <- a.Run(c.orders)
		logIn.Close()
	}()
	t.Cleanup(c.end)
	return c
}

// collect takes the log apart.
func (c *court) collect(log io.Reader) {
	defer close(c.lines)
	for s := bufio.NewScanner(log); s.Scan(); {
		c.lines <- s.Text()
	}
}

// await returns the first line that matches, and its groups; the lines before it are lost.
func (c *court) await(pattern string) []string {
	c.t.Helper()
	want := regexp.MustCompile(pattern)
	timeout := time.After(patience)
	var seen []string
	for {
		select {
		case line, ok := <-c.lines:
			if !ok {
				c.t.Fatalf("the log ended without %q: %q", pattern, seen)
			}
			if m := want.FindStringSubmatch(line); m != nil {
				return m
			}
			seen = append(seen, line)
		case <-timeout:
			c.t.Fatalf("the log has no %q after %v: %q", pattern, patience, seen)
		}
	}
}

func (c *court) order(o Order) {
	c.t.Helper()
	select {
	case c.orders <- o:
	case <-time.After(patience):
		c.t.Fatalf("order %d was not taken", o)
	}
}

// stop ends the arbiter gracefully.
func (c *court) stop() {
	c.t.Helper()
	c.order(Stop)
	if err := c.wait(); err != nil {
		c.t.Errorf("run: %v", err)
	}
}

// wait returns what Run returned.
func (c *court) wait() error {
	c.t.Helper()
	select {
	case err := <-c.result:
		c.result <- err
		return err
	case <-time.After(patience):
		c.t.Fatal("the arbiter goes on")
		return nil
	}
}

func (c *court) end() {
	go func() {
		for range c.lines {
		}
	}()
	for {
		select {
		case c.orders <- Quit:
		case <-c.result:
			return
		}
	}
}

// get returns an answer and the number of the worker that gave it. It uses a new connection.
func (c *court) get(path, fault string) (status int, worker string, err error) {
	c.t.Helper()
	req, err := http.NewRequest(http.MethodGet, c.base+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	if fault != "" {
		req.Header.Set(faultHeader, fault)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
	resp, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, resp.Header.Get("X-Aibench-Worker"), err
}

// stream begins a stream of n tokens and returns its body once the first token is there.
func (c *court) stream(n int) io.ReadCloser {
	c.t.Helper()
	body := fmt.Sprintf(`{"model":"mock-1","stream":true,"max_tokens":%d,"messages":[{"role":"user","content":"hi"}]}`, n)
	transport := &http.Transport{}
	c.t.Cleanup(transport.CloseIdleConnections)
	client := http.Client{Transport: transport}
	resp, err := client.Post(c.base+"/v1/chat/completions", "application/json", strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		c.t.Fatalf("stream: status %d", resp.StatusCode)
	}
	c.t.Cleanup(func() { resp.Body.Close() })
	for s := bufio.NewReader(resp.Body); ; {
		line, err := s.ReadString('\n')
		if err != nil {
			c.t.Fatal(err)
		}
		if strings.Contains(line, " t0") || strings.Contains(line, "t1") {
			return struct {
				io.Reader
				io.Closer
			}{s, resp.Body}
		}
	}
}

// events returns the ledger's worker lines as "event number".
func (c *court) events() []string {
	var events []string
	for _, line := range readLedger(c.t, c.ledger, "worker") {
		events = append(events, fmt.Sprint(line.Event, " ", line.Worker))
	}
	return events
}

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
	c.await(`^1 workers`)
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

func TestUnixSocket(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s")
	stale, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	stale.(*net.UnixListener).SetUnlinkOnClose(false)
	stale.Close()
	c := startArbiter(t, Config{Bind: "unix:" + path})
	if c.base != "unix:"+path {
		t.Errorf("ready at %q", c.base)
	}
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		},
	}}
	resp, err := client.Get("http://server/healthz")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	second, err := NewArbiter(Config{Bind: "unix:" + path}, ArbiterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Run(nil); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("a second server on the socket: %v", err)
	}
	c.stop()
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket file is still there: %v", err)
	}
}

func TestSocketPathIsNotTakenFromAFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "precious")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := NewArbiter(Config{Bind: "unix:" + path}, ArbiterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Run(nil); !errors.Is(err, os.ErrExist) {
		t.Errorf("run: %v, want that a file exists", err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func TestPortInUse(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	a, err := NewArbiter(Config{Bind: ln.Addr().String()}, ArbiterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Run(nil); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("run: %v", err)
	}
}
