package target

import "unicode/utf8"

// maxDepth bounds the nesting of a document. encoding/json allows 10,000
// levels; no provider sends more than ten.
const maxDepth = 256

// A cursor walks one JSON document (RFC 8259) from left to right, member by
// member, and checks all that it passes: a document is accepted exactly when
// encoding/json accepts it, apart from maxDepth. It allocates nothing. The
// first fault stops it: every later step is empty and bad stays set.
//
//	for c.object(); c.member(); {
//		switch {
//		case c.at("id"):
//			id = c.value()
//		default:
//			c.skip()
//		}
//	}
type cursor struct {
	b     []byte
	i     int
	depth int
	first bool // the next member or element is the first of its container
	bad   bool

	escaped bool   // the latest string, so also the key, holds escapes
	key     []byte // of the latest member, as it stands in the document
}

// A valueKind is the type of a JSON value, by its first byte; numbers are '0'.
type valueKind byte

const (
	noValue     valueKind = 0
	objectValue valueKind = '{'
	arrayValue  valueKind = '['
	stringValue valueKind = '"'
	numberValue valueKind = '0'
	trueValue   valueKind = 't'
	falseValue  valueKind = 'f'
	nullValue   valueKind = 'n'
)

// A value is a value as it stands in the document: a string without its
// quotes, escapes untouched.
type value struct {
	kind    valueKind
	escaped bool
	raw     []byte
}

// kind tells what comes next; noValue stands for the end and for what begins
// no value.
func (c *cursor) kind() valueKind {
	switch ch := c.peek(); ch {
	case '{', '[', '"', 't', 'f', 'n':
		return valueKind(ch)
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return numberValue
	default:
		return noValue
	}
}

// object enters an object. Anything else is a fault.
func (c *cursor) object() { c.enter('{') }

// array enters an array. Anything else is a fault.
func (c *cursor) array() { c.enter('[') }

func (c *cursor) enter(open byte) {
	if c.peek() != open || c.depth == maxDepth {
		c.fail()
		return
	}
	c.i++
	c.depth++
	c.first = true
}

// member moves to the next member of the object, before its value; false at
// the object's end, which it leaves.
func (c *cursor) member() bool {
	if !c.next('}') {
		return false
	}
	c.key = c.str()
	if c.peek() != ':' {
		c.fail()
		return false
	}
	c.i++
	return true
}

// element moves to the next element of the array; false at the array's end,
// which it leaves.
func (c *cursor) element() bool { return c.next(']') }

func (c *cursor) next(end byte) bool {
	ch := c.peek()
	first := c.first
	c.first = false
	switch {
	case ch == end:
		c.i++
		c.depth--
		return false
	case first:
		return !c.bad
	case ch == ',':
		c.i++
		return true
	default:
		c.fail()
		return false
	}
}

// at tells whether the latest member has the given name, which may be written
// with escapes.
func (c *cursor) at(name string) bool {
	return string(c.key) == name || c.escaped && sameText(c.key, name)
}

// value passes the next value.
func (c *cursor) value() value {
	v := value{kind: c.kind()}
	start := c.i
	if v.kind == stringValue {
		v.raw = c.str()
		v.escaped = c.escaped
	} else {
		c.skip()
		v.raw = c.b[start:c.i]
	}
	if c.bad {
		return value{}
	}
	return v
}

// skip passes the next value without a look at it, save that it is one.
func (c *cursor) skip() {
	switch ch := c.peek(); ch {
	case '"':
		c.str()
	case '{':
		for c.object(); c.member(); {
			c.skip()
		}
	case '[':
		for c.array(); c.element(); {
			c.skip()
		}
	case 't':
		c.word("true")
	case 'f':
		c.word("false")
	case 'n':
		c.word("null")
	default:
		c.number()
	}
}

// end tells whether the document is over and was without fault.
func (c *cursor) end() bool {
	c.peek()
	return !c.bad && c.i == len(c.b)
}

func (c *cursor) fail() {
	c.bad = true
	c.i = len(c.b)
}

// peek passes white space and returns the byte behind it, 0 at the end.
func (c *cursor) peek() byte {
	if c.i < len(c.b) && c.b[c.i] > ' ' {
		return c.b[c.i] // nearly always: written by a machine for a machine
	}
	return c.space()
}

func (c *cursor) space() byte {
	for c.i < len(c.b) {
		switch ch := c.b[c.i]; ch {
		case ' ', '\t', '\r', '\n':
			c.i++
		default:
			return ch
		}
	}
	return 0
}

// isText tells of a string that is not empty.
func (v value) isText() bool { return v.kind == stringValue && len(v.raw) > 0 }

// filled tells of anything but null, false and what is empty.
func (v value) filled() bool {
	switch v.kind {
	case stringValue:
		return len(v.raw) > 0
	case objectValue, arrayValue:
		c := cursor{b: v.raw, i: 1}
		return c.peek() != v.raw[len(v.raw)-1]
	case numberValue, trueValue:
		return true
	default:
		return false
	}
}

// text is a string's decoded text.
func (v value) text() string {
	if v.escaped || !utf8.Valid(v.raw) {
		return unquote(v.raw)
	}
	return string(v.raw)
}

// count reads a number of tokens: a whole number that is not negative, below
// 2^31.
func (v value) count() (n int, ok bool) {
	if v.kind != numberValue || len(v.raw) > 10 {
		return 0, false
	}
	for _, ch := range v.raw {
		if ch < '0' || ch > '9' {
			return 0, false
		}
		n = n*10 + int(ch-'0')
	}
	return n, n < 1<<31
}
