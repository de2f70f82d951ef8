package target

import (
	"fmt"
	"strings"

	"github.com/aibench/aibench/sse"
)

// A Condition holds for some events of a stream: data==[DONE], event==done,
// $.done==true, $.finish_reason!=null. The right side is a JSON literal or a
// bare word. A path that leads nowhere satisfies neither == nor !=.
type Condition struct {
	left  string // data, event, or a path
	path  *Path
	not   bool
	right string // as it was written
	want  string // decoded
	kind  valueKind
}

// ParseCondition reads a condition.
func ParseCondition(text string) (*Condition, error) {
	at := operator(text)
	if at < 0 {
		return nil, fmt.Errorf("condition %q has no == or !=, as in data==[DONE]", text)
	}
	c := &Condition{not: text[at] == '!'}
	c.left, c.right = strings.TrimSpace(text[:at]), strings.TrimSpace(text[at+2:])
	switch {
	case c.left == "data" || c.left == "event":
	case strings.HasPrefix(c.left, "$"):
		path, err := ParsePath(c.left)
		if err != nil {
			return nil, fmt.Errorf("condition: %w", err)
		}
		c.path = path
	default:
		return nil, fmt.Errorf("condition %q compares data, event or a path such as $.done, not %q", text, c.left)
	}
	if c.right == "" {
		return nil, fmt.Errorf("condition %q has nothing to compare with", text)
	}
	c.literal()
	return c, nil
}

// operator finds the first == or != that is not part of a quoted name in a
// path.
func operator(text string) int {
	for i := 0; i+2 <= len(text); i++ {
		switch text[i : i+2] {
		case "==", "!=":
			return i
		case "['", `["`:
			i += 1 + max(0, strings.Index(text[i+2:], text[i+1:i+2]+"]"))
		}
	}
	return -1
}

// literal reads the right side: what is no JSON scalar is a bare word.
func (c *Condition) literal() {
	c.want = c.right
	cur := cursor{b: []byte(c.right)}
	v := cur.value()
	if !cur.end() || v.kind == objectValue || v.kind == arrayValue {
		return
	}
	c.kind = v.kind
	c.want = string(v.raw)
	if v.kind == stringValue {
		c.want = v.text()
	}
}

// String gives the condition in its plain form; ParseCondition reads it back.
func (c *Condition) String() string {
	op := "=="
	if c.not {
		op = "!="
	}
	return c.left + op + c.right
}

// holds tells whether ev satisfies the condition.
func (c *Condition) holds(ev *sse.Event) bool {
	switch {
	case c.path != nil:
		v, ok := c.path.in(ev.Data)
		return ok && v.kind != noValue && c.equals(v) != c.not
	case c.left == "event":
		return ev.Is(c.want) != c.not
	default:
		return (string(ev.Data) == c.want || string(ev.Data) == c.right) != c.not
	}
}

// equals compares a string with a string or a bare word, and anything else
// with its own spelling.
func (c *Condition) equals(v value) bool {
	if v.kind != stringValue {
		return c.kind != stringValue && string(v.raw) == c.want
	}
	if c.kind != stringValue && c.kind != noValue {
		return false
	}
	return string(v.raw) == c.want || v.escaped && sameText(v.raw, c.want)
}
