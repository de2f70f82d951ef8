package profile

import (
	"encoding/json"
	"fmt"
	"strings"
)

// twice finds a member that a valid document has twice, of which a decoder
// silently drops one; "" is none. at is the path of what comes next in d.
func twice(d *json.Decoder, at string) string {
	open, err := d.Token()
	if err != nil {
		return ""
	}
	switch open {
	case json.Delim('{'):
		return twiceIn(d, at)
	case json.Delim('['):
		for i := 0; d.More(); i++ {
			if field := twice(d, fmt.Sprintf("%s[%d]", at, i)); field != "" {
				return field
			}
		}
		_, _ = d.Token() // the end of the list
	}
	return ""
}

// twiceIn looks an object through that is open.
func twiceIn(d *json.Decoder, at string) string {
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return ""
		}
		field := name
		if at != "" {
			field = at + "." + name
		}
		if seen[name] && !strings.HasPrefix(name, "$") { // a comment
			return cut(field, maxWord)
		}
		seen[name] = true
		if inner := twice(d, field); inner != "" {
			return inner
		}
	}
	_, _ = d.Token() // the end of the object
	return ""
}
