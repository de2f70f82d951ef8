package sse

import "time"

// Kind tells a message from a comment.
type Kind uint8

const (
	// Message is an event as the specification dispatches it.
	Message Kind = iota
	// Comment is a line that starts with a colon. The specification ignores
	// it; to a load tester it is a sign of life.
	Comment
)

// Event is one dispatched message or one comment.
//
// ID, Type and Data borrow the bytes given to Feed or the parser's own
// buffer: they are valid until the next call of Next, Feed, End or Reset, and
// may not be written to. They are valid UTF-8.
type Event struct {
	Kind Kind
	// Coalesced says that the bytes of one Feed completed more than one
	// message, so that At is exact for the last of them only. The first one
	// is marked too. Always false on a comment.
	Coalesced bool
	// At is the stamp given to Feed with the bytes that completed the event.
	At time.Duration
	// ID is the last event ID in force when the event was dispatched.
	ID []byte
	// Type is the event's type; empty stands for "message".
	Type []byte
	// Data is the message's data lines joined by LF, or a comment's text
	// after the colon, without one leading space.
	Data []byte
}

// Is reports whether e is a message of the given type. A message without a
// type is a "message".
func (e *Event) Is(typ string) bool {
	if e.Kind != Message {
		return false
	}
	if len(e.Type) == 0 {
		return typ == "message" || typ == ""
	}
	return string(e.Type) == typ
}
