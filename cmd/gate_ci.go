package cmd

import (
	"errors"
	"os"

	"github.com/aibench/aibench/report/compare"
)

// tellCI tells GitHub Actions, where it runs there: annotations of the commit
// as workflow commands, which are read from both streams, and the summary of
// the job. stdout stays a document where it is one.
func (a *App) tellCI(c *compare.Comparison, document bool) error {
	var err error
	if in, _ := a.env("GITHUB_ACTIONS"); in == "true" {
		w := a.Out
		if document {
			w = a.Err
		}
		if err = c.Annotations(w); err != nil {
			err = cannot(err, "", "write the annotations")
		}
	}
	if path, ok := a.env("GITHUB_STEP_SUMMARY"); ok && path != "" {
		if failed := summarise(path, c); failed != nil {
			a.note("the job's summary could not be written: %v", failed)
		}
	}
	return err
}

// summarise appends to the file that the environment names.
func summarise(path string, c *compare.Comparison) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	return errors.Join(c.Summary(f), f.Close())
}
