package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/aibench/aibench/bench"
)

// typed is a key as the terminal's reader hands it over.
func typed(name string) tea.KeyPressMsg {
	switch name {
	case "tab":
		return tea.KeyPressMsg{Code: tea.KeyTab}
	case "shift+tab":
		return tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift}
	case "ctrl+c":
		return tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl}
	case "ctrl+z":
		return tea.KeyPressMsg{Code: 'z', Mod: tea.ModCtrl}
	case "esc":
		return tea.KeyPressMsg{Code: tea.KeyEscape}
	}
	r := []rune(name)[0]
	return tea.KeyPressMsg{Code: r, Text: name}
}

// TestKeys presses keys and looks at what became of the display and the run.
func TestKeys(t *testing.T) {
	for _, c := range []struct {
		name  string
		press []string
		set   func(m *model)
		want  func(m *model, s *story, interrupts int) bool
	}{
		{name: "tab goes round", press: []string{"tab", "tab"}, want: func(m *model, _ *story, _ int) bool { return m.panel == heat }},
		{name: "tab comes back", press: []string{"tab", "tab", "tab", "tab"}, want: func(m *model, _ *story, _ int) bool { return m.panel == overview }},
		{name: "shift+tab goes back", press: []string{"shift+tab"}, want: func(m *model, _ *story, _ int) bool { return m.panel == outcomes }},
		{name: "help", press: []string{"?"}, want: func(m *model, _ *story, _ int) bool { return m.help }},
		{name: "help and back", press: []string{"?", "?"}, want: func(m *model, _ *story, _ int) bool { return !m.help }},
		{name: "esc leaves help", press: []string{"?", "esc"}, want: func(m *model, _ *story, _ int) bool { return !m.help }},
		{name: "tab leaves help", press: []string{"?", "tab"}, want: func(m *model, _ *story, _ int) bool { return !m.help && m.panel == latency }},
		{name: "q interrupts", press: []string{"q"}, want: func(m *model, _ *story, n int) bool { return n == 1 && m.pressed == 1 }},
		{name: "each q does", press: []string{"q", "q"}, want: func(_ *model, _ *story, n int) bool { return n == 2 }},
		{name: "ctrl+c is the same", press: []string{"ctrl+c"}, want: func(m *model, _ *story, n int) bool { return n == 1 && m.pressed == 1 }},
		{name: "ctrl+z is not", press: []string{"ctrl+z"}, want: func(m *model, s *story, n int) bool { return n == 0 && s.calls == nil && !m.help }},
		{name: "p pauses", press: []string{"p"}, want: func(m *model, s *story, _ int) bool { return s.Paused && m.snap.Paused }},
		{name: "and resumes", press: []string{"p", "p"}, want: func(m *model, s *story, _ int) bool { return !s.Paused && len(s.calls) == 2 }},
		{name: "more users", press: []string{"+"}, want: func(m *model, s *story, _ int) bool { return s.Users == 55 }},
		{name: "without shift too", press: []string{"="}, want: func(m *model, s *story, _ int) bool { return s.Users == 55 }},
		{name: "faster than snapshots", press: []string{"+", "+"}, want: func(m *model, s *story, _ int) bool { return s.Users == 61 }},
		{name: "down undoes up", press: []string{"+", "-"}, want: func(m *model, s *story, _ int) bool { return s.Users == 50 }},
		{
			name: "by one at least", press: []string{"+", "+"}, set: func(m *model) { m.snap.Users = 1 },
			want: func(_ *model, s *story, _ int) bool { return s.Users == 3 },
		},
		{
			name: "never none", press: []string{"-", "-", "-"}, set: func(m *model) { m.snap.Users = 2 },
			want: func(_ *model, s *story, _ int) bool { return s.Users == 1 },
		},
		{
			name: "a load that is not the user's", press: []string{"p", "+", "-"}, set: func(m *model) { m.cfg.Fixed = true },
			want: func(m *model, s *story, _ int) bool { return s.calls == nil && !m.snap.Paused },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			interrupts := 0
			s := scene{width: 80, height: 24, story: streams(3), set: func(m *model) { m.cfg.Interrupt = func() { interrupts++ } }}
			m := s.model()
			if c.set != nil {
				c.set(m)
			}
			for _, key := range c.press {
				m.Update(typed(key))
			}
			if !c.want(m, s.story, interrupts) {
				t.Errorf("after %v: panel %v, help %v, pressed %d, interrupted %d times, %d users, calls %v",
					c.press, m.panel, m.help, m.pressed, interrupts, s.story.Users, s.story.calls)
			}
		})
	}
}

// A run that something else than a key has stopped (a signal, a condition of
// --abort-on) must not be shown as one that goes on, with time left.
func TestStoppedFromOutside(t *testing.T) {
	s := scene{width: 80, height: 24, story: streams(24)}
	s.story.Over = true
	head := strings.Join(s.model().header(), "\n")
	for want, is := range map[string]bool{"stopping": true, "following the last 50": true, "running": false, "left": false} {
		if strings.Contains(head, want) != is {
			t.Errorf("%q in it: want %v; got\n%s", want, is, head)
		}
	}
	s.story.At = 61 * time.Second
	if head := s.model().header()[0]; !strings.Contains(head, "ending") {
		t.Errorf("a run whose time is up: got %s", head)
	}
}

