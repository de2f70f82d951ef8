package cmd

import (
	"bytes"
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report/tui"
)

// A display takes a terminal to draw on, keys to read, and nobody who has asked
// for none.
func TestWhereThereIsADisplay(t *testing.T) {
	for _, c := range []struct {
		name    string
		in, err bool
		term    string
		plain   bool
		want    bool
	}{
		{"a terminal", true, true, "xterm-256color", false, true},
		{"--no-tui", true, true, "xterm-256color", true, false},
		{"TERM=dumb", true, true, "dumb", false, false},
		{"standard error is a file", true, false, "xterm-256color", false, false},
		{"standard input is a file, or we are in the background", false, true, "xterm-256color", false, false},
	} {
		app, _, _ := testApp(map[string]string{"TERM": c.term})
		app.InIsTerminal, app.ErrIsTerminal, app.screen.plain = c.in, c.err, c.plain
		if got := app.displays(); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// still is a run that does nothing.
type still struct{}

func (still) SnapshotInto(*bench.Snapshot) {}
func (still) Pause(bool)                   {}
func (still) SetUsers(int)                 {}
func (still) SetSpeed(float64)             {}

// paper is a terminal that keeps what is written to it.
type paper struct {
	mu sync.Mutex // guards b
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

// shown puts a display on an App's standard error.
func shown(t *testing.T) (app *App, errs *paper, board *dashboard) {
	t.Helper()
	app, _, _ = testApp(nil)
	errs = &paper{}
	app.Err = errs
	board = &dashboard{app: app, quiet: func() {}, start: func() (*tui.Display, error) {
		return tui.Start(tui.Config{Out: errs, Env: []string{"TERM=xterm"}, Width: 80, Height: 24}, still{})
	}}
	board.later = time.AfterFunc(time.Hour, func() {})
	app.screen.use(board)
	t.Cleanup(board.hide)
	return app, errs, board
}

// leaveScreen switches back from the alternate screen (xterm's private mode 1049).
const leaveScreen = "\x1b[?1049l"

// A request that panics must not take the terminal along.
func TestPanicGivesTheTerminalBack(t *testing.T) {
	t.Parallel()
	app, errs, board := shown(t)
	board.open()
	restored := false
	func() {
		defer func() { restored = recover() != nil && strings.Contains(errs.String(), leaveScreen) }()
		shielded{panicking{}, app}.Do(t.Context(), bench.NewSample())
	}()
	if !restored {
		t.Errorf("the terminal was not restored before the panic: %q", errs.String())
	}
	if app.screen.used() != nil {
		t.Error("the display is still in the way")
	}
}

type panicking struct{}

func (panicking) Do(context.Context, *bench.Sample) { panic("a bug of ours") }

// A note is a line before the display, in the display while it is there, and a
// line again after it; none is lost, and their order stays.
func TestNotesAroundADisplay(t *testing.T) {
	t.Parallel()
	app, errs, board := shown(t)
	app.note("one")
	board.open()
	app.note("two")
	app.note("three")
	board.hide()
	app.note("four")
	got := errs.String()
	if !strings.HasPrefix(got, "one\n") || !strings.HasSuffix(got, "two\nthree\nfour\n") {
		t.Errorf("got %q", got)
	}
	if strings.LastIndex(got, leaveScreen) > strings.LastIndex(got, "two\n") {
		t.Error("notes are printed where they vanish with the display")
	}
}

// A key must not be read off the display: not from the URL, and not from what a
// server says about it.
func TestDisplayShowsNoCredential(t *testing.T) {
	app, _, _ := testApp(nil)
	at, err := parseEndpoint("http://127.0.0.1:1/v1?api_key=sk-secret")
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{}
	r.secrets.add("sk-secret")
	cfg := app.displayed(&runOptions{endpoint: at}, r)
	for _, text := range []string{cfg.Title, cfg.Mask("no quota for sk-secret")} {
		if strings.Contains(text, "sk-secret") || !strings.Contains(text, mask) {
			t.Errorf("got %q", text)
		}
	}
}

// A run that is over at once never has a display.
func TestNoDisplayForAMoment(t *testing.T) {
	t.Parallel()
	_, errs, board := shown(t)
	board.hide()
	board.open()
	if errs.String() != "" {
		t.Errorf("got %q", errs.String())
	}
}

// Keys of the display stand for signals: the first ends the starts, the second
// everything.
func TestKeysInterrupt(t *testing.T) {
	interrupted(t, func(app *App, _ chan<- os.Signal) {
		soft, hard, end := app.interruptible(context.Background(), true)
		app.screen.press(os.Interrupt)
		synctest.Wait()
		if soft.Err() == nil || hard.Err() != nil {
			t.Errorf("after one key: soft %v, hard %v", soft.Err(), hard.Err())
		}
		app.screen.press(os.Interrupt)
		synctest.Wait()
		if hard.Err() == nil {
			t.Error("after two keys: not ended")
		}
		if code := app.finish(end()); code != 130 {
			t.Errorf("exit %d, want 130", code)
		}
		for range 100 {
			app.screen.press(os.Interrupt) // nobody listens, and nobody waits
		}
	})
}

// A threshold on a job's time reads on the display as it does in the report:
// with its unit, and a scale.
func TestLiveThresholdOfJobsHasAUnit(t *testing.T) {
	for _, c := range []struct {
		kinds bench.Kinds
		id    bench.MetricID
		expr  string
	}{{bench.Jobs, bench.Completion, "completion.p50<2s"}, {bench.Streams, bench.TTFT, "ttft.p50<2s"}} {
		o := &runOptions{}
		o.output.of, o.output.thresholds.of = c.kinds, c.kinds
		if err := o.output.thresholds.Set(c.expr); err != nil {
			t.Fatal(err)
		}
		s := &bench.Snapshot{}
		s.Kinds = c.kinds
		s.Tally.Dists[c.id].Add(int64(2020*time.Millisecond), 100)
		s.Tally.Outcomes[bench.OK] = 100
		if got := o.judge()(s); len(got) != 1 || got[0].Value != "2.02 s" || got[0].OK {
			t.Errorf("%s reads %+v, want 2.02 s", c.expr, got)
		}
	}
}
