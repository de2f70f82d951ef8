package compare

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/aibench/aibench/bench"
)

// A side that broke at once left a CI job without any artifact: what there is has to be writable in every format.
func TestPartialOfSidesThatBroke(t *testing.T) {
	t.Parallel()
	const why = "head: not one request could be measured: 500 Internal Server Error"
	whole := pair(1)
	broken := streamRun("broken", 1, 10)
	fail(broken, broken.Counts.Requests)
	for name, sides := range map[string][]Side{
		"one side has a run":  {{Name: "base", Runs: whole[0].Runs[:1]}, {Name: "head", URL: "http://127.0.0.1:1/v1"}},
		"one of the runs":     {{Name: "base", Runs: whole[0].Runs[:2]}, {Name: "head", Runs: whole[1].Runs[:1]}},
		"a run of errors":     {{Name: "base"}, {Name: "head", Runs: append(whole[0].Runs[:0:0], broken)}},
		"no side has any":     {{Name: "base", Command: "serve {addr}"}, {Name: "head", Command: "serve {addr}"}},
		"three, and one has":  {{Name: "a"}, {Name: "b", Runs: whole[0].Runs[:1]}, {Name: "c"}},
		"the control is last": {{Name: "base"}, {Name: "head", Runs: whole[0].Runs[:1]}},
	} {
		c, err := Partial(bench.Streams, sides, Options{Paired: true}, why)
		if err != nil {
			t.Fatal(err)
		}
		if c.Verdict != Undecidable || c.Pairs != 0 || len(c.Rows) > 0 || len(c.Sides) != len(sides) || c.Needed < 7 {
			t.Errorf("%s: %+v", name, c)
		}
		for ext, write := range map[string]func(io.Writer) error{
			"text": func(w io.Writer) error { return Text{}.Write(w, c) }, "md": c.WriteMarkdown, "summary": c.Summary,
			"annotations": c.Annotations, "junit": c.WriteJUnit, "json": c.Write,
		} {
			var b bytes.Buffer
			if err := write(&b); err != nil || !strings.Contains(strings.Join(strings.Fields(b.String()), " "), "not one request could be measured: 500") {
				t.Errorf("%s, %s: %v:\n%s", name, ext, err, b.String())
			}
			if ext != "json" {
				continue
			}
			if again, err := Read(&b); err != nil || again.Sentence != why {
				t.Errorf("%s: read back: %v", name, err)
			}
		}
		if err := c.WriteCSV(io.Discard); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What a side did before it broke is told.
func TestPartialTellsWhatWasMeasured(t *testing.T) {
	t.Parallel()
	broken := streamRun("broken", 1, 10)
	fail(broken, broken.Counts.Requests)
	c, err := Partial(bench.Streams, []Side{{Name: "base", Runs: pair(1)[0].Runs[:1]}, {Name: "head", Runs: append(pair(1)[0].Runs[:0:0], broken)}}, Options{}, "why")
	if err != nil {
		t.Fatal(err)
	}
	base, head := c.Sides[0], c.Sides[1]
	if base.Runs != 1 || len(base.Metrics) == 0 || *base.Errors != 0 || *head.Errors != 1 || head.Verdict != Undecidable || base.Verdict != "control" {
		t.Errorf("base %+v, head %+v", base, head)
	}
	if _, err := Partial(bench.Streams, nil, Options{}, ""); err == nil {
		t.Error("no sides are a comparison")
	}
}
