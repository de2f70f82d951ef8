package compare

import (
	"slices"
	"strings"
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

// left is the width of the column of headings.
const left = 12

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

// paragraph writes words after a heading.
func (p *page) paragraph(title string, c paint, text string) {
	p.WriteString(p.in(bold, pad(title, left)))
	for i, l := range wrap(text, max(p.width-left, 20)) {
		if i > 0 {
			p.WriteString(strings.Repeat(" ", left))
		}
		p.line(p.in(c, l))
	}
}

// paragraphs writes texts after one heading.
func (p *page) paragraphs(title string, c paint, texts []string) {
	for _, text := range texts {
		p.paragraph(title, c, text)
		title = ""
	}
}

// wrap breaks text between words into lines of at most width runes; a longer word has a line of its own.
func wrap(text string, width int) []string {
	var lines []string
	line, n := "", 0
	for _, word := range inseparable(text) {
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

// inseparable splits a text where a line may end: not between a number and its unit.
func inseparable(text string) []string {
	var out []string
	for _, word := range strings.Fields(text) {
		unit := strings.TrimRight(word, ".,;:)]")
		if slices.Contains([]string{"%", "ms", "µs", "s", "MB", "points"}, unit) && len(out) > 0 {
			out[len(out)-1] += " " + word
			continue
		}
		out = append(out, word)
	}
	return out
}

// pad fills s with blanks on the right, padLeft on the left.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

func padLeft(s string, width int) string {
	return strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s))) + s
}

// cut shortens s to width runes.
func cut(s string, width int) string {
	r := []rune(s)
	if len(r) <= width {
		return s
	}
	return string(r[:max(0, width-1)]) + "…"
}
