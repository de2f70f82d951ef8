package aibench_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestLinks follows every link of the documents that leads to another file of the repository.
func TestLinks(t *testing.T) {
	t.Parallel()
	documents, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	deeper, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	link := regexp.MustCompile(`\]\(([^):#]+)[)#]`) // an address has a colon, a heading of the same page begins with #
	found := 0
	for _, name := range append(documents, deeper...) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			found++
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", name, m[1])
			}
		}
	}
	if found == 0 {
		t.Error("no link was found: the pattern is wrong")
	}
}
