package mockllm

import (
	"encoding/json"
	"fmt"
)

// chatRequest is what the mock reads of a POST /v1/chat/completions.
type chatRequest struct {
	generationRequest
	MaxCompletionTokens *int            `json:"max_completion_tokens"`
	Messages            []chatMessage   `json:"messages"`
	Tools               []chatTool      `json:"tools"`
	ToolChoice          json.RawMessage `json:"tool_choice"`
}

type chatMessage struct {
	Role    string          `json:"role"`
	Content json.RawMessage `json:"content"`
}

type chatTool struct {
	Type     string `json:"type"`
	Function struct {
		Name string `json:"name"`
	} `json:"function"`
}

// chatPlan is a chat request that was found good: what to answer it with.
type chatPlan struct {
	chatRequest
	script Script
	prompt int    // its tokens
	tool   string // the function to call; "": answer with text
}

// readChat decodes and checks a request.
func (a *api) readChat(body []byte) (*chatPlan, *apiError) {
	p := new(chatPlan)
	if refusal := decodeBody(body, &p.chatRequest); refusal != nil {
		return nil, refusal
	}
	if refusal := p.check(a); refusal != nil {
		return nil, refusal
	}
	if len(p.Messages) == 0 {
		return nil, invalid("messages", "messages is missing or empty")
	}
	for i := range p.Messages {
		tokens, refusal := p.Messages[i].check(i)
		if refusal != nil {
			return nil, refusal
		}
		p.prompt += tokens
	}
	p.Messages = nil // counted, and not needed again
	limit, param := p.MaxCompletionTokens, "max_completion_tokens"
	if limit == nil {
		limit, param = p.MaxTokens, "max_tokens"
	}
	var refusal *apiError
	if p.script, refusal = a.script(limit, param); refusal != nil {
		return nil, refusal
	}
	if p.tool, refusal = p.calledTool(); refusal != nil {
		return nil, refusal
	}
	if p.tool != "" && p.script.Tokens > 1 { // a call of one token has its name alone: cut by length
		p.script.Finish = finishToolCalls
	}
	return p, nil
}

// check is how many tokens message i has, with four for its role and its borders.
func (m *chatMessage) check(i int) (tokens int, refusal *apiError) {
	switch m.Role {
	case "system", "developer", "user", "assistant", "tool", "function":
	default:
		return 0, invalid(fmt.Sprintf("messages[%d].role", i), "%.32q is not a role", m.Role)
	}
	const border = 4
	param := fmt.Sprintf("messages[%d].content", i)
	var content string
	var parts []struct {
		Text string `json:"text"`
	}
	switch {
	case isNull(m.Content):
		if m.Role != "assistant" { // whose content may be null beside its tool calls
			return 0, invalid(param, "%s is missing", param)
		}
		return border, nil
	case json.Unmarshal(m.Content, &content) == nil:
		return border + countTokens(content), nil
	case json.Unmarshal(m.Content, &parts) == nil && len(parts) > 0:
		tokens := border
		for _, part := range parts {
			tokens += countTokens(part.Text)
		}
		return tokens, nil
	}
	return 0, invalid(param, "%s has the wrong type: want a string or an array of content parts", param)
}

// calledTool is the function that the answer has to call: the named one, or the first when some call is required. With
// tool_choice auto, the default, the mock prefers to talk.
func (r *chatRequest) calledTool() (string, *apiError) {
	for i, tool := range r.Tools {
		if tool.Type == "function" && tool.Function.Name == "" {
			param := fmt.Sprintf("tools[%d].function.name", i)
			return "", invalid(param, "%s is missing", param)
		}
	}
	if isNull(r.ToolChoice) {
		return "", nil
	}
	var mode string
	if json.Unmarshal(r.ToolChoice, &mode) == nil {
		return r.requiredTool(mode)
	}
	var named chatTool
	if json.Unmarshal(r.ToolChoice, &named) != nil || named.Function.Name == "" {
		return "", invalid("tool_choice", `tool_choice has the wrong type: want a string or {"type":"function",…}`)
	}
	for _, tool := range r.Tools {
		if tool.Function.Name == named.Function.Name {
			return named.Function.Name, nil
		}
	}
	return "", invalid("tool_choice", "tool_choice names %.64q, which is not among the tools", named.Function.Name)
}

func (r *chatRequest) requiredTool(mode string) (string, *apiError) {
	switch mode {
	case "none", "auto":
		return "", nil
	case "required":
		for _, tool := range r.Tools {
			if tool.Function.Name != "" {
				return tool.Function.Name, nil
			}
		}
		return "", invalid("tool_choice", "tool_choice is required, but there is no tool")
	}
	return "", invalid("tool_choice", "%.32q is none of none, auto and required", mode)
}
