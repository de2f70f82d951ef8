package target

import (
	"bytes"

	"github.com/aibench/aibench/sse"
)

// Generic reads any event stream. Every message is a chunk, unless Tokens
// names where the text stands: then a message is one in which something
// stands there. The sentinel [DONE] is never a chunk.
type Generic struct {
	Tokens *Path      // nil: every message is a chunk
	Done   *Condition // the finish signal; nil: [DONE], or a body that ends as HTTP says
}

// Name is "sse".
func (Generic) Name() string { return "sse" }

// Path is empty: home-made endpoints have no common one.
func (Generic) Path() string { return "" }

// Complete takes a body that ended correctly for the finish, unless the stream
// has a finish signal of its own.
func (g Generic) Complete(final bool) bool { return g.Done == nil || final }

// Read reads one event. A finish signal carries no text, unless Tokens finds
// some in it.
func (g Generic) Read(ev *sse.Event) Reading {
	r := Reading{Final: g.Done != nil && g.Done.holds(ev)}
	switch {
	case isDone(ev.Data):
		r.Final = r.Final || g.Done == nil
		return r
	case ev.Is("error"):
		r.Err = errorEvent(ev.Data)
		return r
	}
	r.Err = inBand(ev.Data)
	if g.Tokens == nil {
		r.Content = !r.Final && r.Err == ""
		return r
	}
	v, ok := g.Tokens.in(ev.Data)
	r.Content = ok && r.Err == "" && v.carries()
	r.Malformed = !ok && !r.Final && !besideTokens(ev)
	return r
}

// carries tells of what can be a token: a text that is not empty, a number,
// a truth value.
func (v value) carries() bool {
	switch v.kind {
	case stringValue:
		return len(v.raw) > 0
	case numberValue, trueValue, falseValue:
		return true
	default:
		return false
	}
}

// besideTokens tells of an event that was never meant to be JSON: an empty
// one, or a text under a type of its own, as in "event: end, data: bye". One
// that begins like JSON was.
func besideTokens(ev *sse.Event) bool {
	data := bytes.TrimSpace(ev.Data)
	if len(data) == 0 {
		return true
	}
	return !ev.Is("message") && data[0] != '{' && data[0] != '['
}

// inBand finds an error in the manner of OpenAI: a top-level member "error".
func inBand(data []byte) string {
	c := cursor{b: data}
	if c.kind() != objectValue {
		return ""
	}
	text := ""
	for c.object(); c.member(); {
		if c.at("error") {
			text = readError(&c)
		} else {
			c.skip()
		}
	}
	if !c.end() {
		return ""
	}
	return text
}
