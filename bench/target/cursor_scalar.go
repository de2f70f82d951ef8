package target

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// str passes a string and returns what stands between its quotes.
func (c *cursor) str() []byte {
	c.escaped = false
	if c.peek() != '"' {
		c.fail()
		return nil
	}
	start := c.i + 1
	i := start
	for {
		i = plain(c.b, i)
		if i >= len(c.b) {
			c.fail()
			return nil
		}
		switch c.b[i] {
		case '"':
			c.i = i + 1
			return c.b[start:i]
		case '\\':
			c.escaped = true
			i = escape(c.b, i)
		default:
			c.fail() // a control character
			return nil
		}
	}
}

// plain returns the index of the first quote, backslash or control character
// in b from i on, eight bytes at a time. Each test marks the high bit of the
// bytes that match; above the lowest such byte a borrow may mark others, which
// does not matter since only the lowest is used.
func plain(b []byte, i int) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i : i+8])
		quote, slash := w^(ones*'"'), w^(ones*'\\')
		m := ((quote-ones)&^quote | (slash-ones)&^slash | (w-ones*' ')&^w) & highs
		if m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for ; i < len(b); i++ {
		if ch := b[i]; ch == '"' || ch == '\\' || ch < ' ' {
			break
		}
	}
	return i
}

// escape returns the index behind the escape at i, len(b) when it is none.
func escape(b []byte, i int) int {
	if i+1 >= len(b) {
		return len(b)
	}
	switch b[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		if _, ok := hex4(b[i+2:]); ok {
			return i + 6
		}
	}
	return len(b)
}

// hex4 reads four hexadecimal digits.
func hex4(b []byte) (r rune, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	for _, ch := range b[:4] {
		switch {
		case ch >= '0' && ch <= '9':
			ch -= '0'
		case ch >= 'a' && ch <= 'f':
			ch -= 'a' - 10
		case ch >= 'A' && ch <= 'F':
			ch -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(ch)
	}
	return r, true
}

func (c *cursor) word(w string) {
	if len(c.b)-c.i < len(w) || string(c.b[c.i:c.i+len(w)]) != w {
		c.fail()
		return
	}
	c.i += len(w)
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

func (c *cursor) take(ch byte) bool {
	if c.i >= len(c.b) || c.b[c.i] != ch {
		return false
	}
	c.i++
	return true
}

func (c *cursor) digits() bool {
	i := c.i
	for i < len(c.b) && c.b[i] >= '0' && c.b[i] <= '9' {
		i++
	}
	some := i > c.i
	c.i = i
	return some
}

// unquote decodes the inside of a JSON string that a cursor has accepted, as
// encoding/json does: half a surrogate pair, or a byte that is not UTF-8,
// becomes U+FFFD.
func unquote(raw []byte) string {
	text := make([]byte, 0, len(raw))
	for len(raw) > 0 {
		r, n := decodeRune(raw)
		text = utf8.AppendRune(text, r)
		raw = raw[n:]
	}
	return string(text)
}

// sameText tells whether the inside of a JSON string decodes to text.
func sameText(raw []byte, text string) bool {
	for len(raw) > 0 {
		r, n := decodeRune(raw)
		want, m := utf8.DecodeRuneInString(text)
		if r != want || m == 0 {
			return false
		}
		raw, text = raw[n:], text[m:]
	}
	return text == ""
}

// decodeRune decodes the first character of the inside of a JSON string and
// tells how many bytes it takes there.
func decodeRune(raw []byte) (r rune, n int) {
	if raw[0] != '\\' {
		return utf8.DecodeRune(raw)
	}
	switch ch := raw[1]; ch {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
	default:
		return rune(ch), 2
	}
	r, _ = hex4(raw[2:])
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if len(raw) >= 12 && raw[6] == '\\' && raw[7] == 'u' {
		low, _ := hex4(raw[8:])
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return utf8.RuneError, 6
}
