package mockllm

import (
	"encoding/json"
	"strings"
)

// chat answers POST /v1/chat/completions.
func (a *api) chat(c *call) {
	p, refusal := a.readChat(c.body)
	if refusal != nil {
		c.refuse(refusal)
		return
	}
	c.complete(p.Stream, p.script, p.events, func(g *generation) any { return p.completion(g) })
}

// chatCompletion is the answer as one object or as chunks of it; object tells which.
type chatCompletion struct {
	ID          string          `json:"id"`
	Object      string          `json:"object"`
	Created     int64           `json:"created"`
	Model       string          `json:"model"`
	Choices     []chatChoice    `json:"choices"`
	Usage       json.RawMessage `json:"usage,omitempty"`
	Obfuscation string          `json:"obfuscation,omitempty"`
}

// chatChoice has a message in a whole answer and a delta in a chunk.
type chatChoice struct {
	Index    int       `json:"index"`
	Message  any       `json:"message,omitempty"`
	Delta    any       `json:"delta,omitempty"`
	Logprobs *struct{} `json:"logprobs"`
	Finish   *string   `json:"finish_reason"`
}

type chatAnswer struct {
	Role      string     `json:"role"`
	Content   *string    `json:"content"`
	Refusal   *string    `json:"refusal"`
	ToolCalls []toolCall `json:"tool_calls,omitempty"`
}

type toolCall struct {
	Index    *int         `json:"index,omitempty"` // in chunks only
	ID       string       `json:"id,omitempty"`
	Type     string       `json:"type,omitempty"`
	Function toolFunction `json:"function"`
}

type toolFunction struct {
	Name      string `json:"name,omitempty"`
	Arguments string `json:"arguments"`
}

type contentDelta struct {
	Content string `json:"content"`
}

type toolDelta struct {
	ToolCalls []toolCall `json:"tool_calls"`
}

// frameOf is what the completion and all its chunks have in common.
func (p *chatPlan) frameOf(g *generation, object string) chatCompletion {
	return chatCompletion{
		ID: "chatcmpl-" + g.id, Object: object, Created: g.loop.Now().Unix(), Model: p.Model,
	}
}

// completion is the whole answer.
func (p *chatPlan) completion(g *generation) chatCompletion {
	message := chatAnswer{Role: "assistant"}
	if p.tool != "" {
		message.ToolCalls = []toolCall{{
			ID: "call_" + g.id, Type: "function",
			Function: toolFunction{Name: p.tool, Arguments: toolArguments(p.script.Tokens)},
		}}
	} else {
		content := answerText(p.script.Tokens)
		message.Content = &content
	}
	whole := p.frameOf(g, "chat.completion")
	whole.Choices = []chatChoice{{Message: message, Finish: &p.script.Finish}}
	whole.Usage = encode(newUsage(p.prompt, p.script.Tokens))
	return whole
}

// toolArguments are those of a call of n tokens: token 0 is the function's name, the rest make a JSON object.
func toolArguments(n int) string {
	if n < 2 {
		return ""
	}
	return `{"text":"` + strings.TrimPrefix(answerText(n), " t0") + `"}`
}
