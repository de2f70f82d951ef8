package tui

import (
	"math"
	"time"
)

// gutter is the width of the labels at the left of a picture.
const gutter = 9

// A chart is a course over time: an area, and a line above it.
type chart struct {
	title, end string
	closed     int                      // seconds that have values
	area, line func(second int) float64 // negative: none; nil: not drawn
	log        bool                     // the scale: logarithmic, or from zero on
	label      func(v float64) string
}

// lines draws the chart in w columns and h lines, heading and time axis
// included.
func (c *chart) lines(k ink, whole time.Duration, w, h int) []string {
	rows := max(h-2, 1)
	columns := max(w-gutter, 1)
	t := newTimeline(c.closed, whole, 2*columns)
	area, line := t.stretch(c.area), t.stretch(c.line)
	s := c.scale(area, line)
	p := newPlot(columns, rows)
	p.area(s.on(area), typical)
	p.line(s.on(line), tail)
	out := []string{k.rule(c.title, c.end, w)}
	for i, row := range p.rows(k) {
		out = append(out, c.mark(k, s, i, rows)+row)
	}
	return append(out, blanks(gutter)+k.in(faint, t.axis(2)))
}

// mark is the gutter of a row: the value at its edge, at the top, in the middle
// and at the bottom.
func (c *chart) mark(k ink, s scale, row, rows int) string {
	at := -1.0
	switch {
	case s.hi <= 0: // nothing is known yet
	case row == 0:
		at = 1
	case row == rows-1:
		at = 0
	case rows >= 5 && row == rows/2:
		at = 0.5
	}
	if at < 0 {
		return k.in(faint, blanks(gutter-1)+"│")
	}
	return k.in(faint, right(c.label(s.value(at)), gutter-2)+" ┤")
}

// stretch gives a value for each column that has one.
func (t timeline) stretch(value func(second int) float64) []float64 {
	if value == nil {
		return nil
	}
	out := make([]float64, 0, t.columns)
	for c := range t.columns {
		s, ok := t.column(c)
		if !ok {
			break
		}
		out = append(out, value(s))
	}
	return out
}

// A scale brings values between 0 and 1.
type scale struct {
	lo, hi float64
	log    bool
}

// scale spans round values around all that are shown.
func (c *chart) scale(series ...[]float64) scale {
	lowest, highest := math.Inf(1), 0.0
	for _, values := range series {
		for _, v := range values {
			if v > 0 {
				lowest = min(lowest, v)
			}
			highest = max(highest, v)
		}
	}
	if highest == 0 {
		return scale{}
	}
	if !c.log {
		return scale{hi: roundUp(highest)}
	}
	s := scale{lo: roundDown(lowest), hi: roundUp(highest), log: true}
	if s.hi/s.lo < 4 {
		s.lo = roundDown(s.hi / 4)
	}
	return s
}

// value is what lies at a height from 0 to 1.
func (s scale) value(at float64) float64 {
	if s.log {
		return s.lo * math.Pow(s.hi/s.lo, at)
	}
	return s.lo + at*(s.hi-s.lo)
}

// on brings values between 0 and 1; what is none stays negative.
func (s scale) on(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		switch {
		case v < 0:
			out[i] = -1
		case s.hi <= 0:
		case s.log:
			out[i] = max(math.Log(max(v, s.lo)/s.lo)/math.Log(s.hi/s.lo), 0)
		default:
			out[i] = v / s.hi
		}
	}
	return out
}

// roundUp is the next round number.
func roundUp(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, r := range []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6, 8} {
		if v <= r*power*(1+1e-9) {
			return r * power
		}
	}
	return 10 * power
}

// roundDown is the round number before.
func roundDown(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	best := power
	for _, r := range []float64{1, 2, 5} {
		if r*power <= v*(1+1e-9) {
			best = r * power
		}
	}
	return best
}
