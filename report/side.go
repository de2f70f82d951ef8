package report

import (
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aibench/aibench/bench"
)

// SideBySide writes what matters most of several runs beneath one another: of
// streams the first token, the gaps and the whole; of jobs what the service
// took (turnaround) and what the way of waiting added (discovery). A run goes
// by its label, else by its name in names (which may be shorter than runs),
// else by how it waited for jobs or its place.
//
// It begins with an empty line, since it follows the reports of the runs, and
// writes nothing unless there are at least two, all of one kind.
func (t Text) SideBySide(w io.Writer, runs []*Run, names ...string) error {
	if len(runs) < 2 {
		return nil
	}
	for _, run := range runs {
		if run.Jobs() != runs[0].Jobs() {
			return nil
		}
	}
	p := &page{width: t.Width, colour: t.Colour}
	p.line()
	p.sideBySide(runs, names)
	_, err := io.WriteString(w, p.String())
	return err
}

// side lists the metrics that runs are set side by side for.
func side(runs []*Run) []bench.MetricID {
	if runs[0].Jobs() {
		return []bench.MetricID{bench.Turnaround, bench.Discovery, bench.Completion}
	}
	gap := bench.ITL
	for _, run := range runs {
		if m, _ := run.Metrics.Get("itl"); m.Count == 0 {
			gap = bench.ChunkGap // which all have: one column holds one metric
		}
	}
	return []bench.MetricID{bench.TTFT, gap, bench.E2E}
}

// failedCell is the width of the last column.
const failedCell = 8

func (p *page) sideBySide(runs []*Run, names []string) {
	metrics, shown := bench.Metrics(), side(runs)
	labels, room := p.labels(runs, names, len(shown)*2*cell+failedCell)
	blank := strings.Repeat(" ", room)
	titles, quantiles := blank, blank
	for _, id := range shown {
		titles += padLeft(metrics[id].Title, 2*cell)
		quantiles += padLeft("p50", cell) + padLeft("p99", cell)
	}
	p.line(p.in(bold, titles))
	p.line(p.in(dim, quantiles+padLeft("failed", failedCell)))
	dashed, invalid := false, false
	for i, run := range runs {
		invalid = invalid || run.Verdict == Invalid
		p.WriteString(p.in(bold, padRight(labels[i], room)))
		for _, id := range shown {
			m, _ := run.Metrics.Get(metrics[id].Name)
			p50, p99 := m.show("p50"), m.show("p99")
			p.WriteString(padLeft(p50, cell) + padLeft(p99, cell))
			dashed = dashed || p50 == dash || p99 == dash
		}
		p.line(padLeft(share(run.failed(), run.Counts.Requests), failedCell))
	}
	if dashed {
		p.line(p.in(dim, blank+dash+" its own report says why"))
	}
	if invalid {
		p.line(p.in(dim, blank+"! invalid: the client, not the server, was the limit"))
	}
}

// labels gives each run's name in a column as wide as is needed, or as there
// is room for beside the figures. Invalid runs are marked.
func (p *page) labels(runs []*Run, names []string, figures int) (labels []string, room int) {
	const mark = " !"
	width := p.width
	if width <= 0 {
		width = 80
	}
	room, most := margin, max(margin, width-figures)
	for i, run := range runs {
		name := run.name(names, i)
		room = min(max(room, utf8.RuneCountInString(name)+len(mark)+1), most)
		labels = append(labels, name)
	}
	for i, run := range runs {
		labels[i] = cut(labels[i], room-len(mark)-1)
		if run.Label == nil {
			labels[i] = tail(run.name(names, i), room-len(mark)-1) // what tells files apart is at their end
		}
		if run.Verdict == Invalid {
			labels[i] += mark
		}
	}
	return labels, room
}

// failed counts the requests that are over and did not end well.
func (r *Run) failed() int64 { return max(0, r.Counts.Requests-r.Counts.OK-r.Counts.InFlightAtEnd) }

// name tells the i-th of several runs from the others.
func (r *Run) name(names []string, i int) string {
	switch {
	case r.Label != nil:
		return printable(*r.Label)
	case i < len(names) && names[i] != "":
		return printable(names[i])
	case r.Load.Wait != nil:
		return printable(*r.Load.Wait)
	}
	return "run " + strconv.Itoa(i+1)
}