// What a server says may hold the key that it was sent, and a display is looked
// at by others and recorded.
func TestCredentialsAreMasked(t *testing.T) {
	s := scene{width: 80, height: 24, story: failing(), set: keys("shift+tab")}
	s.story.Tally.Details[bench.Throttled] = []string{"no quota for sk-secret"}
	m := s.model()
	m.cfg.Mask = func(said string) string { return strings.ReplaceAll(said, "sk-secret", "***") }
	frame := ansi.Strip(strings.Join(m.frame(), "\n"))
	if !strings.Contains(frame, "no quota for ***") || strings.Contains(frame, "sk-secret") {
		t.Errorf("got\n%s", frame)
	}
}

// The rates of an open loop are those of its last five to six seconds: its schedule's, and
// what was made of it.
func TestPace(t *testing.T) {
	s := scene{width: 100, height: 24, story: jobs(3)}
	m := s.model()
	for tenths := range int64(101) {
		s.story.At = 10*time.Second + time.Duration(tenths)*100*time.Millisecond
		s.story.Scheduled = 1000 + 20*tenths
		s.story.Dispatched = s.story.Scheduled - max(10*(tenths-40), 0)
		m.pull()
	}
	head := ansi.Strip(strings.Join(m.header(), "\n"))
	if want := "scheduled 200/s · achieved 100/s · 600 waiting to start"; !strings.Contains(head, want) {
		t.Errorf("got\n%s\nwant %s", head, want)
	}
	if n := len(m.paced.past); n > 8 {
		t.Errorf("%d instants are kept, for six seconds", n)
	}
}

// TestRateKeys: an open loop is made faster by a tenth, or by one a second when
// that is more, and never stops.
func TestRateKeys(t *testing.T) {
	for _, c := range []struct {
		name  string
		rate  float64
		press []string
		want  float64
	}{
		{"a tenth", 200, []string{"+"}, 220},
		{"and another", 200, []string{"+", "+"}, 242},
		{"one at least", 3, []string{"+"}, 4},
		{"one less", 3, []string{"-"}, 2},
		{"down undoes up", 200, []string{"+", "-"}, 200},
		{"it goes on", 1, []string{"-"}, 0.5},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := scene{width: 80, height: 24, story: jobs(3)}
			m := s.model()
			m.cfg.Rate = c.rate
			for _, key := range c.press {
				m.Update(typed(key))
			}
			if got := s.story.Speed * c.rate; got < c.want-1e-9 || got > c.want+1e-9 {
				t.Errorf("got %v/s, want %v/s", got, c.want)
			}
		})
	}
	s := scene{width: 80, height: 24, story: jobs(3)}
	m := s.model()
	for range 200 {
		m.Update(typed("+"))
	}
	if s.story.Speed != bench.MaxSpeed {
		t.Errorf("got speed %v, want it to end at %v", s.story.Speed, float64(bench.MaxSpeed))
	}
}

// TestLookPulls: a look brings the display up to date and asks for the next.
func TestLookPulls(t *testing.T) {
	s := scene{width: 80, height: 24, story: streams(3)}
	m := s.model()
	m.cfg.Judge = func(s *bench.Snapshot) []Judged {
		return []Judged{{Expr: "errors<1%", Known: true, OK: s.At > 5*time.Second}}
	}
	*s.story = *streams(9)
	_, next := m.Update(look{})
	if next == nil {
		t.Error("nothing asks for the next look")
	}
	if len(m.snap.Series) != 9 || m.seen != 9 || !m.judged[0].OK {
		t.Errorf("got %d seconds, %d taken in, judged %v; want those of the run as it is now", len(m.snap.Series), m.seen, m.judged)
	}
	before := m.reach
	m.Update(look{})
	if m.reach != before {
		t.Error("a second is taken in twice")
	}
}

// A picture that is kept must not outlive its second, its window or its colours:
// the frame is that of a display that has just begun.
func TestNoStalePicture(t *testing.T) {
	for p := range panels {
		s := scene{width: 100, height: 36, story: streams(9)}
		m := s.model()
		m.panel = p
		for name, change := range map[string]func(){
			"nothing":         func() {},
			"a second closed": func() { *s.story = *frozen() },
			"a resize":        func() { m.Update(tea.WindowSizeMsg{Width: 130, Height: 50}) },
			"colours":         func() { m.ink.colour = !m.ink.colour },
		} {
			m.frame()
			change()
			m.Update(look{})
			fresh := scene{width: m.w, height: m.h, story: s.story, colour: m.ink.colour}
			want := fresh.model()
			want.panel = p
			if got, want := strings.Join(m.frame(), "\n"), strings.Join(want.frame(), "\n"); got != want {
				t.Errorf("%v after %s: got\n%s\nwant\n%s", p, name, got, want)
			}
		}
	}
}

// TestWindow: a resize is followed, and a light background gets other colours.
func TestWindow(t *testing.T) {
	s := scene{width: 80, height: 24, story: streams(3), colour: true}
	m := s.model()
	m.Update(tea.WindowSizeMsg{Width: 133, Height: 44})
	if len(m.frame()) != 44 {
		t.Errorf("got %d lines after a resize, want 44", len(m.frame()))
	}
	dark := m.frame()
	m.ink.light = true
	if slices.Equal(dark, m.frame()) {
		t.Error("a light background is drawn on like a dark one")
	}
}
