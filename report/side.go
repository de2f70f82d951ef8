package report

import (
	"io"

	"github.com/aibench/aibench/bench"
)

// SideBySide writes the steps of several runs of jobs beneath one another, so
// that ways of waiting for the same work can be told apart: what the service
// took is the turnaround, what the way of waiting added is the discovery. It
// begins with an empty line, since it follows the reports of the runs, and
// writes nothing unless there are at least two, all of them of jobs.
func (t Text) SideBySide(w io.Writer, runs []*Run) error {
	if len(runs) < 2 {
		return nil
	}
	for _, run := range runs {
		if !run.Jobs() {
			return nil
		}
	}
	p := &page{width: t.Width, colour: t.Colour}
	var titles, quantiles string
	metrics := bench.Metrics()
	for _, id := range []bench.MetricID{bench.Turnaround, bench.Discovery, bench.Completion} {
		titles += padLeft(metrics[id].Title, 2*cell)
		quantiles += padLeft("p50", cell) + padLeft("p99", cell)
	}
	dashed := false
	p.line()
	p.line(p.in(bold, heading("")+titles))
	p.line(p.in(dim, heading("")+quantiles))
	for _, run := range runs {
		p.WriteString(p.in(bold, heading(cut(run.name(), margin-2))))
		for _, id := range []bench.MetricID{bench.Turnaround, bench.Discovery, bench.Completion} {
			m, _ := run.Metrics.Get(metrics[id].Name)
			p50, p99 := m.show("p50"), m.show("p99")
			p.WriteString(padLeft(p50, cell) + padLeft(p99, cell))
			dashed = dashed || p50 == dash || p99 == dash
		}
		p.line()
	}
	if dashed {
		p.line(p.in(dim, heading("")+dash+" its own report says why"))
	}
	_, err := io.WriteString(w, p.String())
	return err
}

// name tells a run from others of its kind: its label, else how it waited.
func (r *Run) name() string {
	switch {
	case r.Label != nil:
		return printable(*r.Label)
	case r.Load.Wait != nil:
		return printable(*r.Load.Wait)
	}
	return "job"
}
