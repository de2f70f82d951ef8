// Package sse reads Server-Sent Events: bytes in as they come, events out at
// once, nothing kept.
//
// It follows the WHATWG HTML standard, sections 9.2.5 and 9.2.6, byte for
// byte, and does no I/O. In steady state it neither copies nor allocates: an
// event that arrives in one piece, with one data line, borrows the bytes that
// were fed. Only what a read cuts in two is copied, and a value that is not
// valid UTF-8.
package sse

import (
	"errors"
	"fmt"
	"time"
)

const (
	defaultMaxEvent = 1 << 20
	// keepBytes is the largest buffer that a parser keeps between events. It
	// covers the usual token event; a rare large one is not held for the
	// rest of a stream's life.
	keepBytes = 2 << 10
	bom       = "\xEF\xBB\xBF"
)

// ErrTooLong is wrapped by the error of a Parser whose stream held an event,
// or a line, of more than MaxEvent bytes.
var ErrTooLong = errors.New("event too long")

// Parser turns the bytes of one stream into events. The zero value is ready
// to use. It is not safe for concurrent use.
//
//	p.Feed(b, at)
//	for p.Next() {
//		use(p.Event())
//	}
type Parser struct {
	// MaxEvent bounds the bytes held for one unfinished event: its data, type
	// and id, and the line being read, with its field name; 0 is 1 MiB. How a
	// stream is cut makes no difference. Set it before the first Feed.
	MaxEvent int

	lines lines
	ev    Event  // the event being put together, then the one handed out
	id    []byte // last event ID in force, then, from idLen on, that of the unfinished event
	idLen int
	held  *held // nil until the first event that a read cuts in two
	retry time.Duration

	bomLen   uint8 // bytes of a BOM seen at the start
	started  bool  // past the place of a BOM
	given    bool  // ev was handed out; Next must clear it first
	hasData  bool  // the unfinished event has a data line
	dataHeld bool  // ev.Data is in held.buf
	newID    bool  // the unfinished event has an id line
	message  bool  // this Feed completed a message
	hasRetry bool
	tooLong  bool
}

// held is what outlives the bytes that were lent: the copied parts of an
// unfinished event.
type held struct {
	typ  []byte
	buf  []byte // data so far, then the line that has no end yet
	data int    // length of the data in buf
}

// Feed gives the parser the next bytes of the stream and the stamp of their
// arrival. It lends b: the parser may refer to it until Next has returned
// false, which must have happened before Feed is called again.
func (p *Parser) Feed(b []byte, at time.Duration) {
	p.ev.At = at
	p.message = false
	if !p.started {
		b = p.skipBOM(b)
	}
	p.lines.feed(b)
}

// skipBOM drops one leading byte order mark, also when it comes in pieces. A
// start that turns out to be no BOM belongs to the first line.
func (p *Parser) skipBOM(b []byte) []byte {
	for len(b) > 0 && int(p.bomLen) < len(bom) && b[0] == bom[p.bomLen] {
		p.bomLen++
		b = b[1:]
	}
	p.started = len(b) > 0 || int(p.bomLen) == len(bom)
	if p.started && p.bomLen > 0 && int(p.bomLen) < len(bom) {
		h := p.hold()
		h.buf = append(h.buf, bom[:p.bomLen]...)
	}
	return b
}

// Next advances to the next message or comment in the bytes fed. It returns
// false when they are used up, and after an error.
func (p *Parser) Next() bool {
	if p.given {
		p.clear()
	}
	for !p.tooLong {
		line, ok := p.lines.next()
		if !ok {
			p.suspend()
			return false
		}
		lent := true
		if h := p.held; h != nil && len(h.buf) > h.data {
			h.buf = append(h.buf, line...)
			line, lent = h.buf[h.data:], false
		}
		if p.line(line, lent) {
			p.given = true
			return true
		}
	}
	return false
}

