//go:build unix

package cmd_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// A job's questions and the connection on which it listens go where its
// submission went, not to what its URL says.
func TestJobsGoWhereConnectToSays(t *testing.T) {
	t.Parallel()
	s := startServe(t, "--queue", "memory", "--job-time", "20ms")
	for _, wait := range []string{"poll", "ws", "sse"} {
		t.Run(wait, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "s.samples.jsonl.gz")
			runJobs(t, "http://example.invalid", "--connect-to", strings.TrimPrefix(s.url, "http://"),
				"--wait", wait, "-n", "4", "-c", "2", "--poll-interval", "fixed:10ms", "-o", file)
			samples, _ := readJobs(t, file)
			for _, j := range samples {
				if j.outcome != "ok" {
					t.Errorf("got %s, want ok", j.outcome)
				}
			}
			if len(samples) != 4 {
				t.Errorf("%d samples, want 4", len(samples))
			}
		})
	}
}
