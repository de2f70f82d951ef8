package target

import "github.com/aibench/aibench/sse"

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

// Complete: without a finish signal of its own, a body that ended correctly
// is the finish.
func (g Generic) Complete(final bool) bool { return g.Done == nil || final }

// Read reads one event.
func (g Generic) Read(ev *sse.Event) Reading {
	r := Reading{Final: g.Done != nil && g.Done.holds(ev)}
	switch {
	case string(ev.Data) == done:
		r.Final = r.Final || g.Done == nil
		return r
	case ev.Is("error"):
		r.Err = errorEvent(ev.Data)
		return r
	case g.Tokens == nil:
		r.Content = !g.sentinel(ev, r.Final)
		r.Err = g.inBand(ev)
		r.Content = r.Content && r.Err == ""
		return r
	}
	v, ok := g.Tokens.in(ev.Data)
	switch {
	case ok:
		r.Content = v.filled || v.kind == falseValue
		r.Err = g.inBand(ev)
	case !r.Final:
		r.Malformed = true
	}
	return r
}

// sentinel tells whether a finishing event carries nothing else: one that is
// told by its whole data or its type.
func (g Generic) sentinel(ev *sse.Event, final bool) bool { return final && g.Done.path == nil }

// inBand finds an error in the manner of OpenAI: a top-level member "error".
func (g Generic) inBand(ev *sse.Event) string {
	c := cursor{b: ev.Data}
	if c.kind() != objectValue {
		return ""
	}
	text := ""
	for c.object(); c.member(); {
		if c.at("error") {
			text = readError(&c)
		} else {
			c.value()
		}
	}
	if !c.end() {
		return ""
	}
	return text
}
