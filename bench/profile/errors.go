package profile

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A ProtocolError says what about an answer cannot be read by the profile's
// rules: one line of at most 1 KiB, which may quote the server.
type ProtocolError struct{ What string }

func (e *ProtocolError) Error() string { return e.What }

func garbled(format string, a ...any) error {
	return &ProtocolError{oneLine(fmt.Sprintf(format, a...), maxText)}
}

// An UnknownError says that there is no profile of that name.
type UnknownError struct {
	Name    string
	Nearest string // the shipped name that looks most like it; "": none does
	Known   []string
}

func (e *UnknownError) Error() string {
	if e.Nearest != "" {
		return fmt.Sprintf("unknown profile %q: did you mean %q?", e.Name, e.Nearest)
	}
	return fmt.Sprintf("unknown profile %q: there are %s", e.Name, strings.Join(e.Known, ", "))
}

// A FieldError says what is wrong with a profile, and where.
type FieldError struct {
	Field   string // as a dotted path: state.pending[2]; "" is the whole profile
	Nearest string // an unknown field: the one that looks most like it, or ""
	What    string // is wrong with it
}

func (e *FieldError) Error() string {
	where := "profile"
	if e.Field != "" {
		where = fmt.Sprintf("profile field %q", e.Field)
	}
	if e.Nearest != "" {
		return fmt.Sprintf("%s %s: did you mean %q?", where, e.What, e.Nearest)
	}
	return where + " " + e.What
}

func wrong(field, format string, a ...any) error {
	return &FieldError{Field: field, What: oneLine(fmt.Sprintf(format, a...), maxText)}
}

const (
	maxText = 1 << 10 // bytes that are kept of a server's text
	maxWord = 64      // … of the word for a state
	maxKeys = 12      // keys of a body that an error lists
)

// oneLine makes a server's text fit for a line of a report: its control
// characters become spaces, and no more than limit bytes of it are kept.
func oneLine(s string, limit int) string {
	s = strings.ToValidUTF8(cut(s, limit), "\uFFFD")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	return cut(strings.TrimSpace(s), limit)
}

// cut keeps whole characters of at most limit bytes together.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	const ellipsis = "…"
	n := limit - len(ellipsis)
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + ellipsis
}

// shape says what a document has instead of what was looked for.
func shape(doc any) string {
	switch v := doc.(type) {
	case map[string]any:
		return "the body has " + keys(v)
	case []any:
		return fmt.Sprintf("the body is a list of %d", len(v))
	case nil:
		return "the body is null"
	default:
		return fmt.Sprintf("the body is only %q", oneLine(scalar(v), maxWord))
	}
}

func keys(object map[string]any) string {
	if len(object) == 0 {
		return "no keys"
	}
	names := sorted(object)
	rest := ""
	if len(names) > maxKeys {
		rest = fmt.Sprintf(" and %d more", len(names)-maxKeys)
		names = names[:maxKeys]
	}
	for i, k := range names {
		names[i] = fmt.Sprintf("%q", cut(k, 40))
	}
	return "the keys " + strings.Join(names, ", ") + rest
}

func sorted[V any](object map[string]V) []string { return slices.Sorted(maps.Keys(object)) }

// kind names what a value is.
func kind(v any) string {
	switch v.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case string:
		return "a text"
	case bool:
		return "true or false"
	case nil:
		return "null"
	default:
		return "a number"
	}
}
