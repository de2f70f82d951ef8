package report

import (
	"bytes"
	"encoding/json"
	"io"
)

// Write writes the run file: one JSON document, one top-level field a line, so
// that it reads well and differs well.
func Write(w io.Writer, run *Run) error {
	b, err := marshal(run)
	if err != nil {
		return err
	}
	_, err = w.Write(append(lines(b), '\n'))
	return err
}

// lines breaks a JSON object after each of its own members. encoding/json's
// indentation would spread a run of an hour over a hundred thousand lines.
func lines(b []byte) []byte {
	out := make([]byte, 0, len(b)+64)
	depth, inString := 0, false
	for i := 0; i < len(b); i++ {
		c := b[i]
		out = append(out, c)
		switch {
		case inString && c == '\\':
			i++
			out = append(out, b[i])
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case c == ',' && depth == 1:
			out = append(out, '\n', ' ')
		}
	}
	return out
}

// marshal is json.Marshal without the escapes that only a web page needs: an
// SLO should read "ttft<500ms".
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), nil
}
