//go:build unix

package mockllm

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
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
		Command:    command,
		JobCommand: selfJobWorker,
		Log:        logIn,
		Ready:      func(s Serving) { fmt.Fprintln(logIn, "ready", s.Address) },
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

// events returns the ledger's worker lines as "event number", those of job workers as "job event number".
func (c *court) events() []string {
	var events []string
	for _, line := range readLedger(c.t, c.ledger, "worker") {
		if line.Role != "" {
			line.Event = line.Role + " " + line.Event
		}
		events = append(events, fmt.Sprint(line.Event, " ", line.Worker))
	}
	return events
}

// awaitFreeze returns when the worker that has accepted conn answers no more: what is sent now must be left without an
// answer for some time. Until the freeze begins others are answered, or get stuck in it.
func (c *court) awaitFreeze(conn net.Conn) {
	c.t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond)); err != nil {
		c.t.Fatal(err)
	}
	if n, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		c.t.Fatalf("the worker is not frozen: %d bytes, %v", n, err)
	}
}
