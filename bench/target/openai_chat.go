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

// Complete wants the finish signal. OpenAI's own SDKs accept a stream that just
// ends.
func (OpenAIChat) Complete(final bool) bool { return final }

// Read reads one event.
func (OpenAIChat) Read(ev *sse.Event) Reading {
	if isDone(ev.Data) {
		return Reading{Final: true}
	}
	if ev.Is("error") {
		return Reading{Err: errorEvent(ev.Data)}
	}
	c := cursor{b: ev.Data}
	var r Reading
	var carried parts
	for c.object(); c.member(); {
		switch {
		case c.at("choices"):
			carried, r.Final = readChoices(&c)
		case c.at("usage"):
			r.Usage = readUsage(&c)
		case c.at("error"):
			r.Err = readError(&c)
		default:
			c.skip()
		}
	}
	if !c.end() {
		return Reading{Malformed: true}
	}
	r.Content = carried != 0
	r.Reasoning = r.Content && carried&^(reasoningPart|reasoningContentPart) == 0
	return r
}

// parts are the members of a delta that carry something. A member that stands
// twice counts as it stands last, as in encoding/json, hence a bit for each.
type parts uint8

const (
	contentPart parts = 1 << iota
	refusalPart
	toolCallsPart
	functionCallPart
	reasoningPart
	reasoningContentPart
)

func (p *parts) set(part parts, carries bool) {
	*p &^= part
	if carries {
		*p |= part
	}
}

func readChoices(c *cursor) (carried parts, final bool) {
	if c.kind() != arrayValue {
		c.skip()
		return 0, false
	}
	for c.array(); c.element(); {
		if c.kind() != objectValue {
			c.skip()
			continue
		}
		p, f := readChoice(c)
		carried, final = carried|p, final || f
	}
	return carried, final
}

func readChoice(c *cursor) (carried parts, final bool) {
	for c.object(); c.member(); {
		switch {
		case c.at("delta"):
			carried = readDelta(c)
		case c.at("finish_reason"):
			final = c.value().isText() // some servers write "" for not yet
		default:
			c.skip()
		}
	}
	return carried, final
}

func readDelta(c *cursor) (carried parts) {
	if c.kind() != objectValue {
		c.skip()
		return 0
	}
	for c.object(); c.member(); {
		switch {
		case c.at("content"):
			carried.set(contentPart, c.value().isText())
		case c.at("reasoning_content"):
			carried.set(reasoningContentPart, c.value().isText())
		case c.at("reasoning"):
			carried.set(reasoningPart, c.value().isText())
		case c.at("refusal"):
			carried.set(refusalPart, c.value().isText())
		case c.at("tool_calls"):
			carried.set(toolCallsPart, readToolCalls(c))
		case c.at("function_call"):
			carried.set(functionCallPart, readCall(c))
		default:
			c.skip()
		}
	}
	return carried
}

// readToolCalls tells whether one of the calls has a name or a fragment of
// its arguments.
func readToolCalls(c *cursor) bool {
	carries := false
	if c.kind() != arrayValue {
		c.skip()
		return false
	}
	for c.array(); c.element(); {
		if c.kind() != objectValue {
			c.skip()
			continue
		}
		for c.object(); c.member(); {
			if c.at("function") || c.at("custom") {
				carries = readCall(c) || carries
			} else {
				c.skip()
			}
		}
	}
	return carries
}

func readCall(c *cursor) bool {
	carries := false
	if c.kind() != objectValue {
		c.skip()
		return false
	}
	for c.object(); c.member(); {
		if c.at("name") || c.at("arguments") || c.at("input") {
			carries = c.value().filled() || carries
		} else {
			c.skip()
		}
	}
	return carries
}

// readUsage reads OpenAI's usage object, or null.
func readUsage(c *cursor) Usage {
	var u Usage
	if c.kind() != objectValue {
		c.skip()
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
					c.skip()
				}
			}
		default:
			c.skip()
		}
	}
	return u
}

// readError reads the value of an "error" member: an object, of which the
// message is told, a text, or true. Anything else is no error: many servers
// write null, "", false or the code 0 when all is well.
func readError(c *cursor) string {
	switch c.kind() {
	case objectValue:
		return readErrorObject(c)
	case stringValue:
		return clip(c.value().text())
	case trueValue:
		c.skip()
		return "true"
	default:
		c.skip()
		return ""
	}
}

func readErrorObject(c *cursor) string {
	start, message := c.i, ""
	for c.object(); c.member(); {
		if c.at("message") && c.kind() == stringValue {
			message = c.value().text()
		} else {
			c.skip()
		}
	}
	if c.bad {
		return ""
	}
	return clip(or(message, string(c.b[start:c.i])))
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
			c.skip()
		}
	}
	return or(or(text, message), clip(string(data)))
}

func clip(s string) string { return oneLine(s, maxErrorText) }
