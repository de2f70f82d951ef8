package compare

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aibench/aibench/report"
)

func TestDifferences(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*report.Run) // of head's last run
		want   []Difference
	}{
		{"nothing", func(*report.Run) {}, nil},
		{"another server", func(run *report.Run) { run.Target.URL = "http://127.0.0.1:9000/v1/chat/completions" }, nil},
		{"load", func(run *report.Run) {
			run.Load.Kind, run.Load.Concurrency, run.Load.RatePerS = "open", nil, new(50.0)
		}, []Difference{
			{"load.kind", "closed", "open", "head"}, {"load.concurrency", "100", "none", "head"}, {"load.rate_per_s", "none", "50", "head"},
		}},
		{"length", func(run *report.Run) { run.Load.DurationS, run.Load.WarmupS = new(20.0), 2 }, []Difference{
			{"load.duration_s", "10", "20", "head"}, {"load.warmup_s", "0", "2", "head"},
		}},
		{"dialect", func(run *report.Run) { run.Target.Dialect, run.Target.Protocol = new("anthropic"), "HTTP/2.0" }, []Difference{
			{"target.dialect", "openai-chat", "anthropic", "head"}, {"target.protocol", "HTTP/1.1", "HTTP/2.0", "head"},
		}},
		{"a dialect that a starved client never learned", func(run *report.Run) { run.Target.Dialect = nil }, nil},
		{"stopped", func(run *report.Run) { run.Ending = "stopped" }, []Difference{{"ending", "completed", "stopped", "head"}}},
		{"an ending that is left out", func(run *report.Run) { run.Ending = "" }, nil},
		{"aborted", func(run *report.Run) {
			run.Ending, run.Aborted = "stopped", &report.Aborted{Expr: "errors>20%"}
		}, []Difference{{"ending", "completed", "aborted by errors>20%", "head"}}},
		{"steered", func(run *report.Run) { run.Load.Steered = []report.Steered{{}, {}} },
			[]Difference{{"load.steered", "none", "2 changes by hand", "head"}}},
		{"machine", func(run *report.Run) { run.Environment.CPUs, run.Environment.CPUModel = 64, nil }, []Difference{
			{"environment.cpus", "2", "64", "head"}, {"environment.cpu_model", "a processor", "none", "head"},
		}},
		{"a patch of aibench", func(run *report.Run) { run.Environment.Version = "v1.2.9" }, nil},
		{"another aibench", func(run *report.Run) { run.Environment.Version = "v1.3.0" },
			[]Difference{{"environment.version", "v1.2.3", "v1.3.0", "head"}}},
		{"an unreleased aibench", func(run *report.Run) { run.Environment.Version = "devel" },
			[]Difference{{"environment.version", "v1.2.3", "devel", "head"}}},
		{"seed", func(run *report.Run) { run.Seed = 99 }, []Difference{{"seed of pair 8", "7", "99", "head"}}},
		{"another pair", func(run *report.Run) { run.Pair = new(3) }, []Difference{{"pair of run 8", "8", "3", "head"}}},
		{"what was asked", func(run *report.Run) {
			run.Command = []string{"aibench", "stream", "--output-tokens=512", "-b{}", "-c", "100", "--model", "m"}
		}, []Difference{
			{"command.body", "", "{}", "head"}, {"command.model", "", "m", "head"}, {"command.output-tokens", "", "512", "head"},
		}},
		{"jobs", func(run *report.Run) { run.Target.Dialect, run.Target.Profile = nil, new("auto") }, []Difference{
			{"kind", "stream", "job", "head"}, {"target.dialect", "openai-chat", "none", "head"}, {"target.profile", "none", "auto", "head"},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sides := pair(1)
			sides[0].Runs[7].Pair = new(8)
			test.change(sides[1].Runs[7])
			_, err := Compare(sides, Options{Paired: true})
			var got []Difference
			if mismatch, ok := errors.AsType[*Mismatch](err); ok {
				got = mismatch.Differences
			} else if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			forced := compared(t, sides, Options{Paired: true, Force: true})
			if diff := cmp.Diff(append([]Difference{}, test.want...), forced.Differences); diff != "" {
				t.Errorf("by force (-want +got):\n%s", diff)
			}
		})
	}
}

// A run of the control that ended early spoils it as well.
func TestControlThatStopped(t *testing.T) {
	t.Parallel()
	sides := pair(1)
	each(sides[0], func(run *report.Run) { run.Ending = "stopped" })
	_, err := Compare(sides, Options{Paired: true})
	mismatch, ok := errors.AsType[*Mismatch](err)
	if !ok || len(mismatch.Differences) != 1 || mismatch.Differences[0].Side != "base" {
		t.Errorf("%v", err)
	}
}

// What only the control was asked is a difference as well.
func TestAskedOfTheControlAlone(t *testing.T) {
	t.Parallel()
	sides := pair(1)
	each(sides[0], func(run *report.Run) { run.Command = append(run.Command, "--prompt", "a", "--prompt", "b") })
	_, err := Compare(sides, Options{Paired: true})
	if err == nil || !strings.Contains(err.Error(), "command.prompt: a b, but not given in head") {
		t.Errorf("%v", err)
	}
}

func TestMismatchIsShort(t *testing.T) {
	t.Parallel()
	m := &Mismatch{}
	for range 30 {
		m.Differences = append(m.Differences, Difference{"f", strings.Repeat("x", 500), "b\x1b[31m", "head"})
	}
	if s := m.Error(); len(s) > 1500 || strings.Contains(s, "\x1b") || !strings.HasSuffix(s, "and 20 more") {
		t.Errorf("%d bytes: %s", len(s), s)
	}
}

// A wrong pattern of files set a server against itself, and the gate was green for ever. Force does not help.
func TestARunOnBothSidesIsRefused(t *testing.T) {
	t.Parallel()
	for _, force := range []bool{false, true} {
		sides := pair(1)
		sides[1].Runs[4].ID = sides[0].Runs[0].ID
		_, err := Compare(sides, Options{Paired: true, Force: force})
		if err == nil || !strings.Contains(err.Error(), "run base-1 is there twice: in base and in head") {
			t.Errorf("force %v: %v", force, err)
		}
	}
}
