package html

import (
	"math"

	"github.com/aibench/aibench/report"
)

// A flow is what of a run's course is counted, and how it is drawn.
type flow struct {
	id, title string
	names     []string
	of        []func(*column) float64
}

func flows(jobs bool) []flow {
	all := []flow{
		{"in-flight", "Requests in flight", []string{"in flight"},
			[]func(*column) float64{func(c *column) float64 { return c.inFlight }}},
		{"starts", "Started and ended per second", []string{"started", "ended"},
			[]func(*column) float64{
				func(c *column) float64 { return c.started },
				func(c *column) float64 { return c.ended },
			}},
		{"events", "Events per second", []string{"events"},
			[]func(*column) float64{func(c *column) float64 { return c.events }}},
		{"errors", "Failures per second", []string{"failures"},
			[]func(*column) float64{func(c *column) float64 { return c.errors }}},
	}
	if !jobs {
		return all
	}
	all[0].title, all[1].title = "Jobs in flight", "Jobs submitted and over per second"
	return append(all[:2], all[3])
}

// loads makes a figure for each flow in which anything ever flowed.
func (b *book) loads() []figure {
	jobs := true
	for i := range b.sheets {
		jobs = jobs && b.sheets[i].run.Jobs()
	}
	var out []figure
	for _, f := range flows(jobs) {
		c := b.flow(f)
		high := 0.0
		for i := range c.lines {
			_, high = c.lines[i].extremes(0, high)
		}
		if high == 0 {
			continue // the outcomes say that there were none
		}
		// A little above a round value, so that the line does not lie on the frame.
		step := roundStep(high * 1.05 / 4)
		c.y = scale{from: 0, to: math.Ceil(high*1.02/step) * step, length: 140, up: true}
		c.description = describe(c.lines, "")
		out = append(out, c.figure(report.Digits, b.second))
	}
	return out
}

// flow draws the lines of one flow; its ordinate is still open.
func (b *book) flow(f flow) *chart {
	c := &chart{
		id: "load-" + f.id, title: f.title, marked: b.several(), bands: b.phases(),
		x:      scale{from: 0, to: b.whole, length: across},
		xWords: func(v float64) string { return clock(v, b.whole) }, yWords: counted,
	}
	c.xTicks = c.x.ticks(5)
	for i := range b.sheets {
		for k, of := range f.of {
			l := line{name: f.names[k], class: []string{"r0", "p50"}[k], run: i}
			if b.several() {
				l.name, l.class = b.sheets[i].name+" "+f.names[k], classOf(i)+[]string{"", " thin"}[k]
			}
			columns := b.sheets[i].course.columns
			for j := range columns {
				l.points = append(l.points, point{columns[j].middle(), of(&columns[j]), true})
			}
			c.lines = append(c.lines, l)
		}
	}
	return c
}
