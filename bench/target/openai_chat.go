package target

import "github.com/aibench/aibench/sse"

// OpenAIChat is the stream of POST /v1/chat/completions, as OpenAI and the
// servers that imitate it send it. A chunk whose delta only names a role, or
// is empty, carries no token. The finish signal is a finish_reason or [DONE].
type OpenAIChat struct{}

// Name is "openai-chat".
func (OpenAIChat) Name() string { return "openai-chat" }

// Path is the endpoint of chat completions.
func (OpenAIChat) Path() string { return "/v1/chat/completions" }

// Complete: OpenAI's own SDKs accept a stream that just ends; it is not whole.
func (OpenAIChat) Complete(final bool) bool { return final }

// Read reads one event.
func (OpenAIChat) Read(ev *sse.Event) Reading {
	if string(ev.Data) == done {
		return Reading{Final: true}
	}
	if ev.Is("error") {
		return Reading{Err: errorEvent(ev.Data)}
	}
	r := openaiChunk{c: cursor{b: ev.Data}}
	r.read()
	if !r.c.end() {
		return Reading{Malformed: true}
	}
	return r.Reading
}

// openaiChunk is a chunk while it is read. A member that stands twice counts
// as it stands last, as in encoding/json.
type openaiChunk struct {
	Reading
	c                  cursor
	content, reasoning bool
}

func (r *openaiChunk) read() {
	c := &r.c
	for c.object(); c.member(); {
		switch {
		case c.at("choices"):
			r.choices()
		case c.at("usage"):
			r.Usage = readUsage(c)
		case c.at("error"):
			r.Err = readError(c)
		default:
			c.value()
		}
	}
	r.Content = r.content || r.reasoning
	r.Reasoning = r.reasoning && !r.content
}

func (r *openaiChunk) choices() {
	c := &r.c
	r.content, r.reasoning, r.Final = false, false, false
	if c.kind() != arrayValue {
		c.value()
		return
	}
	for c.array(); c.element(); {
		if c.kind() != objectValue {
			c.value()
			continue
		}
		r.choice()
	}
}

func (r *openaiChunk) choice() {
	c := &r.c
	for c.object(); c.member(); {
		switch {
		case c.at("delta") && c.kind() == objectValue:
			r.delta()
		case c.at("finish_reason"):
			r.Final = r.Final || c.value().filled
		default:
			c.value()
		}
	}
}

func (r *openaiChunk) delta() {
	c := &r.c
	for c.object(); c.member(); {
		switch {
		case c.at("content"), c.at("tool_calls"), c.at("function_call"), c.at("refusal"):
			r.content = c.value().filled || r.content
		case c.at("reasoning_content"), c.at("reasoning"):
			r.reasoning = c.value().filled || r.reasoning
		default:
			c.value()
		}
	}
}

// readUsage reads OpenAI's usage object, or null.
func readUsage(c *cursor) Usage {
	var u Usage
	if c.kind() != objectValue {
		c.value()
		return u
	}
	for c.object(); c.member(); {
		switch {
		case c.at("prompt_tokens"):
			u.Prompt, _ = c.value().count()
		case c.at("completion_tokens"):
			u.Completion, u.Known = c.value().count()
		case c.at("completion_tokens_details") && c.kind() == objectValue:
			for c.object(); c.member(); {
				if c.at("reasoning_tokens") {
					u.Reasoning, _ = c.value().count()
				} else {
					c.value()
				}
			}
		default:
			c.value()
		}
	}
	return u
}

// readError reads the value of an "error" member: an object with a message,
// or a text. null, false and empty values are no error.
func readError(c *cursor) string {
	if c.kind() != objectValue {
		v := c.value()
		switch {
		case !v.filled:
			return ""
		case v.kind == stringValue:
			return clip(v.text())
		default:
			return clip(string(v.raw))
		}
	}
	start := c.i
	message, filled := "", false
	for c.object(); c.member(); {
		filled = true
		if v := c.at("message"); v && c.kind() == stringValue {
			message = c.value().text()
		} else {
			c.value()
		}
	}
	if message == "" && filled && !c.bad {
		message = string(c.b[start:c.i])
	}
	return clip(message)
}

// errorEvent gives the text of an event of type "error".
func errorEvent(data []byte) string {
	c := cursor{b: data}
	if c.kind() != objectValue {
		return clip(or(string(data), "error event without data"))
	}
	text, message := "", ""
	for c.object(); c.member(); {
		switch {
		case c.at("error"):
			text = readError(&c)
		case c.at("message") && c.kind() == stringValue:
			message = clip(c.value().text())
		default:
			c.value()
		}
	}
	return or(or(text, message), clip(string(data)))
}

func clip(s string) string { return oneLine(s, maxErrorText) }
