package compare

import "io"

// A Format writes a comparison to a file. Its extension chooses it.
type Format struct {
	Ext   string
	Write func(w io.Writer, c *Comparison) error
}

// Formats lists what a comparison can be written as. A page is made by a package above this one.
func Formats() []Format {
	return []Format{
		{".json", func(w io.Writer, c *Comparison) error { return c.Write(w) }},
		{".csv", func(w io.Writer, c *Comparison) error { return c.WriteCSV(w) }},
		{".md", func(w io.Writer, c *Comparison) error { return c.WriteMarkdown(w) }},
		{".xml", func(w io.Writer, c *Comparison) error { return c.WriteJUnit(w) }},
	}
}
