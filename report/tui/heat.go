package tui

import (
	"math"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
)

// A heatStrip is a metric's histogram over time: a column a second, a row a
// bucket, the slowest at the top. A stall shows as a gap with a bright row
// above it.
type heatStrip struct {
	title  string
	closed int                       // seconds that have counts
	counts func(second int) []uint32 // of its buckets; nil: none
	reach  reach
}

// reach is what a strip has to show of a whole run, so that the picture keeps
// still while its columns pass.
type reach struct {
	known   bool
	low, up int // the buckets that held anything
	most    uint32
}

// widen takes one more second in.
func (r *reach) widen(counts []uint32) {
	for row, n := range counts {
		if n == 0 {
			continue
		}
		if !r.known {
			r.known, r.low, r.up = true, row, row
		}
		r.low, r.up, r.most = min(r.low, row), max(r.up, row), max(r.most, n)
	}
}

// lines draws the strip in w columns and h lines, heading and time axis
// included.
func (s *heatStrip) lines(k ink, whole time.Duration, w, h int) []string {
	rows, columns := max(h-2, 1), max(w-gutter, 1)
	t := newTimeline(s.closed, whole, columns)
	f := s.fit(rows, k.colour)
	level := func(column, row int) int {
		low, up := f.buckets(row)
		return s.level(t, column, low, up)
	}
	out := []string{k.rule(s.title, s.legend(k), w)}
	for i, mark := range s.marks(f, rows) {
		out = append(out, k.in(faint, right(mark, gutter))+k.heat(columns, (rows-1-i)*f.fine, level))
	}
	return append(out, blanks(gutter)+k.in(faint, t.axis(1)))
}

// A fit lays buckets out over rows, of which a line holds one, or with colours
// two: a bucket has several rows where there is room, and shares one with
// others where there is not.
type fit struct {
	low, held int // the lowest bucket shown, and how many
	rows      int
	fine      int // rows in a line
}

// roomFor is how many buckets are shown at least, so that a stall has a place
// before it happens.
const roomFor = 8

// fit chooses what a picture of some lines shows.
func (s *heatStrip) fit(lines int, colour bool) fit {
	f := fit{rows: lines, fine: 1}
	if colour {
		f.rows, f.fine = 2*lines, 2
	}
	f.held = max(s.reach.up-s.reach.low+2, roomFor)
	f.low = max(min(s.reach.low-1, bench.HeatRows-f.held), 0)
	return f
}

// buckets are those of a row: [low, up).
func (f fit) buckets(row int) (low, up int) {
	low = f.low + row*f.held/f.rows
	return low, max(f.low+(row+1)*f.held/f.rows, low+1)
}

// marks are the gutters of the lines, the top one first: the lower edge of a
// bucket where one begins, though not on every line.
func (s *heatStrip) marks(f fit, lines int) []string {
	out := make([]string, lines)
	apart := 2 + lines/14
	next := 0
	for line := range lines {
		low, _ := f.buckets(line * f.fine)
		below, _ := f.buckets(max(line*f.fine-1, 0))
		at := lines - 1 - line
		out[at] = " │"
		if s.reach.known && line >= next && (line == 0 || low != below) {
			out[at] = edge(bench.HeatEdge(low)) + " ┤"
			next = line + apart
		}
	}
	return out
}

// level is the intensity of a cell: 0 for nothing, then by the logarithm of its
// fullest bucket's count, since a few frozen streams among hundreds must be
// seen.
func (s *heatStrip) level(t timeline, column, low, up int) int {
	second, ok := t.column(column)
	if !ok {
		return 0
	}
	var n uint32
	counts := s.counts(second)
	for b := low; b < min(up, len(counts)); b++ {
		n = max(n, counts[b])
	}
	if n == 0 {
		return 0
	}
	share := math.Log1p(float64(n)) / math.Log1p(float64(max(s.reach.most, n)))
	return min(max(int(math.Ceil(share*heatLevels)), 1), heatLevels)
}

// legend says what the intensities stand for.
func (s *heatStrip) legend(k ink) string {
	if !s.reach.known {
		return ""
	}
	var b painter
	if k.colour {
		for _, c := range k.ramp() {
			b.cell(rgb("38", c), '█')
		}
	} else {
		b.WriteString(string(shadesOfHeat()[1:]))
	}
	return "1 " + b.end() + k.in(faint, " "+report.Grouped(int64(s.reach.most))+" a second")
}

// shadesOfHeat are the intensities in characters.
func shadesOfHeat() []rune { return []rune(" ·░▒▓█") }

// heat draws one line of a strip. With colours it holds two rows.
func (k ink) heat(columns, row int, level func(column, row int) int) string {
	var b painter
	if !k.colour {
		shades := shadesOfHeat()
		for c := range columns {
			l := level(c, row)
			b.cell("", shades[(l*(len(shades)-1)+heatLevels-1)/heatLevels])
		}
		return b.end()
	}
	ramp := k.ramp()
	for c := range columns {
		upper, lower := level(c, row+1), level(c, row)
		switch {
		case upper == 0 && lower == 0:
			b.cell("", ' ')
		case lower == 0:
			b.cell(rgb("38", ramp[upper-1]), '▀')
		case upper == 0:
			b.cell(rgb("38", ramp[lower-1]), '▄')
		case upper == lower:
			b.cell(rgb("38", ramp[upper-1]), '█')
		default:
			b.cell(rgb("38", ramp[upper-1])+";"+rgb("48", ramp[lower-1]), '▀')
		}
	}
	return b.end()
}
