package target

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Path finds a value in a JSON document: a subset of JSONPath (RFC 9535)
// with member names, array indexes and the wildcard for array elements, as in
// $.choices[0].delta.content, $['my key'].text or $.parts[*].text; $ alone is
// the whole document, a JSON string in some streams.
type Path struct {
	text  string
	steps []step
}

// A step goes one level down.
type step struct {
	name  string
	index int // of an array element, or isMember, or allElements
}

const (
	isMember    = -1
	allElements = -2
)

// maxSteps bounds a path: no document that is read is deeper.
const maxSteps = 64

// A PathError tells what is wrong with a path, and where.
type PathError struct {
	Text string
	At   int // byte offset in Text
	What string
}

// Error shows the path with a caret under the fault.
func (e *PathError) Error() string {
	before := utf8.RuneCountInString(e.Text[:e.At])
	return fmt.Sprintf("%s (character %d):\n  %s\n  %s^", e.What, before+1, e.Text, strings.Repeat(" ", before))
}

// ParsePath reads a path. Errors are *PathError.
func ParsePath(text string) (*Path, error) {
	p := &pathParser{text: text}
	if !strings.HasPrefix(text, "$") {
		return nil, p.fault("a path starts with $, as in $.choices[0].delta.content")
	}
	p.at = 1
	for p.at < len(text) {
		if err := p.step(); err != nil {
			return nil, err
		}
		if len(p.steps) > maxSteps {
			return nil, p.fault("a path has at most " + strconv.Itoa(maxSteps) + " steps")
		}
	}
	return &Path{text: text, steps: p.steps}, nil
}

// String gives the path as it was written.
func (p *Path) String() string { return p.text }

type pathParser struct {
	text  string
	at    int
	steps []step
}

func (p *pathParser) fault(what string) error { return &PathError{p.text, p.at, what} }

func (p *pathParser) step() error {
	switch p.text[p.at] {
	case '.':
		return p.member()
	case '[':
		return p.bracket()
	default:
		return p.fault("a step starts with . or [")
	}
}

func (p *pathParser) member() error {
	rest := p.text[p.at+1:]
	n := strings.IndexAny(rest, ".[")
	if n < 0 {
		n = len(rest)
	}
	if n == 0 {
		p.at++
		return p.fault("a member's name is missing")
	}
	if rest[:n] == "*" {
		p.at++
		return p.fault("the wildcard is written [*] and stands for the elements of an array")
	}
	p.steps = append(p.steps, step{name: rest[:n], index: isMember})
	p.at += 1 + n
	return nil
}

func (p *pathParser) bracket() error {
	open := p.at + 1
	if open < len(p.text) && (p.text[open] == '\'' || p.text[open] == '"') {
		return p.quoted(open)
	}
	end := strings.IndexByte(p.text[open:], ']')
	if end < 0 {
		return p.fault("this bracket is not closed")
	}
	index := allElements
	if inside := p.text[open : open+end]; inside != "*" {
		n, err := strconv.ParseUint(inside, 10, 31)
		if err != nil {
			p.at = open
			return p.fault("in brackets stands a number, * or a quoted name")
		}
		index = int(n)
	}
	p.steps = append(p.steps, step{index: index})
	p.at = open + end + 1
	return nil
}

// quoted reads a name from its quote on. It ends with the same quote and a
// bracket, so that either quote may stand inside.
func (p *pathParser) quoted(open int) error {
	name := p.text[open+1:]
	end := strings.Index(name, p.text[open:open+1]+"]")
	if end < 0 {
		return p.fault("this bracket is not closed")
	}
	p.steps = append(p.steps, step{name: name[:end], index: isMember})
	p.at = open + 1 + end + 2
	return nil
}

// in finds the path's value in a document; ok is false when the document is
// not valid JSON. Of several values, the wildcard's, the first that is filled
// counts. A member that stands twice counts as it stands last.
func (p *Path) in(doc []byte) (v value, ok bool) {
	c := cursor{b: doc}
	v = c.find(p.steps)
	return v, c.end()
}

// find passes the next value and returns what steps lead to inside it.
func (c *cursor) find(steps []step) value {
	if len(steps) == 0 {
		return c.value()
	}
	s, rest := steps[0], steps[1:]
	switch kind := c.kind(); {
	case s.index == isMember && kind == objectValue:
		return c.findMember(s.name, rest)
	case s.index != isMember && kind == arrayValue:
		return c.findElement(s.index, rest)
	default:
		c.skip()
		return value{}
	}
}

func (c *cursor) findMember(name string, rest []step) value {
	var found value
	for c.object(); c.member(); {
		if c.at(name) {
			found = c.find(rest)
		} else {
			c.skip()
		}
	}
	return found
}

func (c *cursor) findElement(index int, rest []step) value {
	var found value
	i := 0
	for c.array(); c.element(); i++ {
		if i != index && (index != allElements || found.filled()) {
			c.skip()
			continue
		}
		if v := c.find(rest); v.kind != noValue {
			found = v
		}
	}
	return found
}
