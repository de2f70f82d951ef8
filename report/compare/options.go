package compare

import (
	"errors"
	"fmt"

	"github.com/aibench/aibench/bench"
)

// Options say how to compare. The zero value compares sets of runs that are not paired.
type Options struct {
	Alpha float64 // family-wise level; 0: 0.05

	// Margins by metric: ttft.p50, or ttft for all its quantiles. A margin is a share of the control's value (0.1 is
	// 10 %), of errors a number of requests in all: 0.01 is one in a hundred.
	Margins map[string]float64

	Metrics []string // the family; nil: [Family]
	Paired  bool     // run i of each side is of pair i: same seed, one soon after the other
	Force   bool     // compare in spite of differences
	AA      bool     // all sides are the same thing: say how far it moves by itself. Needs pairs
}

// Check tells whether the options make sense for operations of the given kind, before an hour of runs finds out.
func (o Options) Check(kinds bench.Kinds) error {
	if a := o.alpha(); !(a > 0 && a < 0.5) {
		return fmt.Errorf("alpha %v: it lies between 0 and 0.5", o.Alpha)
	}
	if o.AA && !o.Paired {
		return errors.New("base against base needs pairs of runs: saved sets of runs tell nothing of their machine's mood")
	}
	_, err := o.subjects(kinds)
	return err
}

func (o Options) alpha() float64 {
	if o.Alpha == 0 {
		return defaultAlpha
	}
	return o.Alpha
}
