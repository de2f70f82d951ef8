package mockllm

import "reflect"

// generationRequest holds the fields that chat and legacy completions share.
type generationRequest struct {
	Model         string         `json:"model"`
	MaxTokens     *int           `json:"max_tokens"`
	N             *int           `json:"n"`
	Stream        bool           `json:"stream"`
	StreamOptions *streamOptions `json:"stream_options"`
}

type streamOptions struct {
	IncludeUsage       bool `json:"include_usage"`
	IncludeObfuscation bool `json:"include_obfuscation"`
}

// check is why the request cannot be answered; nil when it can.
func (r *generationRequest) check(a *api) *apiError {
	if refusal := a.checkModel(r.Model); refusal != nil {
		return refusal
	}
	switch {
	case r.N != nil && *r.N != 1:
		return invalid("n", "n is %d: only one choice per request is served", *r.N)
	case r.StreamOptions != nil && !r.Stream:
		return invalid("stream_options", "stream_options is only allowed when stream is true")
	}
	return nil
}

// wantsUsage tells whether the stream shall end with a chunk of token counts.
func (r *generationRequest) wantsUsage() bool {
	return r.StreamOptions != nil && r.StreamOptions.IncludeUsage
}

// checkModel refuses every model but the one that is served.
func (a *api) checkModel(model string) *apiError {
	switch model {
	case a.cfg.Model:
		return nil
	case "":
		return invalid("model", "model is missing; %q is served", a.cfg.Model)
	}
	return errUnknownModel(model)
}

// script is what a request gets that asks for limit tokens, by the field param; nil asks for none in particular. The
// mock never runs out of words: who sets a limit gets exactly so many tokens, cut by length, and who sets none gets
// --tokens of them and a stop.
func (a *api) script(limit *int, param string) (Script, *apiError) {
	s := Script{
		Tokens: a.cfg.Tokens, Finish: finishStop,
		TTFT: a.cfg.TTFT, ITL: a.cfg.ITL, Jitter: a.cfg.Jitter,
	}
	if limit == nil {
		return s, nil
	}
	if *limit < 1 || *limit > maxTokens {
		return s, invalid(param, "%s is %d: want 1 to %d", param, *limit, maxTokens)
	}
	s.Tokens, s.Finish = *limit, finishLength
	return s, nil
}

// usage is the token count of one request.
type usage struct {
	Prompt     int `json:"prompt_tokens"`
	Completion int `json:"completion_tokens"`
	Total      int `json:"total_tokens"`
}

func newUsage(prompt, completion int) *usage {
	return &usage{Prompt: prompt, Completion: completion, Total: prompt + completion}
}

// jsonType is what JSON calls the type that a Go kind is read from, with its article.
func jsonType(kind reflect.Kind) string {
	switch kind {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "a boolean"
	case reflect.Int:
		return "an integer"
	case reflect.Float64:
		return "a number"
	case reflect.Slice:
		return "an array"
	default:
		return "an object"
	}
}
