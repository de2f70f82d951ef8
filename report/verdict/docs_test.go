package verdict

import (
	"os"
	"regexp"
	"testing"

	"github.com/aibench/aibench/bench"
)

// Every threshold that the manual shows can be given.
func TestManualsThresholdsParse(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/thresholds.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("[`']([a-z_]+[a-z_.0-9-]*[<>=]=?[0-9][^`' ]*)[`']").FindAllStringSubmatch(string(text), -1)
	if len(shown) < 20 {
		t.Fatalf("%d thresholds found: is the manual written in another way?", len(shown))
	}
	for _, s := range shown {
		if _, err := ParseSLO(s[1]); err == nil {
			continue
		}
		if _, err := ParseThreshold(bench.Streams|bench.Jobs, s[1]); err != nil {
			t.Errorf("%s: %v", s[1], err)
		}
	}
}
