package compare

import (
	"fmt"

	"github.com/aibench/aibench/report"
)

// A sample is one subject as the runs of one side measured it.
type sample struct {
	values []float64
	basis  string // whose word they rest on; empty: the client's own
	why    string // why it cannot be compared; empty: it can
}

// take gathers a subject over a side's runs. One run without a value spoils the sample: leaving that run out would
// leave out the slow ones.
func (s *subject) take(side *Side) sample {
	var out sample
	missing := 0
	for i, run := range side.Runs {
		v, why := s.of(run)
		if why != "" {
			missing++
			if out.why == "" {
				out.why = fmt.Sprintf("run %d of %s: %s", i+1, report.Printable(side.Name), why)
			}
			continue
		}
		out.values = append(out.values, v)
		if m, ok := run.Metrics.Get(s.metric); ok && m.Basis != nil {
			out.rest(*m.Basis)
		}
	}
	if more := missing - 1; more > 0 {
		out.why += fmt.Sprintf(" (and %s more)", report.Grouped(int64(more)))
	}
	return out
}

// rest notes whose word one more run's values rest on.
func (s *sample) rest(basis string) {
	if s.basis != "" && s.basis != basis {
		basis = report.BasisMixed
	}
	s.basis = basis
}

// apart says why two samples cannot be compared although each is sound; empty: they can.
func apart(base, head sample, name string) string {
	if base.basis == head.basis {
		return ""
	}
	return fmt.Sprintf("its instants rest on %s in the control and on %s in %s",
		bases(base.basis), bases(head.basis), report.Printable(name))
}

func bases(b string) string {
	switch b {
	case report.BasisServer:
		return "the server's stamps"
	case report.BasisPolls:
		return "the answers to polls"
	case report.BasisMixed:
		return "stamps and polls by turns"
	}
	return "the client's own clock"
}
