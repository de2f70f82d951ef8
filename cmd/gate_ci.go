package cmd

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/aibench/aibench/report/compare"
)

// tellCI tells GitHub Actions, where it runs there: annotations of the commit
// as workflow commands, which are read from both streams, and the summary of
// the job. stdout stays a document where it is one.
func (a *App) tellCI(c *compare.Comparison, demands []demand, document bool) error {
	var err error
	if in, _ := a.env("GITHUB_ACTIONS"); in == "true" {
		w := a.Out
		if document {
			w = a.Err
		}
		err = annotate(w, c, demands)
	}
	if path, ok := a.env("GITHUB_STEP_SUMMARY"); ok && path != "" {
		if failed := summarise(path, c, demands); failed != nil {
			a.note("the job's summary could not be written: %v", failed)
		}
	}
	return err
}

func annotate(w io.Writer, c *compare.Comparison, demands []demand) error {
	if err := c.Annotations(w); err != nil {
		return cannot(err, "", "write the annotations")
	}
	for _, d := range demands {
		if d.OK {
			continue
		}
		text := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(d.side + ": " + d.Expr + ": " + d.words)
		if _, err := fmt.Fprintf(w, "::error title=threshold missed::%s\n", text); err != nil {
			return cannot(err, "", "write the annotations")
		}
	}
	return nil
}

// summarise appends to the file that the environment names.
func summarise(path string, c *compare.Comparison, demands []demand) error {
	var b bytes.Buffer
	if err := c.Summary(&b); err != nil {
		return err
	}
	if len(demands) > 0 {
		b.WriteString("\n| threshold | side | median over the runs | kept |\n|---|---|---|---|\n")
	}
	for _, d := range demands {
		kept := map[bool]string{true: "✓", false: "✗"}[d.OK]
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", d.Expr, cell(d.side), cell(d.words), kept)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	if _, err := b.WriteTo(f); err != nil {
		_ = f.Close() // the first error is the one to tell
		return err
	}
	return f.Close()
}

// cell keeps a text inside the cell of a table.
func cell(s string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ", "<", "&lt;").Replace(s)
}
