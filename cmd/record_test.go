//go:build unix

package cmd_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aibench/aibench/mockllm"
)

// The recorded run. In the middle of it requests block the event loop of the
// worker that takes them, as a blocking call in an asynchronous handler does.
const (
	recordFlags = "-c 60 -d 40s --output-tokens 30 --seed 1" +
		" --threshold 'ttft.p99<800ms' --threshold 'chunk_gap.p99<200ms' --threshold 'errors<1%'"
	recordBlock = "kind=block; ms=1500"
	recordRate  = 4 // looks a second
)

// TestRecord records the display, in a real terminal, on a real run against a
// server of four workers of which one freezes now and then:
//
//	AIBENCH_RECORD=docs/recordings go test ./cmd -run Record -v
//
// It writes frozen-worker.cast (asciinema), frozen-worker.md (frames) and
// dashboard.svg (the picture of one), and refuses to record on a busy machine.
func TestRecord(t *testing.T) {
	dir := os.Getenv("AIBENCH_RECORD")
	if dir == "" {
		t.Skip("AIBENCH_RECORD does not name the directory to record to")
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", dir)
	}
	url, stop, err := mockllm.StartChild(context.Background(),
		aibench(t, "serve", "--child", "--bind", "127.0.0.1:0", "--workers", "4", "--faults", "--seed", "1"))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	colour, plain := recorder{terminal: openTerminal(t), url: url}, recorder{terminal: openTerminal(t), url: url}
	colour.film("COLORTERM=truecolor aibench stream")
	plain.film("aibench stream --no-color") // in which the strip has signs instead of colours
	picture := colour.frame("picture").screen.svg("aibench stream: the live display on a run in which a worker froze")
	for name, content := range map[string]string{
		"frozen-worker.cast": colour.cast(), "frozen-worker.md": plain.story(), "dashboard.svg": picture,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// A recorder looks at a terminal now and then, and keeps what it shows.
type recorder struct {
	*terminal
	url    string
	shots  []shot
	frozen []string // which worker, in order
}

// A shot is what the terminal showed, so long after the display had come.
type shot struct {
	at     time.Duration
	name   string // of the frame that it is; mostly ""
	screen screen
}

// A cue is something that happens in the recording: a worker freezes, keys are
// pressed, or what is shown is kept under a name.
type cue struct {
	at     time.Duration
	freeze bool
	keys   []string
	name   string
}

func cues() []cue {
	return []cue{
		{at: 9500 * time.Millisecond, name: "before"},
		{at: 10 * time.Second, freeze: true},
		{at: 11300 * time.Millisecond, name: "during"},
		{at: 14 * time.Second, name: "after"},
		{at: 19 * time.Second, freeze: true},
		{at: 27 * time.Second, freeze: true},
		{at: 32 * time.Second, name: "picture"},
		{at: 33 * time.Second, keys: []string{"Tab", "Tab"}},
		{at: 36 * time.Second, name: "heat"},
		{at: 38 * time.Second, keys: []string{"BTab", "BTab"}},
	}
}

// film records a run from the first frame of its display to its report, and
// fails the test if the client was not at ease.
func (r *recorder) film(command string) {
	r.t.Helper()
	left := cues()
	froze := make(chan string, len(left))
	r.run("clear; " + command + " " + r.url + " " + recordFlags + "; echo ov''er")
	r.await(`● running`)
	start := time.Now()
	tick := time.NewTicker(time.Second / recordRate)
	defer tick.Stop()
	text := ""
	for end := start.Add(2 * time.Minute); !strings.HasSuffix(text, "over\n$"); <-tick.C {
		s := shot{at: time.Since(start), screen: parseScreen(r.do("capture-pane", "-e", "-p"))}
		text = s.screen.text()
		if time.Now().After(end) {
			r.t.Fatalf("the run has not ended:\n%s", text)
		}
		if len(left) > 0 && left[0].at <= s.at {
			s.name = left[0].name
			r.follow(left[0], froze)
			left = left[1:]
		}
		r.shots = append(r.shots, s)
	}
	if !strings.Contains(text, "client      ok") || strings.Contains(text, "warning:") {
		r.t.Fatalf("nothing is written, since the machine was too busy for a picture:\n%s", text)
	}
	for _, c := range cues() {
		if c.freeze {
			r.frozen = append(r.frozen, <-froze)
		}
	}
}

func (r *recorder) follow(c cue, froze chan<- string) {
	r.t.Helper()
	if len(c.keys) > 0 {
		r.keys(c.keys...)
	}
	if c.freeze {
		go func() { froze <- freezeWorker(r.url) }()
	}
}

// freezeWorker blocks the event loop of a worker, and returns which it was or
// what went wrong.
func freezeWorker(url string) string {
	req, err := http.NewRequest(http.MethodPost, url+"/v1/embeddings", strings.NewReader(`{"model":"mock-1","input":"x"}`))
	if err != nil {
		return err.Error()
	}
	req.Header.Set("X-Aibench-Fault", recordBlock)
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 20 * time.Second}).Do(req)
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20)); err != nil {
		return err.Error()
	}
	if resp.Header.Get("X-Aibench-Fault-Applied") == "" {
		return "none: " + resp.Status
	}
	return resp.Header.Get("X-Aibench-Worker")
}

// frame is the shot of a name.
func (r *recorder) frame(name string) shot {
	r.t.Helper()
	for _, s := range r.shots {
		if s.name == name {
			return s
		}
	}
	r.t.Fatalf("no frame is %q", name)
	return shot{}
}

// story is the page with the frames.
func (r *recorder) story() string {
	var b strings.Builder
	fmt.Fprintf(&b, `# A frozen worker, live

A real run, recorded in a terminal of 120 × 40:

`+"```sh\naibench serve --workers 4 --faults\naibench stream http://127.0.0.1:8000 %s\n```"+`

Three times, 10, 19 and 27 seconds after the display had come, a
`+"`POST /v1/embeddings` with the header `X-Aibench-Fault: %s`"+` blocked the event loop of the worker
that took it (workers %s), as a blocking call in an `+"`async def`"+` does. A second run, in colour, is in
[frozen-worker.cast](frozen-worker.cast) (`+"`asciinema play`"+`), and a frame of it in [dashboard.svg](dashboard.svg).
`, recordFlags, recordBlock, strings.Join(r.frozen, ", "))
	for _, c := range []struct{ name, title, says string }{
		{"before", "Before", "All streams flow: a gap of 50 ms between two chunks, and nothing else in the strip."},
		{"during", "While it is frozen", "Fewer events come: the last column of the first chart. Nothing else says a word, since a request that waits has no latency yet."},
		{"after", "After", "The gaps of the whole silence have ended: a mark at their height at the top of the strip. What had been waiting came at once: the marks at its bottom."},
		{"heat", "The panel `heat`", "Each freeze is a column of its own. Few streams were touched, so the percentiles of the run hardly know."},
	} {
		s := r.frame(c.name)
		fmt.Fprintf(&b, "\n## %s\n\n%s (after %.1f s)\n\n```\n%s\n```\n", c.title, c.says, s.at.Seconds(), s.screen.text())
	}
	return b.String() + "\nMade by `AIBENCH_RECORD=docs/recordings go test ./cmd -run Record -v`.\n"
}
