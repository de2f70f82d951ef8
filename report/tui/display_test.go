package tui

import (
	"bytes"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/aibench/aibench/bench"
)

// paper is a terminal that keeps what is written to it.
type paper struct {
	mu sync.Mutex // guards all below
	b  bytes.Buffer
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.Write(b)
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.String()
}

// await waits until the terminal has been sent something.
func (p *paper) await(t *testing.T, what string) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(30 * time.Second); !strings.Contains(p.String(), what); {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("the terminal was never sent %q, but %q", what, p.String())
		}
	}
}

// on starts a display on paper.
func on(t *testing.T, out *paper, set func(*Config)) *Display {
	t.Helper()
	cfg := Config{Out: out, Env: []string{"TERM=xterm-256color"}, Width: 100, Height: 30, Title: "stream http://x", Whole: time.Minute}
	if set != nil {
		set(&cfg)
	}
	d, err := Start(cfg, streams(5))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// TestCloseRestores: what was switched on is switched off, then come the notes
// in their order, and what is told later is printed at once.
func TestCloseRestores(t *testing.T) {
	t.Parallel()
	out := &paper{}
	d := on(t, out, nil)
	d.Note("first\x1b[2J")
	d.Note("second")
	out.await(t, "running")
	d.Close()
	d.Note("third")
	d.Close()
	got := out.String()
	for _, pair := range [][2]string{
		{ansi.SetModeAltScreenSaveCursor, ansi.ResetModeAltScreenSaveCursor},
		{ansi.ResetModeTextCursorEnable, ansi.SetModeTextCursorEnable},
	} {
		if opened, closed := strings.Index(got, pair[0]), strings.LastIndex(got, pair[1]); opened < 0 || closed < opened {
			t.Errorf("%q at %d, %q at %d: want the second after the first", pair[0], opened, pair[1], closed)
		}
	}
	if want := "first\nsecond\nthird\n"; !strings.HasSuffix(got, want) {
		t.Errorf("it ends with %q, want %q", got[max(len(got)-60, 0):], want)
	}
}

// TestKeysArrive: a key goes from the terminal to who is asked to act on it.
func TestKeysArrive(t *testing.T) {
	t.Parallel()
	in, typed := io.Pipe()
	defer typed.Close()
	out, pressed := &paper{}, make(chan struct{}, 2)
	d := on(t, out, func(c *Config) {
		c.In, c.Interrupt = in, func() { pressed <- struct{}{} }
	})
	if _, err := typed.Write([]byte("q\x03")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		select {
		case <-pressed:
		case <-time.After(30 * time.Second):
			t.Fatal("q and ctrl+c interrupt nothing")
		}
	}
	out.await(t, "stopping")
	d.Close()
}

// TestBrokenDisplayLeaves: a display that cannot draw gives the terminal back
// and says so, and leaves the run alone.
func TestBrokenDisplayLeaves(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(*Config){
		"pulling": func(c *Config) { c.Judge = func(*bench.Snapshot) []Judged { panic("no judge") } },
		"drawing": func(c *Config) { c.Header = func() string { panic("no header") } },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := &paper{}
			d := on(t, out, set)
			select {
			case <-d.gone:
			case <-time.After(30 * time.Second):
				t.Fatal("the display stays")
			}
			d.Note("and on it goes")
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			if !strings.Contains(out.String(), ansi.ResetModeAltScreenSaveCursor) || len(lines) < 2 ||
				!strings.HasSuffix(lines[len(lines)-2], "; the run does") || lines[len(lines)-1] != "and on it goes" {
				t.Errorf("it ends with %q", lines[max(len(lines)-2, 0):])
			}
		})
	}
}

// TestNotesMeet: notes may come from everywhere while the display closes, and
// none is lost.
func TestNotesMeet(t *testing.T) {
	t.Parallel()
	out := &paper{}
	d := on(t, out, nil)
	var tellers sync.WaitGroup
	for range 4 {
		tellers.Go(func() {
			for range 50 {
				d.Note("told")
			}
		})
	}
	d.Close()
	tellers.Wait()
	got := out.String()
	if told := strings.Count(got[strings.LastIndex(got, ansi.ResetModeAltScreenSaveCursor)+1:], "told\n"); told != 200 {
		t.Errorf("%d of 200 notes were printed", told)
	}
}
