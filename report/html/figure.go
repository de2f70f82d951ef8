package html

import (
	"html/template"
	"strconv"
	"strings"
)

// A figure is a chart on the page: with what it shows in words, its legend, and
// its values as a table, which is also what the script reads them from.
type figure struct {
	ID, Title, Note string
	Wide            bool
	Legend          []key
	SVG             template.HTML
	Most            string // in one cell of the heat map; "" where there is none
	Rows            string // of the heat map, for the script
	Table           table
}

// A key is a line of a legend.
type key struct {
	Name string
	Sign template.HTML
}

// A table holds a figure's values.
type table struct {
	Head []string
	Rows []tableRow
}

// A tableRow is what the figure shows at one x.
type tableRow struct {
	X     string // its place, of a thousand
	Y     string // the places of its cells, in pixels from the top; - where there is none
	Heat  string // row, count, … of the heat map
	Cells []string
}

// figure makes a chart a figure. words writes a value, xWords the x of a row.
func (c *chart) figure(words, xWords func(float64) string) figure {
	f := figure{ID: c.id, Title: c.title, SVG: c.svg()}
	f.Table.Head = append(f.Table.Head, "")
	for i := range c.lines {
		l := &c.lines[i]
		f.Legend = append(f.Legend, key{l.name, sample(l, c.marked)})
		f.Table.Head = append(f.Table.Head, l.name)
	}
	for _, x := range c.abscissae() {
		f.Table.Rows = append(f.Table.Rows, c.row(x, words, xWords))
	}
	return f
}

// abscissae merges the x of all lines, ascending.
func (c *chart) abscissae() []float64 {
	at := make([]int, len(c.lines))
	var out []float64
	for {
		best, found := 0.0, false
		for i := range c.lines {
			if at[i] == len(c.lines[i].points) {
				continue
			}
			if x := c.lines[i].points[at[i]].x; !found || x < best {
				best, found = x, true
			}
		}
		if !found {
			return out
		}
		out = append(out, best)
		for i := range c.lines {
			for at[i] < len(c.lines[i].points) && c.lines[i].points[at[i]].x <= best {
				at[i]++
			}
		}
	}
}

// row gathers what all lines have at x.
func (c *chart) row(x float64, words, xWords func(float64) string) tableRow {
	row := tableRow{X: num(c.x.at(x)), Cells: []string{xWords(x)}}
	var places []string
	for i := range c.lines {
		place, cell := "-", "–"
		if p, ok := c.lines[i].find(x); ok && p.known {
			place, cell = num(c.y.at(p.y)), words(p.y)
		}
		places, row.Cells = append(places, place), append(row.Cells, cell)
	}
	row.Y = strings.Join(places, " ")
	return row
}

// find gives the line's point at exactly x.
func (l *line) find(x float64) (point, bool) {
	low, high := 0, len(l.points)
	for low < high {
		if mid := (low + high) / 2; l.points[mid].x < x {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low < len(l.points) && l.points[low].x == x {
		return l.points[low], true
	}
	return point{}, false
}

// sample draws a piece of a line for a legend.
func sample(l *line, marked bool) template.HTML {
	d := &drawing{}
	d.start("svg", "class", "sample", "width", "30", "height", "12", "aria-hidden", "true")
	d.empty("path", "class", "line "+l.class, "d", "M1 6H29")
	if marked {
		marker(d, l.run, "15", "6", l.class)
	}
	d.end("svg")
	return d.markup()
}

// classOf is what a run's marks are styled by.
func classOf(run int) string { return "r" + strconv.Itoa(run) }
