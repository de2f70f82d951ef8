package sse

import (
	"encoding/binary"
	"unicode/utf8"
)

// decode returns b as the UTF-8 decoder of the WHATWG Encoding Standard sees
// it: each maximal subpart of an ill-formed sequence becomes one U+FFFD.
// Valid input, the usual case, is returned as it is; other input is copied.
//
// strings.ToValidUTF8 replaces a whole run of bad bytes at once, a range loop
// each single byte: both give other text than a browser shows.
func decode(b []byte) []byte {
	if ascii(b) || utf8.Valid(b) {
		return b
	}
	return replace(b)
}

// ascii reports whether b is ASCII, four words at a time: what a model server
// sends nearly always is, and utf8.Valid takes twice as long. It may say false
// of a few short texts that are.
func ascii(b []byte) bool {
	const high = 0x8080808080808080
	if len(b) < 8 {
		return false
	}
	seen := binary.NativeEndian.Uint64(b[len(b)-8:]) // what the loops leave over
	for ; len(b) >= 32; b = b[32:] {
		seen |= binary.NativeEndian.Uint64(b) | binary.NativeEndian.Uint64(b[8:]) |
			binary.NativeEndian.Uint64(b[16:]) | binary.NativeEndian.Uint64(b[24:])
	}
	for ; len(b) >= 8; b = b[8:] {
		seen |= binary.NativeEndian.Uint64(b)
	}
	return seen&high == 0
}

func replace(b []byte) []byte {
	out := make([]byte, 0, len(b)+len(b)/2)
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			n = maximalSubpart(b)
		}
		out = utf8.AppendRune(out, r)
		b = b[n:]
	}
	return out
}

// maximalSubpart returns the length of the longest prefix of b that starts
// some well-formed sequence, at least 1. b begins with an ill-formed one.
// The bounds of the second byte are those of Unicode's table 3-7.
func maximalSubpart(b []byte) int {
	lo, hi, more := byte(0x80), byte(0xBF), 0
	switch c := b[0]; {
	case c < 0xC2 || c > 0xF4: // never a first byte
	case c < 0xE0:
		more = 1
	case c < 0xF0:
		more = 2
	default:
		more = 3
	}
	switch b[0] {
	case 0xE0:
		lo = 0xA0 // below: an overlong form
	case 0xED:
		hi = 0x9F // above: a surrogate
	case 0xF0:
		lo = 0x90 // below: an overlong form
	case 0xF4:
		hi = 0x8F // above: beyond U+10FFFF
	}
	n := 1
	for n <= more && n < len(b) && lo <= b[n] && b[n] <= hi {
		lo, hi = 0x80, 0xBF
		n++
	}
	return n
}
