//go:build unix

package cmd_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A screen is the cells of a terminal, row by row, without what is blank at the
// end of a row.
type screen [][]cell

type cell struct {
	char  rune
	style style
}

// A style is how a cell is drawn. Colours are what SGR calls them: "31", "97",
// "38;5;208", "38;2;1;2;3"; "" is the terminal's own.
type style struct {
	fg, bg             string
	bold, dim, reverse bool
}

// parseScreen reads what tmux captures: lines of text with SGR sequences, whose
// effect lasts over the end of a line.
func parseScreen(captured string) screen {
	sgr := regexp.MustCompile(`^\x1b\[([0-9;:]*)m`)
	var s screen
	var now style
	for line := range strings.Lines(captured) {
		var row []cell
		for line = strings.TrimSuffix(line, "\n"); line != ""; {
			if m := sgr.FindStringSubmatch(line); m != nil {
				now = now.after(strings.FieldsFunc(m[1], func(r rune) bool { return r == ';' || r == ':' }))
				line = line[len(m[0]):]
				continue
			}
			for _, char := range line { // the first
				if char >= ' ' {
					row = append(row, cell{char, now})
				}
				line = line[len(string(char)):]
				break
			}
		}
		for len(row) > 0 && row[len(row)-1].blank() {
			row = row[:len(row)-1]
		}
		s = append(s, row)
	}
	return s
}

func (c cell) blank() bool { return c.char == ' ' && c.style.bg == "" && !c.style.reverse }

// after is the style when the parameters of an SGR sequence have been obeyed.
func (s style) after(params []string) style {
	if len(params) == 0 {
		return style{}
	}
	for i := 0; i < len(params); i++ {
		switch p := params[i]; {
		case p == "0":
			s = style{}
		case p == "1":
			s.bold = true
		case p == "2":
			s.dim = true
		case p == "7":
			s.reverse = true
		case p == "22":
			s.bold, s.dim = false, false
		case p == "27":
			s.reverse = false
		case p == "39":
			s.fg = ""
		case p == "49":
			s.bg = ""
		case p == "38" || p == "48":
			n := min(i+5, len(params))
			if i+1 < len(params) && params[i+1] == "5" {
				n = min(i+3, len(params))
			}
			colour := "38;" + strings.Join(params[i+1:n], ";")
			if i = n - 1; p == "38" {
				s.fg = colour
			} else {
				s.bg = colour
			}
		case len(p) == 2 && (p[0] == '3' || p[0] == '9'):
			s.fg = p
		case len(p) == 2 && p[0] == '4':
			s.bg = "3" + p[1:]
		case len(p) == 3 && p[:2] == "10":
			s.bg = "9" + p[2:]
		}
	}
	return s
}

// sgr is the sequence that gives this style to what was plain.
func (s style) sgr() string {
	params := []string{"0"}
	for _, p := range []struct {
		on   bool
		code string
	}{{s.bold, "1"}, {s.dim, "2"}, {s.reverse, "7"}, {s.fg != "", s.fg}, {s.bg != "", s.background()}} {
		if p.on {
			params = append(params, p.code)
		}
	}
	return "\x1b[" + strings.Join(params, ";") + "m"
}

// background is the code of a background, whose colour is kept as that of a
// foreground.
func (s style) background() string {
	if rest, ok := strings.CutPrefix(s.bg, "9"); ok {
		return "10" + rest
	}
	return "4" + strings.TrimPrefix(s.bg, "3")
}

// A run is neighbours of one style.
type run struct {
	column int
	text   []rune
	style  style
}

func runs(row []cell) []run {
	var all []run
	for i, c := range row {
		if n := len(all); n > 0 && all[n-1].style == c.style {
			all[n-1].text = append(all[n-1].text, c.char)
			continue
		}
		all = append(all, run{i, []rune{c.char}, c.style})
	}
	return all
}

// text is the screen without styles.
func (s screen) text() string {
	var b strings.Builder
	for _, row := range s {
		for _, c := range row {
			b.WriteRune(c.char)
		}
		b.WriteByte('\n')
	}
	return strings.TrimRight(b.String(), "\n")
}

// cast is the recording as asciinema plays it, format 2: what changed, row by
// row.
func (r *recorder) cast() string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"version":2,"width":%d,"height":%d,"title":"aibench stream, and a worker that freezes","env":{"TERM":"xterm-256color"}}`+"\n",
		screenWidth, screenHeight)
	var before screen
	for _, s := range r.shots {
		data := s.screen.since(before)
		if before = s.screen; data == "" {
			continue
		}
		event, _ := json.Marshal([]any{float64(s.at.Milliseconds()) / 1000, "o", data}) // of numbers and texts
		b.Write(append(event, '\n'))
	}
	return b.String()
}

// since is what a terminal must be sent that shows the screen before.
func (s screen) since(before screen) string {
	var b strings.Builder
	if before == nil {
		b.WriteString("\x1b[?25l\x1b[2J")
	}
	for i, row := range s {
		if i < len(before) && slices.Equal(row, before[i]) {
			continue
		}
		fmt.Fprintf(&b, "\x1b[%d;1H", i+1)
		for _, run := range runs(row) {
			b.WriteString(run.style.sgr() + string(run.text))
		}
		b.WriteString("\x1b[0m\x1b[K")
	}
	return b.String()
}

// TestScreenKeepsWhatATerminalShows: a screen that is sent to a terminal and
// captured again is the same screen.
func TestScreenKeepsWhatATerminalShows(t *testing.T) {
	t.Parallel()
	s := parseScreen("a\x1b[1;31mb\x1b[7m c \n\x1b[0;2;38;5;208md\x1b[48;2;1;2;3m \x1b[22;49me\x1b[39m\x1b[103m▀\n\x1b[m  \n")
	if got, want := s.text(), "ab c \nd e▀"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	want := style{fg: "38;5;208", bg: "38;2;1;2;3", dim: true}
	if got := s[1][1].style; got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	sent := regexp.MustCompile(`\x1b\[(\d+;1H|K|2J|\?25l)`).Split(s.since(nil), -1)
	again := parseScreen(strings.Join(slices.DeleteFunc(sent, func(line string) bool { return line == "" }), "\n"))
	if !slices.EqualFunc(s[:2], again[:2], slices.Equal) {
		t.Errorf("got %+v, want %+v", again, s)
	}
	if got := s.since(s); got != "" {
		t.Errorf("nothing has changed, and %q is sent", got)
	}
	if err := xml.Unmarshal([]byte(s.svg("a < b")), new(struct{})); err != nil {
		t.Error(err)
	}
}
