package html

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/aibench/aibench/report"
)

// shades is how many steps the heat map's colour has.
const shades = 7

// A heatMap counts the values of each column by size, as run.Heat does.
type heatMap struct {
	edges     []float64 // of the rows, and of the end of the last; ascending, > 0
	low, high int64     // the rows that hold anything
	most      int64     // in one cell
	columns   [][]int64 // row, count, …
}

// heatOf gathers a metric's heat map; nil where none was recorded.
func heatOf(run *report.Run, c *course, metric string) *heatMap {
	if run.Heat == nil || !ascending(run.Heat.Edges) {
		return nil
	}
	h := &heatMap{edges: edgesOf(run.Heat.Edges), low: math.MaxInt64, high: -1}
	for _, col := range c.columns {
		rows := col.heat[metric]
		h.columns = append(h.columns, rows)
		for p := 0; p+1 < len(rows); p += 2 {
			if rows[p] < 0 || rows[p] >= int64(len(run.Heat.Edges)) {
				return nil // no row of this map: the file is not what it says
			}
			h.low, h.high, h.most = min(h.low, rows[p]), max(h.high, rows[p]), max(h.most, rows[p+1])
		}
	}
	if h.high < 0 {
		return nil
	}
	return h
}

// ascending tells whether lower edges can be those of rows.
func ascending(edges []float64) bool {
	for i := 1; i < len(edges); i++ {
		if edges[i] <= max(edges[i-1], 0) || edges[i] > 1e12 {
			return false
		}
	}
	return len(edges) > 1
}

// edgesOf completes the lower edges: row 0 also holds what is below its edge,
// and the last one ends as far up as the one before it.
func edgesOf(lower []float64) []float64 {
	n := len(lower)
	out := append([]float64{}, lower...)
	if out[0] <= 0 {
		out[0] = out[1] / 2
	}
	return append(out, out[n-1]*max(out[n-1]/out[n-2], 1.01))
}

// span gives the values between which the map's rows lie.
func (h *heatMap) span() (low, high float64) { return h.edges[h.low], h.edges[h.high+1] }

// shade gives the step of colour of a cell: a tenth as many is as much paler
// anywhere on the scale, and one alone is still seen.
func (h *heatMap) shade(count int64) int {
	if h.most <= 1 {
		return shades
	}
	share := math.Log(float64(count)) / math.Log(float64(h.most))
	return 1 + int(math.Round(share*(shades-1)))
}

// fine is how many units of a heat map's abscissa are one of the drawing's:
// whole numbers are short.
const fine = 10

// A stroke is a line through cells of one row and one shade, in relative steps.
type stroke struct {
	strings.Builder
	at int // where its pen is
}

func (s *stroke) cell(from, to int) {
	if s.Len() == 0 {
		s.WriteString("M0 0")
	}
	s.WriteString("m" + strconv.Itoa(from-s.at) + " 0h" + strconv.Itoa(to-from))
	s.at = to
}

// draw draws the cells, as lines through rows: neighbours of one shade are one.
func (h *heatMap) draw(d *drawing, c *course, x, y scale) {
	paths := make([]stroke, (h.high-h.low+1)*(shades+1))
	for i := 0; i < len(h.columns); i++ {
		for p := 0; p+1 < len(h.columns[i]); p += 2 {
			row, shade := h.columns[i][p], h.shade(h.columns[i][p+1])
			if i > 0 && h.shadeAt(i-1, row) == shade {
				continue // drawn with the one before
			}
			last := i
			for last+1 < len(h.columns) && h.shadeAt(last+1, row) == shade {
				last++
			}
			from, to := math.Round(x.at(c.columns[i].from)*fine), math.Round(x.at(c.columns[last].to)*fine)
			paths[(row-h.low)*(shades+1)+int64(shade)].cell(int(from), int(to))
		}
	}
	for i := range paths {
		if paths[i].Len() == 0 {
			continue
		}
		row, shade := h.low+int64(i/(shades+1)), i%(shades+1)
		top, bottom := y.at(h.edges[row+1]), y.at(h.edges[row])
		d.empty("path", "class", "h"+strconv.Itoa(shade), "d", paths[i].String(),
			"transform", "matrix(.1 0 0 1 0 "+num((top+bottom)/2)+")", "stroke-width", num(bottom-top))
	}
}

// shadeAt gives the shade of a cell; 0 of an empty one.
func (h *heatMap) shadeAt(column int, row int64) int {
	rows := h.columns[column]
	for p := 0; p+1 < len(rows); p += 2 {
		if rows[p] == row {
			return h.shade(rows[p+1])
		}
	}
	return 0
}

// rows describes the rows to the script, from the lowest up: the upper edge in
// pixels and the values in words.
func (h *heatMap) rows(y scale) string {
	type row struct {
		Row int64   `json:"row"`
		Top float64 `json:"top"`
		Is  string  `json:"is"`
	}
	var out []row
	for r := h.low; r <= h.high; r++ {
		words := briefly(h.edges[r]) + " to " + briefly(h.edges[r+1])
		switch {
		case r == 0:
			words = "below " + briefly(h.edges[1])
		case r == int64(len(h.edges))-2:
			words = "above " + briefly(h.edges[r])
		}
		out = append(out, row{r, math.Round(y.at(h.edges[r+1])), words})
	}
	text, err := json.Marshal(out)
	if err != nil {
		return "[]" // numbers and words always marshal
	}
	return string(text)
}
