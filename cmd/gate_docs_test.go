package cmd

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// shellWords splits a command line as a shell does, quotes included and nothing
// else.
func shellWords(line string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`(?:'[^']*'|"[^"]*"|[^\s'"])+`).FindAllString(line, -1) {
		out = append(out, strings.NewReplacer("'", "", `"`, "").Replace(m))
	}
	return out
}

// Every gate that the pages show can be typed: what people paste into a job is
// seldom tried by hand.
func TestDocumentedGates(t *testing.T) {
	t.Parallel()
	for page, least := range map[string]int{"../docs/ci.md": 5} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		flat := strings.Join(strings.Fields(strings.ReplaceAll(string(text), "\\\n", " ")), " ")
		found := regexp.MustCompile(`gate (--.*? -- (?:stream|job)(?: -[cdn] [0-9a-z]+)+)`).FindAllStringSubmatch(flat, -1)
		if len(found) < least {
			t.Errorf("%s: %d commands found, want %d", page, len(found), least)
		}
		for _, m := range found {
			if _, err := gateOptions(t, nil, shellWords(m[1])...); err != nil {
				t.Errorf("%s: %s: %v", page, m[1], err)
			}
		}
	}
}
