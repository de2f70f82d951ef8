package launch

import (
	"maps"
	"slices"
	"strings"
)

// Expand replaces the placeholders of a line: {name}, where name is a letter or _ and then letters, digits and _. The
// value stands as it is, unquoted: both come from the same command line. {{name}} is the text {name}. Everything else
// is left alone, ${name} and braces around anything but a name too, so that shell and JSON can be written as ever.
// A name without a value is a [*PlaceholderError].
func Expand(line string, vars map[string]string) (string, error) {
	var out strings.Builder
	for at := 0; at < len(line); {
		p := nextPlaceholder(line, at)
		out.WriteString(line[at:p.from])
		at = p.to
		switch value, ok := vars[p.name]; {
		case p.name == "":
		case p.literal:
			out.WriteString("{" + p.name + "}")
		case ok:
			out.WriteString(value)
		default:
			return "", &PlaceholderError{Name: p.name, Offset: p.from, Known: slices.Sorted(maps.Keys(vars))}
		}
	}
	return out.String(), nil
}

// Placeholders lists the names that [Expand] would replace in a line, each once, in order of appearance.
func Placeholders(line string) []string {
	var names []string
	for at := 0; at < len(line); {
		p := nextPlaceholder(line, at)
		at = p.to
		if p.name != "" && !p.literal && !slices.Contains(names, p.name) {
			names = append(names, p.name)
		}
	}
	return names
}

// placeholder is line[from:to]. At the end of the line it is empty and has no name.
type placeholder struct {
	from, to int
	name     string
	literal  bool // in double braces
}

func nextPlaceholder(line string, at int) placeholder {
	for i := at; i < len(line); i++ {
		if line[i] != '{' || i > 0 && line[i-1] == '$' {
			continue
		}
		if name := braced(line[i:]); name != "" {
			return placeholder{i, i + len(name) + 2, name, false}
		}
		if name := braced(line[i+1:]); name != "" && strings.HasPrefix(line[i+1+len(name)+2:], "}") {
			return placeholder{i, i + len(name) + 4, name, true}
		}
	}
	return placeholder{from: len(line), to: len(line)}
}

// braced is the name in the braces that text begins with.
func braced(text string) string {
	if !strings.HasPrefix(text, "{") {
		return ""
	}
	name, _, ok := strings.Cut(text[1:], "}")
	if !ok || !isName(name) {
		return ""
	}
	return name
}

func isName(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if (c < 'a' || c > 'z') && s[i] != '_' && (i == 0 || s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return s != ""
}

// takesAddress says whether a line has a place for the address that the server is to listen on.
func takesAddress(line string) bool {
	names := Placeholders(line)
	return slices.Contains(names, "addr") || slices.Contains(names, "port")
}
