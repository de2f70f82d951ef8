package html

import (
	"html/template"

	"github.com/aibench/aibench/report"
)

// An outcomeGroup is how a run's requests ended.
type outcomeGroup struct {
	whose
	Rows []outcomeRow
}

// An outcomeRow is one way of ending.
type outcomeRow struct {
	Name   string
	Tone   string
	Count  string
	Share  string
	Bar    template.HTML
	Detail string // what the server said, once
	Try    string
}

// outcomes counts how requests ended.
func (b *book) outcomes() []outcomeGroup {
	var out []outcomeGroup
	for i := range b.sheets {
		run := b.sheets[i].run
		g := outcomeGroup{whose: b.whose(i)}
		for _, o := range run.Counts.Outcomes {
			if o.Value > 0 {
				g.Rows = append(g.Rows, outcome(run, o.Name, o.Value))
			}
		}
		if n := run.Counts.InFlightAtEnd; n > 0 {
			g.Rows = append(g.Rows, counting(run, "still running", "", n))
		}
		if n := run.Load.Unstarted; n != nil && *n > 0 {
			g.Rows = append(g.Rows, outcomeRow{Name: "never found room", Tone: bad, Count: report.Grouped(*n)})
		}
		out = append(out, g)
	}
	return out
}

func outcome(run *report.Run, name string, n int64) outcomeRow {
	if name == "ok" {
		return counting(run, name, good, n)
	}
	row := counting(run, report.Printable(name), bad, n)
	detail := ""
	if texts, ok := run.Counts.Details.Get(name); ok && len(texts) > 0 {
		detail = report.Printable(texts[0])
	}
	row.Detail, row.Try = clip(detail, 300), run.Remedy(name, detail)
	return row
}

func counting(run *report.Run, name, tone string, n int64) outcomeRow {
	return outcomeRow{
		Name: name, Tone: tone, Count: report.Grouped(n),
		Share: report.Share(n, run.Counts.Requests), Bar: bar(float64(n) / float64(max(run.Counts.Requests, 1))),
	}
}

// bar draws a share of a whole; one that is not nothing is seen.
func bar(share float64) template.HTML {
	d := &drawing{}
	d.start("svg", "class", "bar", "width", "100%", "height", "8", "aria-hidden", "true")
	d.empty("rect", "class", "whole", "width", "100%", "height", "8", "rx", "2")
	d.empty("rect", "class", "part", "width", percentOf(max(share*across, 4)), "height", "8", "rx", "2")
	d.end("svg")
	return d.markup()
}
