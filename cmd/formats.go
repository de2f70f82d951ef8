package cmd

import (
	"io"
	"strings"

	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/html"
)

// A format is what a file of finished runs is written in, by its extension.
type format struct {
	ext    string
	write  func(w io.Writer, runs []*report.Run) error
	single bool // holds one run, and no more
}

// formats lists what runs can be written in. Those of package report are
// joined by what stands above it.
func formats() []format {
	var list []format
	for _, f := range report.Formats() {
		one := func(w io.Writer, runs []*report.Run) error { return f.Write(w, runs[0]) }
		list = append(list, format{ext: f.Ext, write: one, single: true})
	}
	return append(list, format{ext: ".html", write: html.Write})
}

// formatOf finds the format for a file's name.
func formatOf(name string) (format, bool) {
	for _, f := range formats() {
		if strings.HasSuffix(name, f.ext) {
			return f, true
		}
	}
	return format{}, false
}
