package compare

import (
	"errors"
	"io"
)

// Write writes the document: JSON, one top-level field a line.
func (c *Comparison) Write(w io.Writer) error { return errors.ErrUnsupported }

// Read reads a document of at most 64 MB.
func Read(r io.Reader) (*Comparison, error) { return nil, errors.ErrUnsupported }

// Text writes comparisons for people's eyes.
type Text struct {
	Width  int  // columns; 0: 80
	Colour bool // whether escape sequences for colours may be used
}

// Write writes the tables, then the verdict.
func (t Text) Write(w io.Writer, c *Comparison) error { return errors.ErrUnsupported }

// WriteMarkdown writes the comparison as GitHub's and GitLab's Markdown shows it.
func (c *Comparison) WriteMarkdown(w io.Writer) error { return errors.ErrUnsupported }

// WriteJUnit writes a test case per metric.
func (c *Comparison) WriteJUnit(w io.Writer) error { return errors.ErrUnsupported }

// WriteCSV writes a row per side and metric, under a header.
func (c *Comparison) WriteCSV(w io.Writer) error { return errors.ErrUnsupported }

// Annotations writes at most 10 workflow commands of GitHub Actions.
func (c *Comparison) Annotations(w io.Writer) error { return errors.ErrUnsupported }

// Summary writes Markdown of less than 1 MiB, for a job's summary.
func (c *Comparison) Summary(w io.Writer) error { return errors.ErrUnsupported }

// A Format writes a comparison to a file. Its extension chooses it.
type Format struct {
	Ext   string
	Write func(w io.Writer, c *Comparison) error
}

// Formats lists what a comparison can be written as, beside the page that report/html makes.
func Formats() []Format {
	return []Format{
		{".json", func(w io.Writer, c *Comparison) error { return c.Write(w) }},
		{".csv", func(w io.Writer, c *Comparison) error { return c.WriteCSV(w) }},
		{".md", func(w io.Writer, c *Comparison) error { return c.WriteMarkdown(w) }},
		{".xml", func(w io.Writer, c *Comparison) error { return c.WriteJUnit(w) }},
	}
}
