package target

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/aibench/aibench/sse"
)

// Detect tells from one event which dialect a stream is in; ok is false when
// the event tells nothing: a comment, an error, [DONE], or nothing at all. For a stream of no known
// provider, hint is the path at which its text seems to stand, if any.
func Detect(ev *sse.Event) (d Dialect, hint string, ok bool) {
	if ev.Kind != sse.Message || ev.Is("error") || isDone(ev.Data) || len(ev.Data) == 0 {
		return nil, "", false
	}
	// Once per run, so clarity comes before speed.
	var doc map[string]json.RawMessage
	if json.Unmarshal(ev.Data, &doc) != nil {
		return Generic{}, "", true
	}
	if len(doc) == 0 || inBand(ev.Data) != "" {
		return nil, "", false
	}
	if isOpenAIChat(doc) {
		return OpenAIChat{}, "", true
	}
	return Generic{}, textPath(doc), true
}

// isOpenAIChat tells chat chunks from those of the older completions, which
// have choices too, by what they call themselves.
func isOpenAIChat(doc map[string]json.RawMessage) bool {
	var object string
	_ = json.Unmarshal(doc["object"], &object) // absent, or no string: tells nothing
	var choices []json.RawMessage
	listed := json.Unmarshal(doc["choices"], &choices) == nil && choices != nil
	return object == "chat.completion.chunk" || listed && object != "text_completion"
}

// textPath guesses where home-made streams put their text: in a member with a
// telling name, at the top or as near to it as there is one.
func textPath(doc map[string]json.RawMessage) string {
	level := []place{{"$", doc}}
	for range 4 { // levels; what lies deeper is no guess any more
		for _, name := range [...]string{"token", "text", "content", "delta", "response", "answer", "chunk", "output", "message"} {
			for _, p := range level {
				if raw := p.doc[name]; len(raw) > 0 && raw[0] == '"' {
					return p.path + "." + name
				}
			}
		}
		level = inside(level)
	}
	return ""
}

// A place is an object in a document and the path to it.
type place struct {
	path string
	doc  map[string]json.RawMessage
}

// inside gives the objects one level down, those in arrays too, in the order
// of their paths.
func inside(level []place) []place {
	var out []place
	for _, p := range level {
		for _, name := range slices.Sorted(maps.Keys(p.doc)) {
			path := p.path + "." + name
			if strings.ContainsAny(name, ".[") {
				path = p.path + "['" + name + "']"
			}
			raw, doc, list := p.doc[name], map[string]json.RawMessage{}, []map[string]json.RawMessage{}
			if json.Unmarshal(raw, &doc) == nil && doc != nil {
				out = append(out, place{path, doc})
			} else if json.Unmarshal(raw, &list) == nil && len(list) > 0 {
				out = append(out, place{path + "[0]", list[0]})
			}
		}
	}
	return out
}
