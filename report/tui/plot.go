package tui

// A plot is a field of dots, two by four in a character (Unicode's braille
// patterns, U+2800), with x from the left and y from the bottom.
type plot struct {
	w, h  int // characters
	cells []rune
	drawn []shade
}

func newPlot(w, h int) *plot {
	w, h = max(w, 1), max(h, 1)
	return &plot{w: w, h: h, cells: make([]rune, w*h), drawn: make([]shade, w*h)}
}

// dot sets one dot. A shade drawn later wins the character.
func (p *plot) dot(x, y int, c shade) {
	if x < 0 || y < 0 || x >= 2*p.w || y >= 4*p.h {
		return
	}
	bits := [4][2]rune{{0x40, 0x80}, {0x04, 0x20}, {0x02, 0x10}, {0x01, 0x08}}
	at := (p.h-1-y/4)*p.w + x/2
	p.cells[at] |= bits[y%4][x%2]
	p.drawn[at] = c
}

// area fills the columns of dots up to their values, each from 0 to 1; a value
// below 0 is none.
func (p *plot) area(values []float64, c shade) {
	for x, v := range values {
		for y := range p.height(v) {
			p.dot(x, y, c)
		}
	}
}

// line draws a line through values from 0 to 1; it is broken where there is
// none.
func (p *plot) line(values []float64, c shade) {
	last := 0
	for x, v := range values {
		y := p.height(v)
		if y > 0 && last > 0 {
			for between := min(y, last); between <= max(y, last); between++ {
				p.dot(x, between-1, c)
			}
		} else if y > 0 {
			p.dot(x, y-1, c)
		}
		last = y
	}
}

// height is a value in dots: one at least where there is a value.
func (p *plot) height(v float64) int {
	if v < 0 {
		return 0
	}
	return min(max(int(v*float64(4*p.h)+0.5), 1), 4*p.h)
}

// rows gives the picture, the top row first.
func (p *plot) rows(k ink) []string {
	out := make([]string, p.h)
	var b painter
	for r := range out {
		for c := range p.w {
			at := r*p.w + c
			if p.cells[at] == 0 {
				b.cell("", ' ')
				continue
			}
			b.cell(k.code(p.drawn[at]), 0x2800|p.cells[at])
		}
		out[r] = b.end()
	}
	return out
}
