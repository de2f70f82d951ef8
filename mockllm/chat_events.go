package mockllm

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// events is the answer as a stream: role, tokens, finish, usage where asked for, [DONE].
func (p *chatPlan) events(g *generation) streamEvents {
	base := p.frameOf(g, "chat.completion.chunk")
	if p.wantsUsage() {
		base.Usage = json.RawMessage("null")
	}
	s := streamEvents{open: event(base.chunk(p.role(), nil))}
	end := base.chunk(struct{}{}, &p.script.Finish)
	if p.wantsUsage() {
		count := base
		count.Choices, count.Usage = []chatChoice{}, encode(newUsage(p.prompt, p.script.Tokens))
		s.end = ending(end, encode(count))
	} else {
		s.end = ending(end)
	}
	if p.StreamOptions != nil && p.StreamOptions.IncludeObfuscation {
		base.Obfuscation = padding(g.id)
	}
	if p.tool == "" {
		s.token = newFrame(base.chunk(contentDelta{hole}, nil))
		return s
	}
	p.callEvents(&s, base, g)
	return s
}

// callEvents makes the tokens of s those of a tool call: the first is the function's name, with empty arguments; the
// others are fragments of the arguments, which carry the call's index and no name.
func (p *chatPlan) callEvents(s *streamEvents, base chatCompletion, g *generation) {
	index := 0
	named := toolCall{Index: &index, ID: "call_" + g.id, Type: "function", Function: toolFunction{Name: p.tool}}
	fragment := toolCall{Index: &index, Function: toolFunction{Arguments: hole}}
	s.first = event(base.chunk(toolDelta{[]toolCall{named}}, nil))
	s.token = newFrame(base.chunk(toolDelta{[]toolCall{fragment}}, nil))
	s.quote = true
}

// role is the first delta. Its content is null before a tool call.
func (p *chatPlan) role() chatAnswer {
	d := chatAnswer{Role: "assistant"}
	if p.tool == "" {
		d.Content = new(string)
	}
	return d
}

// chunk is the JSON of one chunk; c itself has what all chunks share.
func (c chatCompletion) chunk(delta any, finish *string) []byte {
	c.Choices = []chatChoice{{Delta: delta, Finish: finish}}
	return encode(c)
}

// padding is what OpenAI calls obfuscation: noise that makes the length of an event say less about its text. Here it
// differs from answer to answer, which is enough for a reader to stumble over.
func padding(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:])[:8+sum[0]%9]
}
