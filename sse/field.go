package sse

import (
	"bytes"
	"math"
	"time"
)

// line processes one line without its end and reports whether it completed an
// event. lent says that the line is part of the bytes fed, not of held.buf.
func (p *Parser) line(line []byte, lent bool) bool {
	if len(line) == 0 {
		return p.dispatch()
	}
	name, raw := cut(line)
	value := decode(raw)
	if !p.fits(len(line) - len(raw) + len(value)) {
		return false
	}
	switch string(name) {
	case "data":
		p.data(value, lent)
	case "event":
		p.ev.Type = value
	case "id":
		p.setID(value)
	case "retry":
		p.setRetry(value)
	case "":
		p.comment(value)
		return true
	}
	if !lent {
		p.held.buf = p.held.buf[:p.held.data] // the line is used up
	}
	return false
}

// cut parts a line at its first colon and drops one space behind it. A line
// without a colon is all name.
func cut(line []byte) (name, value []byte) {
	colon := len("data") // nearly always; the search is for the others
	if len(line) <= colon || string(line[:colon+1]) != "data:" {
		colon = bytes.IndexByte(line, ':')
	}
	if colon < 0 {
		return line, nil
	}
	name, value = line[:colon], line[colon+1:]
	if len(value) > 0 && value[0] == ' ' {
		value = value[1:]
	}
	return name, value
}

// data adds one data line. The first one is borrowed; a second one, or one
// that came in pieces, moves the data into held.buf. There a line that came
// in pieces stands behind the data already and only slides forward.
func (p *Parser) data(value []byte, lent bool) {
	if lent && !p.hasData {
		p.ev.Data, p.hasData = value, true
		return
	}
	h := p.hold()
	h.buf = h.buf[:h.data]
	if p.hasData {
		h.buf = append(h.buf, '\n')
	}
	h.buf = append(h.buf, value...)
	h.data = len(h.buf)
	p.ev.Data, p.hasData, p.dataHeld = h.buf, true, true
}

// setID takes the id of the unfinished event; dispatch commits it. One with a
// NUL is ignored.
func (p *Parser) setID(value []byte) {
	if bytes.IndexByte(value, 0) >= 0 {
		return
	}
	p.id = append(p.id[:p.idLen], value...)
	p.newID = true
}

// setRetry takes a reconnection time in milliseconds, written in ASCII digits
// and nothing else. One beyond a Duration becomes the longest Duration.
func (p *Parser) setRetry(value []byte) {
	const most = int64(math.MaxInt64 / time.Millisecond)
	ms := int64(0)
	for _, c := range value {
		if c < '0' || c > '9' {
			return
		}
		ms = min(ms*10+int64(c-'0'), most)
	}
	if len(value) == 0 {
		return
	}
	p.retry, p.hasRetry = time.Duration(ms)*time.Millisecond, true
}

// comment hands out a comment. It may stand inside a message, which is set
// aside meanwhile.
func (p *Parser) comment(text []byte) {
	if p.held != nil || p.hasData || len(p.ev.Type) > 0 {
		p.hold()
	}
	p.ev.Kind, p.ev.Coalesced = Comment, false
	p.ev.ID, p.ev.Type, p.ev.Data = p.LastID(), nil, text
}

// dispatch ends the event at an empty line and reports whether there is a
// message: one without a data line only sets the last event ID.
func (p *Parser) dispatch() bool {
	if p.newID {
		p.commitID()
	}
	if !p.hasData {
		p.ev.Type = nil
		return false
	}
	p.ev.ID = p.LastID()
	p.ev.Coalesced = p.message || len(p.lines.rest) > 0 && p.lines.completesMessage()
	p.message = true
	return true
}

func (p *Parser) commitID() {
	id := p.id[p.idLen:]
	if cap(p.id) > keepBytes && len(id) < keepBytes {
		p.id = nil // a large one is gone; id keeps its bytes until they are copied
	}
	p.id = append(p.id[:0], id...)
	p.idLen, p.newID = len(p.id), false
}
