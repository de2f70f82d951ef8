//go:build unix

package cmd_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/aibench/aibench/report"
)

// A server of which every third answer fails is let go of after a few seconds
// of ten minutes, and the run says why.
func TestAFailingServerEndsTheRun(t *testing.T) {
	t.Parallel()
	s := startServe(t, "--fault", "kind=status; status=503; p=0.33", "--seed", "1", "--ttft", "5ms", "--itl", "1ms")
	file := filepath.Join(t.TempDir(), "run.json")
	out, err := aibench(t, "stream", s.url, "-c", "4", "-d", "10m", "--output-tokens", "5", "-o", file,
		"--threshold", "ttft.p50<20s", "--abort-on", "errors>99%", "--abort-on", "server_error>10%").CombinedOutput()
	// 97: the machine was busy.
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 99 && exit.ExitCode() != 97 {
		t.Fatalf("%v, want exit code 99\n%s", err, out)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	run, err := report.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	why := run.Aborted
	if why == nil || why.Expr != "server_error>10%" || why.Value < 0.1 || why.Value > 0.9 || run.Ending != "aborted" {
		t.Errorf("aborted %+v, ending %s\n%s", why, run.Ending, out)
	}
	if len(run.Thresholds) != 1 || !run.Thresholds[0].OK {
		t.Errorf("thresholds are judged all the same: %+v", run.Thresholds)
	}
}
