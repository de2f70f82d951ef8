package compare

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The example of the documentation is what is really written.
func TestDocumentationShowsTheText(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "compare.md"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join("testdata", "regression.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(doc), "```\n"+string(text)+"```\n") {
		t.Error("docs/compare.md does not show testdata/regression.txt as it is")
	}
}
