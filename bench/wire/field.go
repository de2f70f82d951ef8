package wire

import (
	"bytes"
	"fmt"
)

// cutField splits a checked field line at its colon and trims the value.
func cutField(line []byte) (name, value []byte) {
	name, value, _ = bytes.Cut(line, []byte(":"))
	return name, bytes.Trim(value, " \t")
}

// checkField validates one field line of a head or trailer: a name that is a
// token, directly followed by a colon, and a value without control characters
// (RFC 9110 §5.1, §5.5; RFC 9112 §5.1). A line that begins with white space
// continues the one before (obs-fold); no server needs that today, and readers
// disagree about it, so it is refused as RFC 9112 §5.2 permits.
func checkField(line []byte) error {
	name, value, ok := bytes.Cut(line, []byte(":"))
	if !ok || len(name) == 0 {
		return fmt.Errorf("%w: header line %q", ErrMalformed, clip(line))
	}
	for _, c := range name {
		if !isToken(c) {
			return fmt.Errorf("%w: header name %q", ErrMalformed, clip(name))
		}
	}
	if !isFieldValue(value) {
		return fmt.Errorf("%w: control character in header %q", ErrMalformed, clip(line))
	}
	return nil
}

// isToken reports whether c is a tchar of RFC 9110 §5.6.2.
func isToken(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', isDigit(c):
		return true
	}
	return c != 0 && bytes.IndexByte([]byte("!#$%&'*+-.^_`|~"), c) >= 0
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isFieldValue accepts visible characters, SP, HTAB and bytes over 0x7F: a CR
// that is not part of a line end, NUL and the other controls are not among
// them.
func isFieldValue(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// fieldFacts is what a head's fields say about framing.
type fieldFacts struct {
	hasLength bool
	length    int64
	digits    int // length was written with
	chunked   bool
	close     bool // Connection: close
	keepAlive bool // Connection: keep-alive
}

// note takes one field into account. Whatever could be read in two ways is an
// error, also where the body would not depend on it.
func (f *fieldFacts) note(name, value []byte) error {
	switch {
	case equalFold(name, "Content-Length"):
		return f.noteLength(value)
	case equalFold(name, "Transfer-Encoding"):
		if f.chunked || !equalFold(value, "chunked") {
			return fmt.Errorf("%w: Transfer-Encoding %q: only a single \"chunked\" is understood", ErrMalformed, clip(value))
		}
		f.chunked = true
	case equalFold(name, "Connection"):
		f.noteConnection(value)
	}
	return nil
}

// noteLength reads 1*DIGIT (RFC 9110 §8.6). The same length twice is one
// length; two lengths, two spellings, a list, a sign or an overflow are an
// attack or a bug.
func (f *fieldFacts) noteLength(value []byte) error {
	var n int64
	for _, c := range value {
		if !isDigit(c) || n > (1<<63-1-int64(c-'0'))/10 {
			return fmt.Errorf("%w: Content-Length %q", ErrMalformed, clip(value))
		}
		n = 10*n + int64(c-'0')
	}
	if len(value) == 0 || f.hasLength && (n != f.length || len(value) != f.digits) {
		return fmt.Errorf("%w: empty or conflicting Content-Length %q", ErrMalformed, clip(value))
	}
	f.hasLength, f.length, f.digits = true, n, len(value)
	return nil
}

func (f *fieldFacts) noteConnection(value []byte) {
	for len(value) > 0 {
		var option []byte
		option, value, _ = bytes.Cut(value, []byte(","))
		option = bytes.Trim(option, " \t")
		f.close = f.close || equalFold(option, "close")
		f.keepAlive = f.keepAlive || equalFold(option, "keep-alive")
	}
}
