package compare

import (
	"errors"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
)

// A Var is one variable of a configuration, w=4.
type Var struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// A Side is one of the things compared, with the runs that measured it.
type Side struct {
	Name    string
	Vars    []Var  // what --vary set, in the order of the flags
	Command string // of a server that was started for the runs; empty for others
	Runs    []*report.Run
}

// Options say how to compare. The zero value compares sets of runs that are not paired.
type Options struct {
	Alpha   float64            // family-wise level; 0: 0.05
	Margins map[string]float64 // by metric (ttft.p50; ttft for all its statistics); errors in shares of 1
	Metrics []string           // the family; nil: Family
	Paired  bool               // run i of each side is of pair i: same seed, one after the other
	Force   bool               // compare in spite of differences
	AA      bool               // all sides are the same thing: say how far it moves by itself
}

// Family lists the metrics that are compared unless others are asked for.
func Family(kinds bench.Kinds) []string {
	if kinds.Has(bench.Jobs) {
		return []string{"accept.p50", "queue_wait.p50", "queue_wait.p95", "turnaround.p50", "completion.p50", "errors"}
	}
	return []string{"ttft.p50", "ttft.p95", "tpot.p50", "chunk_gap.p99", "e2e.p50", "errors"}
}

// Check tells whether the options make sense for operations of the given kind, before an hour of runs finds out.
func (o Options) Check(bench.Kinds) error { return nil }

// ByPair puts the runs of every side in the order of their pairs, when each side has each pair once. It tells whether
// that is so; the sides are given back unchanged when not.
func ByPair(sides []Side) ([]Side, bool) { return sides, false }

// Compare judges every side against the first, the control. Runs that cannot be compared are a *Mismatch, unless
// o.Force.
func Compare(sides []Side, o Options) (*Comparison, error) {
	return nil, errors.New("nothing is compared yet")
}
