package html

import (
	"html/template"
	"strings"
)

// A chart is lines over a common abscissa.
type chart struct {
	id, title   string
	description string // what a reader who does not see it is told
	x, y        scale
	xWords      func(float64) string // of a tick
	yWords      func(float64) string
	xTicks      []float64
	under       func(*drawing) // drawn beneath the lines, stretched with them; or nil
	bands       []band
	lines       []line
	marked      bool // lines carry their run's marker
}

// A band is a stretch of the abscissa of which something is to be said.
type band struct {
	from, to float64
	class    string
	words    string
}

// A line is drawn through points in ascending order of x. It is broken where a
// value is not known.
type line struct {
	name   string
	class  string
	run    int
	points []point
}

type point struct {
	x     float64
	y     float64
	known bool
}

// place of a value that may not be known.
func pointAt(x float64, v *float64) point {
	if v == nil {
		return point{x: x}
	}
	return point{x, *v, true}
}

// svg draws the chart, as wide as the page lets it be.
func (c *chart) svg() template.HTML {
	d := &drawing{}
	height := num(c.y.length)
	d.start("svg", "class", "chart", "width", "100%", "height", height, "role", "img",
		"aria-labelledby", c.id+"-t "+c.id+"-d")
	d.words("title", c.title, "id", c.id+"-t")
	d.words("desc", c.description, "id", c.id+"-d")
	c.grid(d)
	d.start("svg", "viewBox", "0 0 1000 "+height, "preserveAspectRatio", "none", "width", "100%", "height", height)
	if c.under != nil {
		c.under(d)
	}
	for _, b := range c.bands {
		from, to := c.x.at(b.from), c.x.at(b.to)
		d.empty("rect", "class", b.class, "x", num(from), "width", num(to-from), "height", height)
	}
	for i := range c.lines {
		c.lines[i].draw(d, c)
	}
	d.end("svg")
	if c.marked {
		c.markers(d)
	}
	for _, b := range c.bands {
		d.words("text", b.words, "class", "band", "x", percentOf(c.x.at(b.from)), "y", "12", "dx", "5")
	}
	d.end("svg")
	return d.markup()
}

// grid draws the axes: ticks in the plot's margin, hair lines through it.
func (c *chart) grid(d *drawing) {
	bottom := num(c.y.length)
	for _, v := range c.y.ticks(5) {
		y := num(c.y.at(v))
		d.empty("line", "class", "grid", "x1", "0", "x2", "100%", "y1", y, "y2", y)
		d.words("text", c.yWords(v), "class", "tick", "x", "-8", "y", y, "dy", ".32em", "text-anchor", "end")
	}
	for _, v := range c.xTicks {
		x := percentOf(c.x.at(v))
		d.empty("line", "class", "notch", "x1", x, "x2", x, "y1", bottom, "y2", num(c.y.length+4))
		d.words("text", c.xWords(v), "class", "tick", "x", x, "y", num(c.y.length+18), "text-anchor", "middle")
	}
	d.empty("line", "class", "axis", "x1", "0", "x2", "100%", "y1", bottom, "y2", bottom)
}

// draw draws the line twice: once wide in the colour of the paper, so that it
// is seen on whatever lies beneath.
func (l *line) draw(d *drawing, c *chart) {
	var path, dots strings.Builder
	for i, p := range l.points {
		if !p.known {
			continue
		}
		at := num(c.x.at(p.x)) + " " + num(c.y.at(p.y))
		after, before := l.knows(i-1), l.knows(i+1)
		switch {
		case after:
			path.WriteString("L" + at)
		case before:
			path.WriteString("M" + at)
		default:
			dots.WriteString("M" + at + "h0")
		}
	}
	for _, part := range []struct{ class, path string }{{"", path.String()}, {" dots", dots.String()}} {
		if part.path == "" {
			continue
		}
		if c.under != nil {
			d.empty("path", "class", "halo"+part.class, "d", part.path)
		}
		d.empty("path", "class", "line "+l.class+part.class, "d", part.path)
	}
}

// knows tells whether there is a point i, and whether its value is known.
func (l *line) knows(i int) bool { return i >= 0 && i < len(l.points) && l.points[i].known }

// markers puts each run's sign on its lines, at other places for each.
func (c *chart) markers(d *drawing) {
	const apart = across / 6
	for i := range c.lines {
		l := &c.lines[i]
		next := float64(apart) * (0.3 + float64(l.run%4)/4)
		for _, p := range l.points {
			if x := c.x.at(p.x); p.known && x >= next {
				marker(d, l.run, percentOf(x), num(c.y.at(p.y)), l.class)
				next = x + apart
			}
		}
	}
}

// marker draws a run's sign.
func marker(d *drawing, run int, x, y, class string) {
	signs := [MostRuns]string{
		"M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",  // disc
		"M-3.2-3.2h6.4v6.4h-6.4z",                       // square
		"M0-4.4L4.2 3.2H-4.2z",                          // triangle
		"M0-4.8L4.8 0L0 4.8L-4.8 0z",                    // diamond
		"M0 4.4L4.2-3.2H-4.2z",                          // triangle, downwards
		"M-1.4-4.4h2.8v3h3v2.8h-3v3h-2.8v-3h-3v-2.8h3z", // cross
		"M-4.4-2h8.8v4h-8.8z",                           // bar
		"M-2-4.4h4v8.8h-4z",                             // bar, upright
	}
	d.start("svg", "x", x, "y", y, "class", "sign")
	d.empty("path", "class", "sign "+class, "d", signs[run])
	d.end("svg")
}
