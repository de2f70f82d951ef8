package tui

import (
	"strconv"
	"strings"
)

// A shade is what a piece of text looks like, named for what it says.
type shade uint8

const (
	plain shade = iota
	bold
	faint
	accent // what moves
	good
	bad
	alarm   // what must not be overlooked
	typical // medians
	tail    // 99th percentiles
)

// ink turns shades into escape sequences, or leaves the colours out.
type ink struct {
	colour bool
	light  bool // the terminal's background is light
}

// in gives s in a shade.
func (k ink) in(c shade, s string) string {
	code := k.code(c)
	if code == "" || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[m"
}

// code is a shade's SGR parameters (ECMA-48 8.3.117; 38;5;n is xterm's).
func (k ink) code(c shade) string {
	if !k.colour {
		return [...]string{plain: "", bold: "1", faint: "2", accent: "1", good: "", bad: "1", alarm: "1;7", typical: "", tail: "1"}[c]
	}
	if k.light {
		return [...]string{
			plain: "", bold: "1", faint: "38;5;244", accent: "38;5;25", good: "38;5;28", bad: "1;38;5;160",
			alarm: "1;38;5;231;48;5;160", typical: "38;5;31", tail: "38;5;166",
		}[c]
	}
	return [...]string{
		plain: "", bold: "1", faint: "38;5;245", accent: "38;5;80", good: "38;5;114", bad: "1;38;5;203",
		alarm: "1;38;5;231;48;5;160", typical: "38;5;74", tail: "38;5;215",
	}[c]
}

// heatLevels is how many intensities a heat strip has beside none.
const heatLevels = 8

// ramp gives the colour of each intensity, the faintest first: dark to bright
// on a dark background, and the other way round on a light one.
func (k ink) ramp() [heatLevels]string {
	if k.light {
		return [...]string{"fde3c0", "fdc886", "fd9f4d", "f57622", "dc4c11", "b52f0a", "842008", "4d1207"}
	}
	return [...]string{"4b1d6b", "7a1f7a", "a8266f", "cf3d57", "e85d3a", "f58a1f", "fbb61a", "fcea6c"}
}

// rgb is the SGR parameters of a colour in hexadecimal; kind is 38 for text
// and 48 for what lies behind it.
func rgb(kind, hex string) string {
	v, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		return ""
	}
	n := func(shift uint) string { return strconv.FormatUint(v>>shift&0xff, 10) }
	return kind + ";2;" + n(16) + ";" + n(8) + ";" + n(0)
}

// A painter writes cells of changing colours, and a sequence only where the
// colour changes.
type painter struct {
	strings.Builder
	now string
}

// cell writes one character in the colour that the SGR parameters give; "":
// the terminal's own.
func (p *painter) cell(code string, c rune) {
	if code != p.now {
		if p.now != "" {
			p.WriteString("\x1b[m")
		}
		if code != "" {
			p.WriteString("\x1b[" + code + "m")
		}
		p.now = code
	}
	p.WriteRune(c)
}

// end gives what was written, and starts afresh.
func (p *painter) end() string {
	if p.now != "" {
		p.WriteString("\x1b[m")
	}
	s := p.String()
	p.Reset()
	p.now = ""
	return s
}
