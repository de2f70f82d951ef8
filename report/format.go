package report

import (
	"io"
	"strings"
)

// A Format writes a finished run to a file. Its extension chooses it.
type Format struct {
	Ext   string
	Write func(w io.Writer, run *Run) error
}

// SamplesExt is the extension of raw samples, which are written while the run
// is going on and cannot be made from a run file.
const SamplesExt = ".samples.jsonl.gz"

// Formats lists what a run file can be converted to.
func Formats() []Format {
	return []Format{
		{".json", Write},
		{".csv", WriteCSV},
		{".md", WriteMarkdown},
		{".xml", WriteJUnit},
		{".hlog", WriteHDRLog},
	}
}

// FormatOf finds the format for a file's name.
func FormatOf(name string) (Format, bool) {
	for _, f := range Formats() {
		if strings.HasSuffix(name, f.Ext) {
			return f, true
		}
	}
	return Format{}, false
}
