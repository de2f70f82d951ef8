package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
)

// maxFile bounds a run file: a run of a day has some 20 MB.
const maxFile = 128 << 20

// A FieldError says which field of a run file is wrong.
type FieldError struct {
	Field string // dotted path, as far as it is known
	Err   error
}

// Error names the field, then what is wrong with it.
func (e *FieldError) Error() string { return fmt.Sprintf("field %s: %v", e.Field, e.Err) }

// Unwrap gives the cause.
func (e *FieldError) Unwrap() error { return e.Err }

// inField places an error of decoding within a field.
func inField(name string, err error) error {
	if inner, ok := errors.AsType[*FieldError](err); ok {
		return &FieldError{Field: name + "." + inner.Field, Err: inner.Err}
	}
	mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return &FieldError{Field: name, Err: err}
	}
	if mismatch.Field != "" {
		name += "." + mismatch.Field
	}
	return &FieldError{Field: name, Err: reworded(mismatch)}
}

// Read reads a run file of at most 128 MB. Fields that this version does not
// know are skipped. Errors about the content are *FieldError or name the byte
// at which the JSON ends to be JSON.
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
		return nil, explain(err)
	}
	if err := run.check(); err != nil {
		return nil, err
	}
	return &run, nil
}

// explain turns an error of encoding/json into one about a run file.
func explain(err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("no JSON at byte %d: %w", syntax.Offset, err)
	}
	mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err)
	switch {
	case !ok:
		return err
	case mismatch.Field == "":
		return reworded(mismatch)
	}
	return &FieldError{Field: mismatch.Field, Err: reworded(mismatch)}
}

// reworded words a type mismatch without the names of Go types.
func reworded(e *json.UnmarshalTypeError) error {
	return fmt.Errorf("%s where %s is due", e.Value, due(e.Type))
}

func due(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Int, reflect.Int64, reflect.Uint64:
		return "a whole number"
	default:
		return "a number"
	}
}

// check tells what of the run contradicts its own format.
func (r *Run) check() error {
	field := func(name, format string, args ...any) error {
		return &FieldError{Field: name, Err: fmt.Errorf(format, args...)}
	}
	if r.Schema != Schema {
		return field("schema", "%q, where this version reads %q", clip(r.Schema), Schema)
	}
	if r.Verdict != Valid && r.Verdict != Invalid {
		return field("verdict", "%q is neither valid nor invalid", clip(r.Verdict))
	}
	if v := r.Client.Verdict; v != ClientOK && v != ClientLimited {
		return field("client.verdict", "%q is neither ok nor limited", clip(v))
	}
	sum := r.Counts.InFlightAtEnd
	for _, o := range r.Counts.Outcomes {
		if o.Value < 0 {
			return field("counts.outcomes."+clip(o.Name), "%d is negative", o.Value)
		}
		sum += o.Value
	}
	if sum != r.Counts.Requests {
		return field("counts.requests", "%d, but outcomes and in_flight_at_end add up to %d", r.Counts.Requests, sum)
	}
	return nil
}

// clip shortens a text of unknown length for an error message.
func clip(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
