package target

import (
	"encoding/json"
	"slices"

	"github.com/aibench/aibench/sse"
)

// Detect tells from one event which dialect a stream is in; ok is false when
// the event tells nothing: a comment or an error. For a stream of no known
// provider, hint is the path at which its text seems to stand, if any.
func Detect(ev *sse.Event) (d Dialect, hint string, ok bool) {
	if ev.Kind != sse.Message || ev.Is("error") {
		return nil, "", false
	}
	// Once per run, so clarity comes before speed.
	var doc map[string]json.RawMessage
	if json.Unmarshal(ev.Data, &doc) != nil {
		return Generic{}, "", true
	}
	if (Generic{}).inBand(ev) != "" {
		return nil, "", false
	}
	if isOpenAIChat(doc) {
		return OpenAIChat{}, "", true
	}
	return Generic{}, textPath(doc), true
}

func isOpenAIChat(doc map[string]json.RawMessage) bool {
	var object string
	_ = json.Unmarshal(doc["object"], &object) // absent or no string: not OpenAI's
	var choices []json.RawMessage
	return object == "chat.completion.chunk" || json.Unmarshal(doc["choices"], &choices) == nil && choices != nil
}

// textPath guesses where home-made streams put their text: in a member with a
// telling name, at the top or one level down.
func textPath(doc map[string]json.RawMessage) string {
	names := []string{"token", "text", "content", "delta", "response", "answer", "chunk", "output", "message"}
	for _, name := range names {
		if isString(doc[name]) {
			return "$." + name
		}
	}
	outer := make([]string, 0, len(doc))
	for name := range doc {
		outer = append(outer, name)
	}
	slices.Sort(outer)
	for _, name := range outer {
		var inner map[string]json.RawMessage
		if json.Unmarshal(doc[name], &inner) != nil {
			continue
		}
		for _, in := range names {
			if isString(inner[in]) {
				return "$." + name + "." + in
			}
		}
	}
	return ""
}

func isString(raw json.RawMessage) bool { return len(raw) > 0 && raw[0] == '"' }
