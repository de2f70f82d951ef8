package tui

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/aibench/aibench/bench"
)

var update = flag.Bool("update", false, "write the goldens anew")

// scene is a display before a test looks at it.
type scene struct {
	name          string
	width, height int
	story         *story
	colour        bool
	set           func(m *model)
}

func (s *scene) model() *model {
	cfg := Config{
		Title: "stream http://127.0.0.1:8000/v1/chat/completions", Whole: 60 * time.Second,
		Width: s.width, Height: s.height, Colour: s.colour,
	}
	if s.story.Kinds == bench.Jobs {
		cfg.Title, cfg.Rate = "job http://127.0.0.1:8000/v1/jobs", 20
	}
	m := newModel(cfg, s.story, &notes{})
	m.now = func() time.Time { return time.Unix(100, 0) }
	if s.set != nil {
		s.set(m)
	}
	m.pull()
	return m
}

func scenes() []scene {
	return []scene{
		{name: "middle", width: 120, height: 40, story: streams(24), colour: true},
		{name: "frozen", width: 100, height: 36, story: frozen()},
		{name: "frozen-heat", width: 100, height: 36, story: frozen(), colour: true, set: keys("tab", "tab")},
		{name: "latency", width: 100, height: 36, story: frozen(), set: keys("tab")},
		{name: "jobs", width: 100, height: 30, story: jobs(20)},
		{name: "errors", width: 100, height: 30, story: failing(), set: notedAt(99)},
		{name: "errors-outcomes", width: 100, height: 30, story: failing(), set: both(notedAt(10), keys("tab", "tab", "tab"))},
		{name: "thresholds", width: 80, height: 24, story: streams(24), set: judging},
		{name: "invalid", width: 100, height: 30, story: limited()},
		{name: "paused", width: 80, height: 24, story: streams(24), colour: true, set: keys("p")},
		{name: "steered", width: 80, height: 24, story: streams(24), set: keys("+", "+")},
		{name: "steered-rate", width: 80, height: 24, story: jobs(20), set: keys("-")},
		{name: "nocolour", width: 80, height: 24, story: frozen()},
		{name: "stopping", width: 80, height: 24, story: streams(24), set: keys("q")},
		{name: "help", width: 100, height: 30, story: streams(24), set: keys("?")},
		{name: "help-in-a-comparison", width: 100, height: 30, story: streams(24), set: both(keys("?"), func(m *model) { m.cfg.Fixed = true })},
		{name: "first-second", width: 80, height: 24, story: streams(0)},
		{name: "compact", width: 79, height: 23, story: frozen(), set: judging},
		{name: "compact-jobs", width: 60, height: 18, story: jobs(20)},
		{name: "small", width: 40, height: 10, story: failing()},
		{name: "smallest", width: 20, height: 5, story: streams(24)},
		{name: "large", width: 200, height: 60, story: frozen(), colour: true, set: judging},
		{name: "long", width: 100, height: 30, story: streams(400), set: func(m *model) { m.cfg.Whole = 0 }},
		{name: "counted", width: 80, height: 24, story: streams(24), set: func(m *model) { m.cfg.Whole, m.cfg.Requests = 0, 2000 }},
		{name: "in-a-comparison", width: 80, height: 24, story: streams(8), set: func(m *model) {
			m.cfg.Header, m.cfg.Fixed = func() string { return "pair 3 of 8 · head · 4 min left" }, true
		}},
	}
}

// TestNarrowWindowKeepsWholeNumbers: "10…" reads as ten, and was a hundred.
func TestNarrowWindowKeepsWholeNumbers(t *testing.T) {
	for w := 17; w < 46; w++ {
		s := scene{width: w, height: 20, story: streams(24), set: keys("tab", "tab", "tab")}
		if shows := ansi.Strip(strings.Join(s.model().frame(), "\n")); !strings.Contains(shows, " 100 %") {
			t.Errorf("%d columns: the share of what ended well is cut:\n%s", w, shows)
		}
	}
}

// keys presses keys once the run has been seen.
func keys(names ...string) func(m *model) {
	return func(m *model) {
		m.pull()
		for _, name := range names {
			m.press(name)
		}
	}
}

func both(a, b func(m *model)) func(m *model) {
	return func(m *model) {
		a(m)
		b(m)
	}
}

// notedAt tells something at a second of the clock, at which a frame is drawn
// at 100.
func notedAt(second int64) func(m *model) {
	return func(m *model) {
		m.notes.add("the stream reads as openai-chat", time.Unix(second-1, 0))
		m.notes.add("evil \x1b[2J\x1b]0;owned\a text\nfrom \u202eoutside", time.Unix(second, 0))
	}
}

func judging(m *model) {
	m.cfg.Judge = func(*bench.Snapshot) []Judged {
		return []Judged{
			{Expr: "ttft.p99<800ms", Value: "123 ms", Known: true, OK: true},
			{Expr: "errors<1%", Value: "0 %", Known: true, OK: true},
			{Expr: "chunk_gap.p99<25ms", Value: "30.7 ms", Known: true},
			{Expr: "e2e.p999<5s", Value: "not known: withheld (needs 6,905 requests, have 792)"},
		}
	}
}

// failing is a run with failures of which the server says hostile things.
func failing() *story {
	s := streams(24)
	t := &s.Tally
	t.Outcomes[bench.Throttled], t.Outcomes[bench.Truncated], t.Outcomes[bench.ServerError] = 37, 4, 1
	t.Details[bench.Throttled] = []string{"429 rate \x1b[31mlimit\x1b[0m exceeded"}
	t.Details[bench.Truncated] = []string{"the answer ended after 12 events\r\n", "日本語のエラー"}
	s.Flow.Ended, s.Flow.Errors = s.Flow.Ended+42, 42
	return s
}

// limited is a run whose client is too busy to measure.
func limited() *story {
	s := streams(24)
	s.Health.CPU, s.Health.BusySeconds = 0.97, 0.6
	s.Health.PauseFraction, s.Health.Paused, s.Health.LongestPause = 0.071, 1700*time.Millisecond, 312*time.Millisecond
	return s
}

func frozen() *story {
	s := streams(24)
	s.freeze(14)
	return s
}

// TestFrames holds every scene against its golden, escapes stripped.
func TestFrames(t *testing.T) {
	for _, s := range scenes() {
		t.Run(s.name, func(t *testing.T) {
			golden(t, s.name, ansi.Strip(strings.Join(s.model().frame(), "\n"))+"\n")
		})
	}
}

// golden compares a frame with a file of testdata, and leaves it beside that
// file when they differ.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".frame")
	actual := path + ".actual"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		if err := os.WriteFile(actual, []byte(got), 0o644); err != nil {
			t.Error(err)
		}
		t.Errorf("%s differs, see %s; got\n%s\nwant\n%s", path, actual, got, want)
		return
	}
	_ = os.Remove(actual) // it is there only after a failure
}