// Event returns the event that Next advanced to. See Event for how long it
// is valid.
func (p *Parser) Event() *Event { return &p.ev }

// Err returns nil, or an error that wraps ErrTooLong and names the bound.
// After it no more events come until Reset.
func (p *Parser) Err() error {
	if !p.tooLong {
		return nil
	}
	return fmt.Errorf("read event: more than %d bytes: %w", p.maxEvent(), ErrTooLong)
}

// LastID returns the last event ID in force, valid as long as an Event. A
// reconnecting client sends it unless it is empty.
func (p *Parser) LastID() []byte { return p.id[:p.idLen] }

// Retry returns the reconnection time that the stream asked for last, and
// whether it did.
func (p *Parser) Retry() (time.Duration, bool) { return p.retry, p.hasRetry }

// End tells the parser that the stream is over: an unfinished event is
// dropped and its id not committed. LastID and Retry remain; Reset comes
// before the next stream.
func (p *Parser) End() {
	p.lines = lines{}
	p.drop()
}

// Reset makes the parser ready for another stream. MaxEvent stays, and so do
// small buffers.
func (p *Parser) Reset() {
	p.lines = lines{}
	p.drop()
	*p = Parser{MaxEvent: p.MaxEvent, id: trim(p.id), held: p.held}
}

// clear forgets the event that was handed out. The message around a comment
// goes on where it was.
func (p *Parser) clear() {
	p.given = false
	if p.ev.Kind == Message {
		p.drop()
		return
	}
	p.ev.Kind, p.ev.Data, p.ev.Type = Message, nil, nil
	if h := p.held; h != nil {
		h.buf = h.buf[:h.data]
		p.ev.Data, p.ev.Type = h.buf, h.typ
	}
}

// drop forgets the data and type of an event, finished or not.
func (p *Parser) drop() {
	p.ev.Kind, p.ev.Data, p.ev.Type = Message, nil, nil
	p.given, p.hasData, p.dataHeld = false, false, false
	if h := p.held; h != nil {
		h.typ, h.buf, h.data = trim(h.typ), trim(h.buf), 0
	}
}

// trim empties a small buffer and lets a large one go.
func trim(b []byte) []byte {
	if cap(b) > keepBytes {
		return nil
	}
	return b[:0]
}

// suspend ends a Feed: it copies what the unfinished event borrows from the
// lent bytes.
func (p *Parser) suspend() {
	rest := p.lines.take()
	if len(rest) == 0 && !p.hasData && len(p.ev.Type) == 0 && p.held == nil {
		return // at rest, the usual case
	}
	h := p.hold()
	if !p.fits(len(h.buf) - h.data + len(rest)) {
		return
	}
	h.buf = append(h.buf, rest...)
	if p.dataHeld {
		p.ev.Data = h.buf[:h.data]
	}
}

// hold moves the unfinished event's type and data into the parser's own
// buffers. It comes before anything is written to held.buf, where the type of
// a line that came in pieces may still stand. What is behind the data there
// stays.
func (p *Parser) hold() *held {
	if p.held == nil {
		p.held = new(held)
	}
	h := p.held
	h.typ = append(h.typ[:0], p.ev.Type...)
	p.ev.Type = h.typ
	if p.hasData && !p.dataHeld {
		h.buf = append(h.buf[:0], p.ev.Data...)
		h.data = len(h.buf)
		p.ev.Data, p.dataHeld = h.buf, true
	}
	return h
}

// fits reports whether an unfinished event that grows by n bytes stays within
// the bound. If not, the parser is done.
func (p *Parser) fits(n int) bool {
	if n+len(p.ev.Data)+len(p.ev.Type)+len(p.id)-p.idLen <= p.maxEvent() {
		return true
	}
	p.lines = lines{}
	p.drop()
	p.tooLong = true
	return false
}

func (p *Parser) maxEvent() int {
	if p.MaxEvent > 0 {
		return p.MaxEvent
	}
	return defaultMaxEvent
}
