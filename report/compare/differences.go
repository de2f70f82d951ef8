package compare

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aibench/aibench/report"
)

// A field is something in which runs must not differ, with one run's value.
type field struct{ name, value string }

// scenario lists everything in which a run must be like the others: what was asked for, how it ended, and where. A run
// of streams in which nothing was read does not know its dialect; that is no difference, so it goes by the others'.
func scenario(run *report.Run, dialect *string) []field {
	kind := "stream"
	if run.Jobs() {
		kind = "job"
	}
	t, l, e := &run.Target, &run.Load, &run.Environment
	if t.Dialect != nil || run.Jobs() {
		dialect = t.Dialect
	}
	fields := []field{
		{"kind", kind},
		{"ending", ending(run)},
		{"load.steered", steered(run)},
		{"target.dialect", text(dialect)}, {"target.profile", text(t.Profile)},
		{"target.protocol", t.Protocol}, {"target.tls", strconv.FormatBool(t.TLS)},
		{"load.kind", l.Kind}, {"load.concurrency", number(l.Concurrency)}, {"load.rate_per_s", number(l.RatePerS)},
		{"load.arrival", text(l.Arrival)}, {"load.max_in_flight", number(l.MaxInFlight)},
		{"load.duration_s", number(l.DurationS)}, {"load.requests", number(l.Requests)},
		{"load.warmup_s", number(&l.WarmupS)}, {"load.ramp_s", number(&l.RampS)}, {"load.drain_s", number(&l.DrainS)},
		{"load.slo", text(l.SLO)}, {"load.wait", text(l.Wait)}, {"load.poll_interval", text(l.PollInterval)},
		{"load.max_wait_s", number(l.MaxWaitS)},
		{"environment.os", e.OS}, {"environment.arch", e.Arch}, {"environment.cpus", strconv.Itoa(e.CPUs)},
		{"environment.cpu_model", text(e.CPUModel)}, {"environment.kernel", text(e.Kernel)},
		{"environment.version", e.Version},
	}
	return append(fields, asked(run.Command)...)
}

// dialect is the first that any run knows; nil when none does.
func dialect(sides []Side) *string {
	for i := range sides {
		for _, run := range sides[i].Runs {
			if run.Target.Dialect != nil {
				return run.Target.Dialect
			}
		}
	}
	return nil
}

// ending tells how a run ended. Files of other makers may leave it out.
func ending(run *report.Run) string {
	switch {
	case run.Aborted != nil:
		return "aborted by " + run.Aborted.Expr
	case run.Ending == "":
		return "completed"
	}
	return run.Ending
}

func steered(run *report.Run) string {
	if n := len(run.Load.Steered); n > 0 {
		return strconv.Itoa(n) + " changes by hand"
	}
	return "none"
}

func text(s *string) string {
	if s == nil {
		return "none"
	}
	return *s
}

func number[T int | int64 | float64](v *T) string {
	if v == nil {
		return "none"
	}
	return strconv.FormatFloat(float64(*v), 'g', 6, 64)
}

// differences finds what the runs differ in, each thing once for every side, and what is worth no more than a warning.
func differences(sides []Side, paired bool) (out []Difference, warnings []string) {
	known := dialect(sides)
	control := scenario(sides[0].Runs[0], known)
	want := map[string]string{"ending": "completed", "load.steered": "none"}
	for _, f := range control {
		if _, fixed := want[f.name]; !fixed {
			want[f.name] = f.value
		}
	}
	add := func(d Difference) {
		if !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	for i := range sides {
		for _, run := range sides[i].Runs {
			for _, f := range union(control, scenario(run, known)) {
				base := want[f.name]
				switch {
				case f.value == base:
				case f.name == "environment.version" && alike(base, f.value):
					warnings = append(warnings, fmt.Sprintf("%s was measured by aibench %s, %s by %s",
						sides[0].Name, base, sides[i].Name, f.value))
				default:
					add(Difference{Field: f.name, Base: base, Head: f.value, Side: sides[i].Name})
				}
			}
		}
	}
	if paired {
		out = append(out, unequalPairs(sides)...)
	}
	return out, distinct(warnings)
}

// union lists the fields of a run, and those that only the control has.
func union(control, own []field) []field {
	for _, f := range control {
		if !slices.ContainsFunc(own, func(o field) bool { return o.name == f.name }) {
			own = append(own, field{f.name, ""})
		}
	}
	return own
}

// unequalPairs finds pairs of other pairs' runs, and pairs of which one run had other starts and prompts.
func unequalPairs(sides []Side) []Difference {
	var out []Difference
	for i := range sides[1:] {
		side := &sides[i+1]
		for k, run := range side.Runs {
			base := sides[0].Runs[k]
			if base.Seed != run.Seed {
				out = append(out, Difference{
					Field: fmt.Sprintf("seed of pair %d", k+1), Side: side.Name,
					Base: strconv.FormatUint(base.Seed, 10), Head: strconv.FormatUint(run.Seed, 10),
				})
			}
			if base.Pair != nil && run.Pair != nil && *base.Pair != *run.Pair {
				out = append(out, Difference{
					Field: fmt.Sprintf("pair of run %d", k+1), Side: side.Name, Base: number(base.Pair), Head: number(run.Pair),
				})
			}
		}
	}
	return out
}

// sameRun refuses a run that is on more than one side, or twice on one: a pattern of files that caught too many. Compared
// with itself, a server would pass for ever.
func sameRun(sides []Side) error {
	seen := map[string]string{}
	for i := range sides {
		for _, run := range sides[i].Runs {
			first, twice := seen[run.ID]
			if twice && run.ID != "" {
				return fmt.Errorf("run %s is there twice: in %s and in %s",
					report.Printable(run.ID), report.Printable(first), report.Printable(sides[i].Name))
			}
			seen[run.ID] = sides[i].Name
		}
	}
	return nil
}

// alike tells whether two versions measure alike: they are releases that differ in nothing but the last number. Before
// 1.0 the middle number changes with what is measured.
func alike(a, b string) bool {
	release := regexp.MustCompile(`^(v\d+\.\d+)\.\d+$`)
	x, y := release.FindStringSubmatch(a), release.FindStringSubmatch(b)
	return x != nil && y != nil && x[1] == y[1]
}

// distinct drops repetitions and keeps the order.
func distinct(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
