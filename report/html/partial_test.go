package html

import (
	"bytes"
	"strings"
	"testing"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report/compare"
)

// Sides of which nothing was measured have a page that says why.
func TestPageOfSidesWithoutRuns(t *testing.T) {
	sides := []compare.Side{{Name: "base", URL: "http://127.0.0.1:1/v1"}, {Name: "head", Command: "serve {addr}"}}
	c, err := compare.Partial(bench.Streams, sides, compare.Options{Paired: true}, "head: the server was never ready: it ended")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := WriteComparison(&b, c, sides); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Undecidable", "the server was never ready: it ended"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in the page", want)
		}
	}
}
