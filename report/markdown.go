package report

import "io"

// WriteMarkdown writes a run as GitHub-flavoured Markdown.
func WriteMarkdown(w io.Writer, run *Run) error {
	_, err := io.WriteString(w, run.Sentence()+"\n")
	return err
}
