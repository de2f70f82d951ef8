package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// paint is a colour of the terminal; the empty one is none.
type paint string

const (
	bold  paint = "1"
	dim   paint = "2"
	red   paint = "1;31"
	green paint = "32"
)

// page collects the lines of a text report.
type page struct {
	strings.Builder
	width  int
	colour bool
}

// in gives s in a colour, where there are colours.
func (p *page) in(c paint, s string) string {
	if !p.colour || c == "" || s == "" {
		return s
	}
	return "\x1b[" + string(c) + "m" + s + "\x1b[0m"
}

func (p *page) line(parts ...string) {
	for _, s := range parts {
		p.WriteString(s)
	}
	p.WriteByte('\n')
}

// margin is the width of the column of headings.
const margin = 12

// An item is a piece of a line in a colour.
type item struct {
	text string
	c    paint
}

func plainItems(texts ...string) []item {
	items := make([]item, len(texts))
	for i, text := range texts {
		items[i].text = text
	}
	return items
}

// flow writes items after a heading, separated by dots, and breaks lines
// between items where the width asks for it.
func (p *page) flow(title string, items []item) {
	const dot, dotWidth = " · ", 3
	p.WriteString(p.in(bold, heading(title)))
	column := margin
	for i, it := range items {
		n := utf8.RuneCountInString(it.text)
		switch {
		case i == 0:
		case column+dotWidth+n+dotWidth-1 > p.width:
			p.WriteString(" ·\n" + strings.Repeat(" ", margin))
			column = margin
		default:
			p.WriteString(dot)
			column += dotWidth
		}
		p.WriteString(p.in(it.c, it.text))
		column += n
	}
	p.WriteByte('\n')
}

// paragraph writes words after a heading.
func (p *page) paragraph(title string, c paint, text string) {
	p.WriteString(p.in(bold, heading(title)))
	for i, l := range wrap(text, max(p.width-margin, 20)) {
		if i > 0 {
			p.WriteString(strings.Repeat(" ", margin))
		}
		p.line(p.in(c, l))
	}
}

// wrap breaks text between words into lines of at most width runes; a longer
// word has a line of its own.
func wrap(text string, width int) []string {
	var lines []string
	line, n := "", 0
	for _, word := range strings.Fields(text) {
		w := utf8.RuneCountInString(word)
		if line != "" && n+1+w > width {
			lines, line, n = append(lines, line), "", 0
		}
		if line != "" {
			line, n = line+" ", n+1
		}
		line, n = line+word, n+w
	}
	return append(lines, line)
}

// heading fills s with blanks on the right to the width of the margin.
func heading(s string) string { return padRight(s, margin) }

// padRight fills s with blanks on the right.
func padRight(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

// padLeft fills s with blanks on the left.
func padLeft(s string, width int) string {
	return strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s))) + s
}

// printable makes text from outside harmless: a server must not steer the
// terminal of whoever reads about its errors.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}

// cut shortens s to width runes.
func cut(s string, width int) string {
	r := []rune(s)
	if len(r) <= width {
		return s
	}
	return string(r[:max(0, width-1)]) + "…"
}

// tail shortens s to its last width runes.
func tail(s string, width int) string {
	r := []rune(s)
	if len(r) <= width {
		return s
	}
	return "…" + string(r[len(r)-max(0, width-1):])
}
