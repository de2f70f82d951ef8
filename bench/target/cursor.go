package target

import (
	"encoding/binary"
	"encoding/json"
	"math/bits"
)

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
//			c.value()
//		}
//	}
type cursor struct {
	b     []byte
	i     int
	depth int
	first bool // the next member or element is the first of its container
	bad   bool

	key     []byte // of the latest member, as it stands in the document
	escaped bool   // the latest string, so also the key, holds escapes
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
	raw     []byte
	escaped bool
	filled  bool // a string, array or object that is not empty; a number; true
}

// kind tells what comes next.
func (c *cursor) kind() valueKind {
	c.space()
	if c.bad || c.i >= len(c.b) {
		return noValue
	}
	switch ch := c.b[c.i]; {
	case ch == '-' || ch >= '0' && ch <= '9':
		return numberValue
	default:
		return valueKind(ch)
	}
}

// object enters an object. Anything else is a fault.
func (c *cursor) object() { c.enter('{') }

// array enters an array. Anything else is a fault.
func (c *cursor) array() { c.enter('[') }

func (c *cursor) enter(open byte) {
	c.space()
	if !c.take(open) || c.depth == maxDepth {
		c.fail()
		return
	}
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
	c.space()
	if !c.take(':') {
		c.fail()
	}
	return !c.bad
}

// element moves to the next element of the array; false at the array's end,
// which it leaves.
func (c *cursor) element() bool { return c.next(']') }

func (c *cursor) next(end byte) bool {
	c.space()
	first := c.first
	c.first = false
	if c.take(end) {
		c.depth--
		return false
	}
	if !first && !c.take(',') {
		c.fail()
	}
	if !first {
		c.space()
	}
	return !c.bad
}

// at tells whether the latest member has the given name, which may be written
// with escapes.
func (c *cursor) at(name string) bool {
	if !c.escaped {
		return string(c.key) == name
	}
	return unquote(c.key) == name
}

// value passes the next value.
func (c *cursor) value() value {
	kind := c.kind()
	start := c.i
	v := value{kind: kind}
	switch kind {
	case stringValue:
		v.raw = c.str()
		v.escaped, v.filled = c.escaped, len(v.raw) > 0
	case objectValue:
		for c.object(); c.member(); c.value() {
			v.filled = true
		}
	case arrayValue:
		for c.array(); c.element(); c.value() {
			v.filled = true
		}
	case numberValue:
		c.number()
		v.filled = true
	case trueValue:
		c.word("true")
		v.filled = true
	case falseValue:
		c.word("false")
	case nullValue:
		c.word("null")
	default:
		c.fail()
	}
	if c.bad {
		return value{}
	}
	if kind != stringValue {
		v.raw = c.b[start:c.i]
	}
	return v
}

// end tells whether the document is over and was without fault.
func (c *cursor) end() bool {
	c.space()
	return !c.bad && c.i == len(c.b)
}

func (c *cursor) fail() {
	c.bad = true
	c.i = len(c.b)
}

func (c *cursor) take(ch byte) bool {
	if c.i >= len(c.b) || c.b[c.i] != ch {
		return false
	}
	c.i++
	return true
}

func (c *cursor) space() {
	for c.i < len(c.b) {
		switch c.b[c.i] {
		case ' ', '\t', '\r', '\n':
			c.i++
		default:
			return
		}
	}
}

func (c *cursor) word(w string) {
	if len(c.b)-c.i < len(w) || string(c.b[c.i:c.i+len(w)]) != w {
		c.fail()
		return
	}
	c.i += len(w)
}

// str passes a string and returns what stands between its quotes.
func (c *cursor) str() []byte {
	c.escaped = false
	if !c.take('"') {
		c.fail()
		return nil
	}
	start := c.i
	for {
		c.plain()
		if c.i >= len(c.b) {
			c.fail()
			return nil
		}
		switch ch := c.b[c.i]; {
		case ch == '"':
			c.i++
			return c.b[start : c.i-1]
		case ch == '\\':
			c.escape()
		default:
			c.fail() // a control character
		}
	}
}

// plain passes the bytes of a string up to a quote, a backslash or a control
// character, eight at a time. Each test marks the high bit of the bytes that
// match; above the lowest such byte a borrow may mark others, which does not
// matter since only the lowest is used.
func (c *cursor) plain() {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for len(c.b)-c.i >= 8 {
		w := binary.LittleEndian.Uint64(c.b[c.i:])
		quote, slash := w^(ones*'"'), w^(ones*'\\')
		m := ((quote-ones)&^quote | (slash-ones)&^slash | (w-ones*' ')&^w) & highs
		if m != 0 {
			c.i += bits.TrailingZeros64(m) / 8
			return
		}
		c.i += 8
	}
	for c.i < len(c.b) {
		if ch := c.b[c.i]; ch == '"' || ch == '\\' || ch < ' ' {
			return
		}
		c.i++
	}
}

func (c *cursor) escape() {
	c.escaped = true
	c.i++
	if c.i >= len(c.b) {
		return
	}
	switch c.b[c.i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		c.i++
	case 'u':
		c.i++
		for range 4 {
			if c.i >= len(c.b) || !isHex(c.b[c.i]) {
				c.fail()
				return
			}
			c.i++
		}
	default:
		c.fail()
	}
}

func (c *cursor) number() {
	c.take('-')
	if !c.take('0') && !c.digits() {
		c.fail()
	}
	if c.take('.') && !c.digits() {
		c.fail()
	}
	if c.take('e') || c.take('E') {
		if !c.take('+') {
			c.take('-')
		}
		if !c.digits() {
			c.fail()
		}
	}
}

func (c *cursor) digits() bool {
	start := c.i
	for c.i < len(c.b) && c.b[c.i] >= '0' && c.b[c.i] <= '9' {
		c.i++
	}
	return c.i > start
}

func isHex(ch byte) bool {
	return ch >= '0' && ch <= '9' || ch >= 'a' && ch <= 'f' || ch >= 'A' && ch <= 'F'
}

// unquote decodes the inside of a JSON string that a cursor has accepted.
func unquote(raw []byte) string {
	quoted := make([]byte, 0, len(raw)+2)
	quoted = append(append(append(quoted, '"'), raw...), '"')
	var s string
	if err := json.Unmarshal(quoted, &s); err != nil {
		return string(raw)
	}
	return s
}

// text is a string's decoded text.
func (v value) text() string {
	if !v.escaped {
		return string(v.raw)
	}
	return unquote(v.raw)
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
