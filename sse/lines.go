package sse

import "bytes"

// lines cuts lent bytes at LF, CR and CRLF. It is a value: a copy looks ahead
// without consuming anything.
//
// The next CR is looked up once and remembered, so a byte is searched at most
// twice, however short the lines and whichever way they end.
type lines struct {
	rest   []byte // not cut yet
	cr     int    // index of the first CR in rest; len(rest) when there is none
	skipLF bool   // the last byte of the last read was a CR: a LF that follows belongs to it
}

// feed replaces the bytes to cut.
func (l *lines) feed(b []byte) {
	if l.skipLF && len(b) > 0 {
		l.skipLF = false
		if b[0] == '\n' {
			b = b[1:]
		}
	}
	l.rest = b
	l.findCR()
}

// next returns the next complete line without its end. A CR ends its line at
// once, even as the last byte: to wait for a LF would hold the event back.
func (l *lines) next() (line []byte, ok bool) {
	if len(l.rest) == 0 {
		return nil, false
	}
	if l.rest[0] == '\n' { // every event ends so: spare it the search
		line, l.rest = l.rest[:0], l.rest[1:]
		l.cr--
		return line, true
	}
	if end := bytes.IndexByte(l.rest[:l.cr], '\n'); end >= 0 {
		line = l.rest[:end]
		l.rest = l.rest[end+1:]
		l.cr -= end + 1
		return line, true
	}
	if l.cr == len(l.rest) {
		return nil, false
	}
	line = l.rest[:l.cr]
	l.rest = l.rest[l.cr+1:]
	if len(l.rest) == 0 {
		l.skipLF = true
	} else if l.rest[0] == '\n' {
		l.rest = l.rest[1:]
	}
	l.findCR()
	return line, true
}

// take returns what is left, a line without an end, and leaves nothing.
func (l *lines) take() []byte {
	b := l.rest
	l.rest, l.cr = nil, 0
	return b
}

func (l *lines) findCR() {
	l.cr = bytes.IndexByte(l.rest, '\r')
	if l.cr < 0 {
		l.cr = len(l.rest)
	}
}

// completesMessage reports whether the lines ahead hold a whole message.
func (l lines) completesMessage() bool {
	data := false
	for {
		line, ok := l.next()
		if !ok {
			return false
		}
		if len(line) == 0 && data {
			return true
		}
		data = data || bytes.HasPrefix(line, []byte("data")) && (len(line) == 4 || line[4] == ':')
	}
}
