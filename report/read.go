package report

import (
	"encoding/json"
	"fmt"
	"io"
)

// maxFile bounds a run file: a run of a day has some 20 MB.
const maxFile = 128 << 20

// A FieldError says which field of a run file is wrong.
type FieldError struct {
	Field string // dotted path, such as series[3].ttft_p50
	Err   error
}

// Error names the field, then what is wrong with it.
func (e *FieldError) Error() string { return fmt.Sprintf("field %s: %v", e.Field, e.Err) }

// Unwrap gives the cause.
func (e *FieldError) Unwrap() error { return e.Err }

func wrongField(name, format string, args ...any) error {
	return &FieldError{Field: name, Err: fmt.Errorf(format, args...)}
}

// Read reads a run file of at most 128 MB. Fields that this version does not
// know are skipped, and those that an older version did not write stay null.
// Errors about the content are *FieldError, or name the byte at which the JSON
// ends to be JSON and the field that it is in.
func Read(r io.Reader) (*Run, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("larger than %d MB", maxFile>>20)
	}
	var run Run
	if err := json.Unmarshal(data, &run); err != nil {
		return nil, explain(data, err)
	}
	if err := run.check(); err != nil {
		return nil, err
	}
	return &run, nil
}

// check tells what of the run contradicts its own format.
func (r *Run) check() error {
	if err := checkSchema(r.Schema); err != nil {
		return err
	}
	if r.Verdict != Valid && r.Verdict != Invalid {
		return wrongField("verdict", "%q is neither valid nor invalid", clip(r.Verdict))
	}
	if v := r.Client.Verdict; v != ClientOK && v != ClientLimited {
		return wrongField("client.verdict", "%q is neither ok nor limited", clip(v))
	}
	sum := r.Counts.InFlightAtEnd
	if sum < 0 {
		return wrongField("counts.in_flight_at_end", "%d is negative", sum)
	}
	for _, o := range r.Counts.Outcomes {
		if o.Value < 0 {
			return wrongField("counts.outcomes."+clip(o.Name), "%d is negative", o.Value)
		}
		sum += o.Value
	}
	if sum != r.Counts.Requests {
		return wrongField("counts.requests", "%d, but outcomes and in_flight_at_end add up to %d", r.Counts.Requests, sum)
	}
	if ok, _ := r.Counts.Outcomes.Get("ok"); ok != r.Counts.OK {
		return wrongField("counts.ok", "%d, but outcomes have %d", r.Counts.OK, ok)
	}
	if err := r.plausible(); err != nil {
		return err
	}
	return r.Heat.check(len(r.Series))
}

func checkSchema(schema string) error {
	if schema == Schema {
		return nil
	}
	return wrongField("schema", "%q, where this version reads %q", clip(schema), Schema)
}

// check holds the heat to its own edges and to the seconds of the series, so
// that who draws it need not.
func (h *Heat) check(seconds int) error {
	if h == nil {
		return nil
	}
	for i := 1; i < len(h.Edges); i++ {
		if h.Edges[i] <= h.Edges[i-1] {
			return wrongField(fmt.Sprintf("heat.edges[%d]", i), "%v does not lie above the edge before it", h.Edges[i])
		}
	}
	for _, m := range h.Metrics {
		name := "heat.metrics." + clip(m.Name)
		if len(m.Value) != seconds {
			return wrongField(name, "%d columns for the %d entries of series", len(m.Value), seconds)
		}
		for i, column := range m.Value {
			if why := wrongColumn(column, len(h.Edges)); why != "" {
				return wrongField(fmt.Sprintf("%s[%d]", name, i), "%s", why)
			}
		}
	}
	return nil
}

// wrongColumn says what is wrong with row, count, row, count, …
func wrongColumn(column []int64, rows int) string {
	if len(column)%2 != 0 {
		return "a row without its count"
	}
	last := int64(-1)
	for i := 0; i < len(column); i += 2 {
		switch row, count := column[i], column[i+1]; {
		case row <= last:
			return fmt.Sprintf("row %d does not come after row %d", row, last)
		case row >= int64(rows):
			return fmt.Sprintf("row %d, where there are %d edges", row, rows)
		case count < 1:
			return fmt.Sprintf("row %d counts %d", row, count)
		}
		last = column[i]
	}
	return ""
}

// clip shortens a text of unknown length for an error message.
func clip(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
