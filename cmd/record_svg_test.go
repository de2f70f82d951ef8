//go:build unix

package cmd_test

import (
	"fmt"
	"html"
	"strconv"
	"strings"
)

// The size of the recorded terminal in cells, and of a cell in the picture.
const (
	screenWidth, screenHeight = 120, 40
	cellWidth, cellHeight     = 8.4, 17.0
	pictureMargin             = 12.0
)

// svg is a picture of the screen that needs nothing else: whatever font there
// is, each sign stands in its cell.
func (s screen) svg(title string) string {
	var b strings.Builder
	width, height := screenWidth*cellWidth+2*pictureMargin, screenHeight*cellHeight+2*pictureMargin
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]g %[2]g" width="%[1]g" height="%[2]g" role="img" `+
		`font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" xml:space="preserve">`+
		"\n<title>%[3]s</title>\n"+`<rect width="100%%" height="100%%" rx="8" fill="%[4]s"/>`+"\n", width, height, html.EscapeString(title), paper)
	for y, row := range s {
		top := pictureMargin + float64(y)*cellHeight
		for _, r := range runs(row) {
			r.draw(&b, top)
		}
	}
	return b.String() + "</svg>\n"
}

// draw writes one run: its background, the signs that fill parts of cells as
// rectangles, the others as text.
func (r run) draw(b *strings.Builder, top float64) {
	ink, ground := css(r.style.fg, plain), css(r.style.bg, "")
	if r.style.reverse {
		ink, ground = css(r.style.bg, paper), css(r.style.fg, plain)
	}
	left := pictureMargin + float64(r.column)*cellWidth
	if ground != "" {
		rectangle(b, box{0, 0, float64(len(r.text)), 1}, left, top, ground)
	}
	var at []string
	var text []rune
	for i := 0; i < len(r.text); i++ {
		same := 1
		for i+same < len(r.text) && r.text[i+same] == r.text[i] {
			same++
		}
		x := left + float64(i)*cellWidth
		if shape, ok := filled(r.text[i]); ok {
			shape.width *= float64(same)
			rectangle(b, shape.box, x, top, ink, shape.strength(r.style.dim)...)
			i += same - 1
		} else if r.text[i] != ' ' {
			at, text = append(at, short(x)), append(text, r.text[i])
		}
	}
	if len(text) == 0 {
		return
	}
	fmt.Fprintf(b, `<text x="%s" y="%s" fill="%s"`, strings.Join(at, " "), short(top+0.76*cellHeight), ink)
	if r.style.bold {
		b.WriteString(` font-weight="bold"`)
	}
	if r.style.dim {
		b.WriteString(` opacity=".6"`)
	}
	fmt.Fprintf(b, ">%s</text>\n", html.EscapeString(string(text)))
}

// A box is a part of a cell; 1 is the whole.
type box struct{ x, y, width, height float64 }

// A shape is a sign that is a box, more or less opaque.
type shape struct {
	box
	opacity float64
}

// strength is the opacity, if it is not full.
func (s shape) strength(dim bool) []string {
	if dim {
		s.opacity *= 0.6
	}
	if s.opacity == 1 {
		return nil
	}
	return []string{short(s.opacity)}
}

// filled is the shape of a sign that would leave seams between cells, were it
// left to a font: blocks and lines that go through.
func filled(char rune) (shape, bool) {
	switch {
	case char >= '▁' && char <= '█': // eighths, from the bottom
		part := float64(char-'▁'+1) / 8
		return shape{box{0, 1 - part, 1, part}, 1}, true
	case char >= '░' && char <= '▓':
		return shape{box{0, 0, 1, 1}, float64(char-'░'+1) / 4}, true
	case char == '▀':
		return shape{box{0, 0, 1, 0.5}, 1}, true
	case char == '─':
		return shape{box{0, 0.48, 1, 0.06}, 1}, true
	case char == '━':
		return shape{box{0, 0.44, 1, 0.14}, 1}, true
	case char == '│':
		return shape{box{0.44, 0, 0.12, 1}, 1}, true
	}
	return shape{}, false
}

func rectangle(b *strings.Builder, part box, left, top float64, fill string, opacity ...string) {
	fmt.Fprintf(b, `<rect x="%s" y="%s" width="%s" height="%s" fill="%s"`, short(left+part.x*cellWidth), short(top+part.y*cellHeight),
		short(part.width*cellWidth), short(part.height*cellHeight), fill)
	for _, o := range opacity {
		fmt.Fprintf(b, ` opacity="%s"`, o)
	}
	b.WriteString("/>\n")
}

// short is a number with no more digits than a picture needs.
func short(v float64) string {
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(v, 'f', 2, 64), "0"), ".")
}

// The colours of the picture: what is plain in a terminal, and the paper.
const plain, paper = "#d8dee9", "#15181e"

// css is an SGR colour, or the other where it is the terminal's own. The first
// 16 are up to the terminal.
func css(sgr, otherwise string) string {
	named := []string{
		"#3b4252", "#e06c75", "#8fc379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#c8ccd4",
		"#6b7385", "#ff7b86", "#a8e08f", "#ffd68a", "#7cc4ff", "#de94f0", "#6fd3df", "#ffffff",
	}
	var p [5]int
	parts := strings.Split(sgr, ";")
	for i := range min(len(parts), len(p)) {
		p[i], _ = strconv.Atoi(parts[i]) // of our own parsing
	}
	index := p[2]
	switch {
	case sgr == "":
		return otherwise
	case p[1] == 2 && len(parts) == 5:
		return fmt.Sprintf("#%02x%02x%02x", p[2], p[3], p[4])
	case len(parts) == 1 && p[0] >= 90:
		index = p[0] - 90 + 8
	case len(parts) == 1:
		index = p[0] - 30
	}
	switch {
	case index < 16:
		return named[index&15]
	case index >= 232: // greys
		grey := 8 + 10*(index-232)
		return fmt.Sprintf("#%02x%02x%02x", grey, grey, grey)
	}
	level := func(n int) int { // of the cube's edge
		if n == 0 {
			return 0
		}
		return 55 + 40*n
	}
	index -= 16
	return fmt.Sprintf("#%02x%02x%02x", level(index/36), level(index/6%6), level(index%6))
}
