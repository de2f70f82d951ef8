package tui

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// fits reports what of a frame leaves its window, or would steer the terminal.
func fits(t *testing.T, m *model) {
	t.Helper()
	lines := m.frame()
	if len(lines) > max(m.h, 0) {
		t.Fatalf("%d lines in a window of %d × %d", len(lines), m.w, m.h)
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n > m.w {
			t.Fatalf("line %d is %d wide in a window of %d × %d: %q", i, n, m.w, m.h, l)
		}
		for _, r := range ansi.Strip(l) {
			if !unicode.IsPrint(r) {
				t.Fatalf("line %d holds %q: %q", i, r, l)
			}
		}
	}
	if !m.ink.colour && strings.Contains(strings.Join(lines, ""), "38;") {
		t.Fatal("there are colours where there are to be none")
	}
}

// TestEverySize draws every panel in every window of up to 100 × 40.
func TestEverySize(t *testing.T) {
	story := failing()
	story.freeze(14)
	s := scene{story: story, set: both(judging, notedAt(99))}
	m := s.model()
	for w := -1; w <= 100; w++ {
		for _, h := range []int{-1, 0, 1, 2, 3, 5, 7, 10, 23, 24, 40} {
			for p := range panels {
				m.w, m.h, m.panel, m.ink.colour = w, h, p, (w+h)%2 == 0
				fits(t, m)
			}
		}
	}
}

// FuzzFrame: whatever the window, the run and what a server says, no line is
// wider than the window, there are no more lines than it has, and nothing in
// them steers the terminal.
func FuzzFrame(f *testing.F) {
	f.Add(uint16(80), uint16(24), uint8(3), uint8(0), "plain", "12 of 13")
	f.Add(uint16(20), uint16(5), uint8(40), uint8(1), "\x1b]0;x\a\x9b31m", "\x1b[2J")
	f.Add(uint16(40), uint16(10), uint8(0), uint8(10), "日本語 \u202e \u0301e", "é")
	f.Add(uint16(300), uint16(90), uint8(90), uint8(31), "\x00\x7f\r\n", "")
	f.Fuzz(func(t *testing.T, w, h uint16, seconds, kind uint8, said, header string) {
		story := streams(int(seconds % 100))
		if kind&1 != 0 {
			story = jobs(int(seconds % 100))
		}
		story.Paused, story.Users = kind&16 != 0, int(kind)
		story.Tally.Outcomes[7], story.Tally.Details[7] = int64(kind), []string{said}
		s := scene{width: int(w % 400), height: int(h % 120), story: story, colour: kind&2 != 0, set: func(m *model) {
			m.cfg.Title, m.cfg.Header = "stream "+said, func() string { return header }
			m.notes.add(said, time.Unix(99, 0))
			m.panel, m.help = panel(kind>>2)%panels, kind&32 != 0
			m.judged = []Judged{{Expr: said, Value: header, Known: kind&64 != 0}}
		}}
		fits(t, s.model())
	})
}

// FuzzWidth: the quick look at a line agrees with the close one, where its
// sequences are those that set colours.
func FuzzWidth(f *testing.F) {
	f.Add("plain")
	f.Add("\x1b[1;38;5;4mÄ ✓ ✗ … ─ ⣿ █\x1b[m 日本 é \u2764\ufe0f")
	f.Fuzz(func(t *testing.T, s string) {
		s = printable(s)
		if got, want := width(ink{colour: true}.in(bad, s)), ansi.StringWidth(s); got != want {
			t.Errorf("%q takes %d columns, want %d", s, got, want)
		}
	})
}
