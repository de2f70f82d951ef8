package mockllm

import "encoding/json"

// completionRequest is what the mock reads of a POST /v1/completions.
type completionRequest struct {
	generationRequest
	Prompt json.RawMessage `json:"prompt"`
}

// completionPlan is a legacy completion request that was found good.
type completionPlan struct {
	completionRequest
	script Script
	prompt int // its tokens
}

// completions answers POST /v1/completions, the legacy endpoint.
func (a *api) completions(c *call) {
	p, refusal := a.readCompletion(c.body)
	if refusal != nil {
		c.refuse(refusal)
		return
	}
	c.complete(p.Stream, p.script, p.events, func(g *generation) any { return p.completion(g) })
}

func (a *api) readCompletion(body []byte) (*completionPlan, *apiError) {
	p := new(completionPlan)
	if refusal := decodeBody(body, &p.completionRequest); refusal != nil {
		return nil, refusal
	}
	if refusal := p.check(a); refusal != nil {
		return nil, refusal
	}
	prompt, refusal := parseText(p.Prompt, "prompt")
	if refusal != nil {
		return nil, refusal
	}
	if len(prompt.items) != 1 {
		return nil, invalid("prompt", "prompt holds %d prompts: one per request is served", len(prompt.items))
	}
	p.prompt = prompt.tokens
	p.script, refusal = a.script(p.MaxTokens, "max_tokens")
	return p, refusal
}

// textCompletion is a whole answer, and each chunk of a stream, of the legacy endpoint.
type textCompletion struct {
	ID      string          `json:"id"`
	Object  string          `json:"object"`
	Created int64           `json:"created"`
	Model   string          `json:"model"`
	Choices []textChoice    `json:"choices"`
	Usage   json.RawMessage `json:"usage,omitempty"`
}

type textChoice struct {
	Text     string    `json:"text"`
	Index    int       `json:"index"`
	Logprobs *struct{} `json:"logprobs"`
	Finish   *string   `json:"finish_reason"`
}

func (p *completionPlan) frameOf(g *generation, text string, finish *string) textCompletion {
	return textCompletion{
		ID: "cmpl-" + g.id, Object: "text_completion", Created: g.loop.Now().Unix(), Model: p.Model,
		Choices: []textChoice{{Text: text, Finish: finish}},
	}
}

func (p *completionPlan) completion(g *generation) textCompletion {
	whole := p.frameOf(g, answerText(p.script.Tokens), &p.script.Finish)
	whole.Usage = encode(newUsage(p.prompt, p.script.Tokens))
	return whole
}

// events is the answer as a stream. There is no role chunk; the rest is as in chat.
func (p *completionPlan) events(g *generation) streamEvents {
	token, end := p.frameOf(g, hole, nil), p.frameOf(g, "", &p.script.Finish)
	if !p.wantsUsage() {
		return streamEvents{token: newFrame(encode(token)), end: ending(encode(end))}
	}
	token.Usage, end.Usage = json.RawMessage("null"), json.RawMessage("null")
	count := p.frameOf(g, "", nil)
	count.Choices, count.Usage = []textChoice{}, encode(newUsage(p.prompt, p.script.Tokens))
	return streamEvents{token: newFrame(encode(token)), end: ending(encode(end), encode(count))}
}
