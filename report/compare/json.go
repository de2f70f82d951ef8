package compare

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// maxFile bounds a document: hundreds of sides have less.
const maxFile = 64 << 20

// Write writes the document as indented JSON.
func (c *Comparison) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false) // a command should read as it was typed
	e.SetIndent("", " ")
	if err := e.Encode(c); err != nil {
		return fmt.Errorf("write the comparison: %w", err)
	}
	return nil
}

// Read reads a document of at most 64 MB. Fields that this version does not know are skipped. An error about the
// content names the field.
func Read(r io.Reader) (*Comparison, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read a comparison: %w", err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("read a comparison: larger than %d MB", maxFile>>20)
	}
	var c Comparison
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, fmt.Errorf("read a comparison: %w", err)
	}
	if c.Schema != Schema {
		return nil, fmt.Errorf("read a comparison: field schema: %q, where this version reads %q", quoted(c.Schema), Schema)
	}
	if !slices.Contains([]string{Regression, Pass, Inconclusive, Invalid, Undecidable}, c.Verdict) {
		return nil, fmt.Errorf("read a comparison: field verdict: %q is none", quoted(c.Verdict))
	}
	if len(c.Sides) < 2 {
		return nil, fmt.Errorf("read a comparison: field sides: %d, where two or more are due", len(c.Sides))
	}
	for i := range c.Sides {
		s := &c.Sides[i]
		s.Vars, s.Metrics = append([]Var{}, s.Vars...), append([]Value{}, s.Metrics...)
	}
	return c.whole(), nil
}
