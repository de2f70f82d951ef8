package html

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/aibench/aibench/report"
)

// A browser is a real one, with one page open, and what it complained of and
// asked the network for.
type browser struct {
	ctx      context.Context
	mu       sync.Mutex // guards the rest
	requests []string
	messages []string
}

// openBrowser starts Chromium, or skips the test where there is none.
func openBrowser(t *testing.T) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("AIBENCH_REQUIRE_REAL") == "1" {
			t.Fatalf("AIBENCH_REQUIRE_REAL=1, but there is no chromium: %v", err)
		}
		t.Skipf("there is no chromium: %v", err)
	}
	// NoSandbox: as root, as in most containers, Chromium has none.
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.ExecPath(path),
		chromedp.WSURLReadTimeout(90*time.Second))
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, leave := chromedp.NewContext(ctx)
	t.Cleanup(leave)
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	b := &browser{ctx: ctx}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	messages := chromedp.Console(ctx)
	go func() { // ends with the context
		for m, err := range messages {
			if err != nil {
				return
			}
			b.note(&b.messages, m.String())
		}
	}()
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return b
}

// hear notes what the page asks the network for.
func (b *browser) hear(event any) {
	if e, ok := event.(*network.EventRequestWillBeSent); ok {
		b.note(&b.requests, e.Request.URL)
	}
}

func (b *browser) note(list *[]string, text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	*list = append(*list, text)
}

// do performs steps.
func (b *browser) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// value gives what an expression of the page's script is worth.
func value[T any](t *testing.T, b *browser, expression string, options ...chromedp.EvaluateOption) T {
	t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, options...))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// await waits until an expression is true: what a pointer or a key does is done
// with the next frame, not at once.
func (b *browser) await(t *testing.T, expression string) {
	t.Helper()
	_, err := chromedp.Run(b.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(30*time.Second), chromedp.WithPollingInterval(10*time.Millisecond)))
	if err != nil {
		t.Errorf("never true: %s: %v", expression, err)
	}
}

// look sets the width of the window and the system's theme.
func (b *browser) look(t *testing.T, width int64, theme string) {
	t.Helper()
	b.do(t, chromedp.EmulateViewport(width, 900))
	params := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, params); err != nil {
		t.Fatal(err)
	}
}

// open writes the page of some runs and opens it as a file.
func (b *browser) open(t *testing.T, runs ...*report.Run) (url string) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(name, []byte(pageFor(t, runs...)), 0o600); err != nil {
		t.Fatal(err)
	}
	url = "file://" + filepath.ToSlash(name)
	b.do(t, chromedp.Navigate(url))
	return url
}

// TestInChromium opens pages in a real browser: one start for all that needs
// one.
func TestInChromium(t *testing.T) {
	b := openBrowser(t)
	b.look(t, 1280, "light")
	run := lasting(60)
	run.Thresholds = []report.ThresholdResult{{Expr: "ttft.p99<800ms", Value: new(1149.0)}}
	f := report.Finding{Code: "queue-bound", Severity: report.Warning, Confidence: "high", Title: "queue-bound: 4 jobs at a time", Remedy: "more workers"}
	f.Evidence.Add("run_ms", 200.0)
	run.Findings = []report.Finding{f}
	one := b.open(t, run)
	t.Run("hover", func(t *testing.T) { hovers(t, b) })
	t.Run("keys", func(t *testing.T) { keys(t, b) })
	t.Run("buttons", func(t *testing.T) { buttons(t, b) })
	t.Run("looks", func(t *testing.T) { looks(t, b) })
	t.Run("paper", func(t *testing.T) { prints(t, b) })
	several := b.open(t, lasting(60), lasting(40), run)
	t.Run("several runs", func(t *testing.T) {
		looks(t, b)
		overlays(t, b)
	})
	t.Run("alone", func(t *testing.T) { alone(t, b, one, several) })
}

// hovers: the pointer in the middle of a chart reads the values there.
func hovers(t *testing.T, b *browser) {
	b.do(t, chromedp.ScrollIntoView(chromedp.CSS("#time-ttft .probe")))
	at := value[[]float64](t, b, `(() => { const r = document.querySelector('#time-ttft .probe').getBoundingClientRect();
		return [r.left + r.width * 30.5 / 60, r.top + r.height / 2] })()`)
	b.do(t, chromedp.MouseEvent("mouseMoved", at[0], at[1]))
	b.await(t, `!document.querySelector('#time-ttft .tip').hidden`)
	tip := value[string](t, b, `document.querySelector('#time-ttft .tip').innerText`)
	for _, want := range []string{"30 s to 31 s", "p99", "p50", " ms", " to "} {
		if !strings.Contains(tip, want) {
			t.Errorf("hover: got %q, want it to hold %q", tip, want)
		}
	}
	b.look(t, 390, "light")
	b.do(t, chromedp.Evaluate[chromedp.Void](`for (const at of document.querySelectorAll('.probe')) {
		at.focus();
		for (const key of ['End', 'PageUp', 'PageUp', 'PageUp']) {
			at.dispatchEvent(new KeyboardEvent('keydown', { key }));
			if (document.documentElement.scrollWidth > innerWidth) throw new Error('a readout widens the page');
		}
	}`))
	b.look(t, 1280, "light")
	b.do(t, chromedp.MouseEvent("mouseMoved", 2, 2))
	b.await(t, `document.querySelector('#time-ttft .tip').hidden`) // since the pointer has left
}

