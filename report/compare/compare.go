package compare

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/verdict"
)

// A Var is one variable of a configuration, w=4.
type Var struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// A Side is one of the things compared, with the runs that measured it.
type Side struct {
	Name    string // unlike the others' names
	Vars    []Var  // what --vary set, in the order of the flags
	Command string // of a server that was started for the runs; empty for others
	URL     string // of a side without runs; that of others is in their runs
	Runs    []*report.Run

	// Discarded are runs of pairs that were made again because the client was the limit in one of them. They are named,
	// and nothing is computed from them.
	Discarded []*report.Run
}

// Compare judges every side against the first, the control, and shares o.Alpha among all of that. Runs that differ in
// what they must not are a *[Mismatch], unless o.Force; a run that is there twice is refused in any case. It neither changes
// nor keeps the runs.
func Compare(sides []Side, o Options) (*Comparison, error) {
	if err := comparable(sides, o); err != nil {
		return nil, err
	}
	kinds, kind := bench.Streams, "stream"
	if sides[0].Runs[0].Jobs() {
		kinds, kind = bench.Jobs, "job"
	}
	if err := o.Check(kinds); err != nil {
		return nil, err
	}
	family, err := o.subjects(kinds)
	if err != nil {
		return nil, err
	}
	differences, warnings := differences(sides, o.Paired)
	if len(differences) > 0 && !o.Force {
		return nil, &Mismatch{Differences: differences}
	}
	c := &Comparison{
		Schema: Schema, Kind: kind, Load: conduct(sides[0].Runs[0]), Alpha: o.alpha(), Test: MannWhitney,
		Pairs: fewest(sides), Control: sides[0].Name, InvalidRuns: invalidRuns(sides), Repeated: repeats(sides),
		Differences: differences, Warnings: warnings,
	}
	if o.Paired {
		c.Test = SignFlip
	}
	matches := c.match(sides, family)
	for i := range c.LeftOut {
		c.LeftOut[i].Asked = o.Metrics != nil
	}
	if err := c.judge(matches, o.Paired); err != nil {
		return nil, err
	}
	c.summarise(sides, family)
	c.decide(family)
	c.Advice = c.advise(sides, o)
	if o.AA {
		c.AA = c.noise(matches)
	}
	return c.whole(), nil
}

// comparable tells what of the sides themselves makes no comparison.
func comparable(sides []Side, o Options) error {
	if len(sides) < 2 {
		return errors.New("a comparison needs two sides or more")
	}
	for i := range sides {
		s := &sides[i]
		if len(s.Runs) == 0 {
			return fmt.Errorf("%s has no runs", report.Printable(s.Name))
		}
		if slices.ContainsFunc(sides[:i], func(other Side) bool { return other.Name == s.Name }) {
			return fmt.Errorf("two sides are named %s", report.Printable(s.Name))
		}
		if n := len(sides[0].Runs); o.Paired && len(s.Runs) != n {
			return fmt.Errorf("%s has %d runs and %s %d: pairs need as many of each",
				report.Printable(sides[0].Name), n, report.Printable(s.Name), len(s.Runs))
		}
	}
	if n := len(sides[0].Runs); o.Paired && n > verdict.MaxPairs {
		return fmt.Errorf("%d pairs: the exact test takes at most %d", n, verdict.MaxPairs)
	}
	return sameRun(sides)
}

// conduct says in words how a run was done. The seed is that of one pair alone.
func conduct(run *report.Run) string {
	items := slices.DeleteFunc(run.Conduct(), func(s string) bool { return strings.HasPrefix(s, "seed ") })
	return strings.Join(items, ", ")
}

func fewest(sides []Side) int {
	n := len(sides[0].Runs)
	for i := range sides {
		n = min(n, len(sides[i].Runs))
	}
	return n
}

// invalidRuns lists the runs in which the client was the limit.
func invalidRuns(sides []Side) []InvalidRun {
	var out []InvalidRun
	for i := range sides {
		for n, run := range sides[i].Runs {
			if limited(run) {
				out = append(out, InvalidRun{Side: sides[i].Name, Run: run.ID, Number: n + 1, Breaches: breaches(run)})
			}
		}
	}
	return out
}

// limited tells whether the client, not the server, was the limit.
func limited(run *report.Run) bool {
	return run.Verdict == report.Invalid || run.Client.Verdict == report.ClientLimited
}

// breaches words why.
func breaches(run *report.Run) []string {
	out := []string{}
	for _, b := range run.Client.Breaches {
		out = append(out, b.String())
	}
	return out
}

// whole puts empty lists in the place of null ones: a reader need not ask which it is.
func (c *Comparison) whole() *Comparison {
	c.Reasons = append([]string{}, c.Reasons...)
	c.Sides = append([]Summary{}, c.Sides...)
	c.Rows = append([]Row{}, c.Rows...)
	c.LeftOut = append([]LeftOut{}, c.LeftOut...)
	c.InvalidRuns = append([]InvalidRun{}, c.InvalidRuns...)
	c.Repeated = append([]Repeat{}, c.Repeated...)
	c.Differences = append([]Difference{}, c.Differences...)
	c.Warnings = append([]string{}, c.Warnings...)
	c.Thresholds = append([]Threshold{}, c.Thresholds...)
	return c
}
