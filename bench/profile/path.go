package profile

import (
	"encoding/json"
	"strconv"
	"strings"
)

// lookup finds what a dotted path leads to: members by name, elements of
// lists by number from 0; "" is the document itself. A member whose own name
// has dots is found, too, as the end of a path. null is not there.
func lookup(doc any, path string) (any, bool) {
	for path != "" && doc != nil {
		name, rest, _ := strings.Cut(path, ".")
		switch v := doc.(type) {
		case map[string]any:
			if whole, ok := v[path]; ok {
				return whole, whole != nil
			}
			doc = v[name]
		case []any:
			i, err := strconv.ParseUint(name, 10, 31)
			if err != nil || i >= uint64(len(v)) {
				return nil, false
			}
			doc = v[i]
		default:
			return nil, false
		}
		path = rest
	}
	return doc, doc != nil
}

// text is the scalar at a path as it is written, without quotes.
func text(doc any, path string) (string, bool) {
	v, ok := lookup(doc, path)
	if !ok {
		return "", false
	}
	s := scalar(v)
	return s, s != ""
}

// scalar is a text, a number or a truth value as it is written; "" for
// anything else.
func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	default:
		return ""
	}
}

// filled tells whether a value says anything.
func filled(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case string:
		return strings.TrimSpace(v) != ""
	case bool:
		return v
	case []any:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	default:
		return true
	}
}