// keys: what the pointer can do, the arrows can.
func keys(t *testing.T, b *browser) {
	const probe = `document.querySelector('#time-chunk_gap .probe')`
	b.do(t, chromedp.Focus(chromedp.CSS("#time-chunk_gap .probe")))
	for _, step := range []struct{ key, now, says string }{
		{kb.Home, "0", "0 s to 1 s"},
		{kb.ArrowRight, "1", "1 s to 2 s"},
		{kb.ArrowRight, "2", "2 s to 3 s"},
		{kb.ArrowLeft, "1", "1 s to 2 s"},
		{kb.End, "59", "59 s to 60 s"},
		{kb.Home, "0", "0 s to 1 s"},
	} {
		b.do(t, chromedp.KeyEvent(step.key))
		b.await(t, probe+`.getAttribute('aria-valuenow') === '`+step.now+`'`)
		now := value[string](t, b, probe+`.getAttribute('aria-valuenow')`)
		says := value[string](t, b, probe+`.getAttribute('aria-valuetext')`)
		if now != step.now || !strings.Contains(says, step.says) || !strings.Contains(says, "p99 ") {
			t.Errorf("after key %q: got %s, %q, want %s, %q", step.key, now, says, step.now, step.says)
		}
	}
	b.do(t, chromedp.KeyEvent(kb.ArrowUp))
	b.await(t, `!document.querySelector('#time-chunk_gap .cell').hidden`)
	b.do(t, chromedp.Focus(chromedp.CSS(".why")))
	b.await(t, `!document.querySelector('.bubble').hidden`)
	if got := value[string](t, b, `document.querySelector('.bubble').innerText`); !strings.Contains(got, "needs 6,905 requests") {
		t.Errorf("the focused dash says %q, want the reason", got)
	}
}

// buttons: the theme turns, the command is copied or at least selected.
func buttons(t *testing.T, b *browser) {
	const paper = `getComputedStyle(document.body).backgroundColor`
	light := value[string](t, b, paper)
	b.do(t, chromedp.Click(chromedp.CSS("#theme")))
	b.await(t, paper+` !== '`+light+`' && document.querySelector('#theme').textContent === 'Light'`)
	b.do(t, chromedp.Click(chromedp.CSS("#theme")))
	b.await(t, paper+` === '`+light+`' && document.querySelector('#theme').textContent === 'Dark'`)
	b.do(t, chromedp.Click(chromedp.CSS(".copy")))
	b.await(t, `document.querySelector('.copy').textContent !== 'Copy'`)
}

// looks: in both themes and on all screens, everything is readable and nothing
// is wider than the window.
func looks(t *testing.T, b *browser) {
	for _, width := range []int64{1280, 390} {
		for _, theme := range []string{"light", "dark"} {
			b.look(t, width, theme)
			if wide := value[int64](t, b, `document.documentElement.scrollWidth`); wide > width {
				t.Errorf("%d px, %s: the page is %d px wide", width, theme, wide)
			}
			for _, pale := range value[[]string](t, b, paleScript) {
				t.Errorf("%d px, %s: not readable: %s", width, theme, pale)
			}
		}
	}
	b.look(t, 1280, "light")
}

// paleScript lists the texts whose colour has a contrast of less than 4.5 to
// what lies behind them, as the Web Content Accessibility Guidelines count.
const paleScript = `(() => {
	const rgb = (c) => (c.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
	const light = (c) => { const [r, g, b] = c.map((v) => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
		return .2126 * r + .7152 * g + .0722 * b; };
	const behind = (e) => { for (; e; e = e.parentElement) {
		const c = rgb(getComputedStyle(e).backgroundColor);
		if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
	const pale = [];
	for (const e of document.querySelectorAll('h1, h2, h3, p, dt, dd, th, td, li, a, button, .word, .state, .why, .tick, summary, pre')) {
		if (!e.textContent.trim() || !e.getClientRects().length) continue;
		const style = getComputedStyle(e);
		const [a, b] = [light(rgb(e.closest('svg') ? style.fill : style.color)), light(behind(e))];
		const contrast = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
		if (contrast < 4.5) pale.push(e.tagName + '.' + e.className + ' ' + e.textContent.trim().slice(0, 30) + ': ' + contrast.toFixed(2));
	}
	return pale;
})()`

// prints: paper has no buttons, and gets all that the screen shows.
func prints(t *testing.T, b *browser) {
	pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(chromedp.PDFPrintBackground()))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(pdf), "%PDF-") || len(pdf) < 20_000 {
		t.Errorf("print: got %d bytes that begin with %.8q, want a PDF with the charts in it", len(pdf), pdf)
	}
}

// overlays: a readout has the values of every run.
func overlays(t *testing.T, b *browser) {
	b.do(t, chromedp.Focus(chromedp.CSS("#dist-ttft .probe")))
	got := value[string](t, b, `document.querySelector('#dist-ttft .probe').getAttribute('aria-valuetext')`)
	for _, want := range []string{"lasting 1", "lasting (2) 1", "lasting (3) 1"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q, want it to hold %q", got, want)
		}
	}
}

// alone: a page asks for nothing but itself, could not if it wanted to, and
// nothing in it goes wrong.
func alone(t *testing.T, b *browser, pages ...string) {
	b.mu.Lock()
	requests, messages := strings.Join(b.requests, "\n"), strings.Join(b.messages, "\n")
	b.mu.Unlock()
	if want := strings.Join(pages, "\n"); requests != want {
		t.Errorf("requests: got\n%s\nwant\n%s", requests, want)
	}
	if messages != "" {
		t.Errorf("the console says: %s", messages)
	}
	fetched := value[string](t, b, `fetch('data:,').then(() => 'answered', () => 'refused')`, chromedp.EvalAwaitPromise)
	if fetched != "refused" {
		t.Errorf("a request of the page's own script was %s, want it refused by the policy", fetched)
	}
}
