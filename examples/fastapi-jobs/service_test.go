//go:build linux

// Package fastapijobs_test runs aibench job against the service beside it, and holds what it measures against the
// workers' own log.
package fastapijobs_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"
)

// patience is how long the service may take to start, and to stop: for a machine that is busy with other tests.
const patience = time.Minute

// service is the example as its README starts it, on free ports.
type service struct {
	url  string // where jobs are submitted
	cmd  *exec.Cmd
	dir  string // that all its files are in
	log  string // the workers' own
	errs *bytes.Buffer
}

// start runs the service until stop, or the end of the test: then without grace.
func start(t *testing.T, backend string, env ...string) *service {
	t.Helper()
	dir := t.TempDir()
	s := &service{dir: dir, log: filepath.Join(t.TempDir(), "work.jsonl"), errs: new(bytes.Buffer)}
	s.cmd = exec.Command("./run", backend, "0")
	s.cmd.Env = append(append(os.Environ(), "TMPDIR="+dir, "WORK_LOG="+s.log), env...)
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	s.cmd.Stderr = s.errs
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.kill()
		_ = s.cmd.Wait()
	})
	limit := time.AfterFunc(patience, s.kill)
	defer limit.Stop()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := regexp.MustCompile(` at (http://\S+/jobs), `).FindStringSubmatch(lines.Text()); m != nil {
			s.url = m[1]
			return s
		}
	}
	_ = s.cmd.Wait()
	t.Fatalf("%s did not start:\n%s", backend, s.errs)
	return nil
}

// kill ends every process of the service: they are one process group.
func (s *service) kill() {
	if s.cmd.ProcessState == nil { // later the number may be another's
		_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
	}
}

// stop is what Ctrl-C does. Nothing of the service may be left afterwards but the log that was asked for.
func (s *service) stop(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	limit := time.AfterFunc(patience, s.kill)
	defer limit.Stop()
	if exit, ok := errors.AsType[*exec.ExitError](s.cmd.Wait()); !ok || exit.ExitCode() != 128+int(syscall.SIGTERM) {
		t.Errorf("the service ended with %v, want the exit code of a terminated shell:\n%s", exit, s.errs)
	}
	if err := syscall.Kill(-s.cmd.Process.Pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the service's processes: %v, want none", err)
	}
	if left, err := os.ReadDir(s.dir); err != nil || len(left) != 0 {
		t.Errorf("the service left %v, %v", left, err)
	}
}

// job is one line of truth: the instants are Unix time in seconds, in the order in which they passed.
type job struct {
	ID                                 string
	Submitted, Taken, Start, End, Done float64
}

// jobs are the workers' own account, by the identifier of the job.
func (s *service) jobs(t *testing.T) map[string]job {
	t.Helper()
	log, err := os.ReadFile(s.log)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]job{}
	for line := range bytes.Lines(log) {
		var id struct{ ID string }
		if err := json.Unmarshal(line, &id); err != nil {
			t.Fatalf("the workers' log has %q: %v", line, err)
		}
		j := all[id.ID]
		if err := json.Unmarshal(line, &j); err != nil {
			t.Fatalf("the workers' log has %q: %v", line, err)
		}
		all[id.ID] = j
	}
	return all
}

// need skips the test where a part of the service is not installed, or fails it where real parts are asked for.
func need(t *testing.T) {
	t.Helper()
	missing := func(what string) {
		if os.Getenv("AIBENCH_REQUIRE_REAL") == "1" {
			t.Fatalf("%s is missing, and AIBENCH_REQUIRE_REAL=1 asks for it: .ci/run packages installs it", what)
		}
		t.Skipf("%s is missing: .ci/run packages installs what this test measures", what)
	}
	for _, program := range []string{"redis-server", "redis-cli", "setpriv", "/usr/bin/python3"} {
		if _, err := exec.LookPath(program); err != nil {
			missing(program)
		}
	}
	const find = `import importlib.util as u, sys; sys.exit(" ".join(m for m in sys.argv[1:] if not u.find_spec(m)) or None)`
	modules := []string{"-c", find, "fastapi", "uvicorn", "gunicorn", "redis", "rq", "celery"}
	if out, err := exec.Command("/usr/bin/python3", modules...).CombinedOutput(); err != nil {
		missing("python3: " + string(bytes.TrimSpace(out)))
	}
}
