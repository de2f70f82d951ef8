//go:build unix

package cmd_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aibench/aibench/mockllm"
)

// aibench is a command that runs this program.
func aibench(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, args...)
	cmd.Args[0] = "aibench" // TestMain tells by it
	return cmd
}

// serving is a server in a process of its own.
type serving struct {
	cmd   *exec.Cmd
	url   string
	lines *bufio.Scanner
}

// startServe runs aibench serve until the test ends.
func startServe(t *testing.T, flags ...string) *serving {
	t.Helper()
	cmd := aibench(t, append([]string{"serve", "--bind", "127.0.0.1:0"}, flags...)...)
	errs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	limit := time.AfterFunc(2*time.Minute, func() { _ = cmd.Process.Kill() })
	t.Cleanup(func() {
		limit.Stop()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	s := &serving{cmd: cmd, lines: bufio.NewScanner(errs)}
	s.url = s.await(t, `^aibench serve: listening on (http://\S+), `)[1]
	return s
}

// await reads standard error up to a line that matches.
func (s *serving) await(t *testing.T, pattern string) []string {
	t.Helper()
	want := regexp.MustCompile(pattern)
	var seen []string
	for s.lines.Scan() {
		if m := want.FindStringSubmatch(s.lines.Text()); m != nil {
			return m
		}
		seen = append(seen, s.lines.Text())
	}
	t.Fatalf("standard error has no %q: %q", pattern, seen)
	return nil
}

func (s *serving) signal(t *testing.T, sig os.Signal) {
	t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

func ask(t *testing.T, url string) (*http.Response, error) {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	resp, err := (&http.Client{Transport: transport, Timeout: 20 * time.Second}).Get(url)
	if err == nil {
		t.Cleanup(func() { resp.Body.Close() })
	}
	return resp, err
}

func TestServeObeysSignals(t *testing.T) {
	t.Parallel()
	ledger := filepath.Join(t.TempDir(), "ledger")
	s := startServe(t, "-w", "2", "--ledger", ledger)
	resp, err := ask(t, s.url+"/healthz")
	if err != nil || resp.StatusCode != http.StatusOK || resp.Header.Get("X-Aibench-Worker") == "" {
		t.Fatalf("healthz: %v, %v", resp, err)
	}
	s.signal(t, syscall.SIGTTIN)
	s.await(t, `worker 3 \(pid \d+\) started`)
	s.signal(t, syscall.SIGHUP)
	s.await(t, `worker 1 \(pid \d+\) restarted`)
	s.signal(t, syscall.SIGTERM)
	s.await(t, `stopping`)
	for s.lines.Scan() {
	}
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("after TERM: %v, want exit code 0", err)
	}
	lines, err := os.ReadFile(ledger)
	if err != nil || strings.Count(string(lines), `"kind":"request"`) != 1 {
		t.Errorf("ledger %q, %v", lines, err)
	}
}

// A key on a process's command line, or in its log, is a key that all users of the machine can read.
func TestServeKeepsItsKey(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/cmdline"); err != nil {
		t.Skip("there is no /proc here to look the command line up in")
	}
	cmd := aibench(t, "serve", "--bind", "127.0.0.1:0")
	cmd.Env = append(os.Environ(), "AIBENCH_API_KEY=sk-secret")
	errs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Wait() }()
	defer func() { _ = cmd.Process.Signal(syscall.SIGQUIT) }()
	s := &serving{cmd: cmd, lines: bufio.NewScanner(errs)}
	pid := s.await(t, `worker 1 \(pid (\d+)\) started`)[1]
	s.url = s.await(t, `listening on (http://\S+),`)[1]
	line, err := os.ReadFile("/proc/" + pid + "/cmdline")
	if err != nil || strings.Contains(string(line), "sk-secret") {
		t.Errorf("worker's command line %q, %v", line, err)
	}
	resp, err := ask(t, s.url+"/v1/models")
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("without the key: %v, %v", resp, err)
	}
}

func TestChildServerEndsWithItsInput(t *testing.T) {
	t.Parallel()
	url, stop, err := mockllm.StartChild(context.Background(), aibench(t, "serve", "--child", "--bind", "127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	resp, err := ask(t, url+"/healthz")
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("healthz: %v, %v", resp, err)
	}
	stop()
	if _, err := ask(t, url+"/healthz"); err == nil {
		t.Error("the server lives on")
	}
}

// Whoever runs the child's parent from a shell presses Ctrl-C there, or kills it with -9: neither may leave a server.
func TestChildServerEndsWithItsParent(t *testing.T) {
	t.Parallel()
	cmd := aibench(t, "serve", "--child", "--bind", "127.0.0.1:0", "-w", "2")
	in, out := pipes(t, cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := ask(t, strings.TrimSpace(url)+"/healthz"); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("healthz: %v, %v", resp, err)
	}
	in.Close() // what the system does for a parent that was killed
	if err := cmd.Wait(); err != nil {
		t.Errorf("the child ended with %v, want exit code 0", err)
	}
}

func pipes(t *testing.T, cmd *exec.Cmd) (in io.WriteCloser, out io.Reader) {
	t.Helper()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err = cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	return in, out
}
