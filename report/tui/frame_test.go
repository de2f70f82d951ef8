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
		{name: "stream", width: 120, height: 40, story: streams(24), colour: true},
		{name: "nocolour", width: 120, height: 40, story: frozen()},
		{name: "frozen", width: 80, height: 24, story: frozen()},
		{name: "jobs", width: 100, height: 30, story: jobs(20)},
	}
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
			m := s.model()
			got := ansi.Strip(strings.Join(m.frame(), "\n")) + "\n"
			golden(t, s.name, got)
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	at := filepath.Join("testdata", name+".frame")
	if *update {
		if err := os.WriteFile(at, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(at)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		_ = os.WriteFile(at+".actual", []byte(got), 0o644)
		t.Errorf("the frame differs from %s; got\n%s\nwant\n%s", at, got, want)
	}
}
