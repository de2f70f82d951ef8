package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/aibench/aibench/report"
)

// clip shortens a line to w columns.
func clip(s string, w int) string {
	if width(s) <= w {
		return s
	}
	return ansi.Truncate(s, max(w, 0), "…")
}

// fill makes a line exactly w columns wide.
func fill(s string, w int) string {
	s = clip(s, w)
	return s + blanks(w-width(s))
}

// right puts s at the right of w columns.
func right(s string, w int) string { return blanks(w-width(s)) + s }

func blanks(n int) string { return strings.Repeat(" ", max(n, 0)) }

// sides puts one text at the left and one at the right of w columns. Where
// both do not fit, the left one is shortened.
func sides(left, end string, w int) string {
	if n := width(end); n > 0 {
		return fill(left, w-n-1) + " " + clip(end, w)
	}
	return clip(left, w)
}

// A span is a piece of a line in a shade.
type span struct {
	c    shade
	text string
}

// list writes spans in one line of at most w columns, with dots between them;
// those that find no room are left out, from the end.
func (k ink) list(w int, spans []span) string {
	var b strings.Builder
	column := 0
	for _, s := range spans {
		n := width(s.text)
		if column > 0 {
			n += 3
		}
		if column+n > w && column > 0 {
			break
		}
		if column > 0 {
			b.WriteString(k.in(faint, " · "))
		}
		b.WriteString(k.in(s.c, s.text))
		column += n
	}
	return clip(b.String(), w)
}

// rule is the heading of a panel: a thin line with a title in it.
func (k ink) rule(title, end string, w int) string {
	end = clip(end, w-width(title)-8)
	if end != "" {
		end = " " + end + " "
	}
	line := max(w-width(title)-width(end)-4, 0)
	s := k.in(faint, "─ ") + k.in(bold, title) + k.in(faint, " "+strings.Repeat("─", line)) + k.in(faint, end) + k.in(faint, "─")
	return clip(s, w)
}

// beside puts two blocks of lines next to each other: the first w columns wide,
// then a gap of two.
func beside(a, b []string, w int) []string {
	out := make([]string, max(len(a), len(b)))
	for i := range out {
		var l, r string
		if i < len(a) {
			l = a[i]
		}
		if i < len(b) {
			r = b[i]
		}
		out[i] = fill(l, w) + "  " + r
	}
	return out
}

// clamp is the last word on every frame: never more lines than h, never a line
// wider than w.
func clamp(lines []string, w, h int) []string {
	lines = lines[:min(len(lines), max(h, 0))]
	for i := range lines {
		lines[i] = clip(lines[i], w)
	}
	return lines
}

// printable is text from outside in one line that is harmless: a server must not
// steer the terminal of whoever reads about its errors.
func printable(s string) string {
	return strings.Join(strings.Fields(report.Printable(ansi.Strip(s))), " ")
}
