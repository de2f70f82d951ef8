package tui

import "github.com/charmbracelet/x/ansi"

// width is how many columns a line takes, escape sequences left out. Nearly all
// that is drawn is made of characters that take one; for the others it looks
// closely, which takes ten times as long.
func width(s string) int {
	n := 0
	escape := false
	for _, r := range s {
		switch {
		case escape:
			escape = r != 'm'
		case r == '\x1b':
			escape = true
		case single(r):
			n++
		default:
			return ansi.StringWidth(s)
		}
	}
	return n
}

// single tells whether a character is one of those that the display draws with,
// all of which take one column.
func single(r rune) bool {
	switch {
	case r >= ' ' && r < 0x7f, // ASCII
		r >= 0x2800 && r <= 0x28ff, // braille patterns
		r >= 0x2500 && r <= 0x259f: // lines and blocks
		return true
	}
	switch r {
	case '·', 'µ', '…', '–', '→', '■', '▸', '●', '○', '✓', '✗', '❚', '≥':
		return true
	}
	return false
}
