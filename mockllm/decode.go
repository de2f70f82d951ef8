package mockllm

import (
	"encoding/json"
	"errors"
	"strings"
)

// decodeBody reads a request's JSON object into v. Unknown fields are ignored, as servers do that accept what newer
// clients send. The refusal names the field whose type is wrong.
func decodeBody(body []byte, v any) *apiError {
	if len(body) == 0 {
		return invalid("", "the request body is empty; send a JSON object")
	}
	err := json.Unmarshal(body, v)
	if err == nil {
		return nil
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		// encoding/json also names the Go struct that a field is embedded by.
		field := strings.TrimPrefix(wrong.Field, "generationRequest.")
		if field == "" {
			return invalid("", "the request body is %s; send a JSON object", article(wrong.Value))
		}
		return invalid(field, "%s has the wrong type: %s where %s belongs",
			field, article(wrong.Value), jsonType(wrong.Type.Kind()))
	}
	return invalid("", "the request body is not valid JSON: %s", err)
}

// article puts a or an before what encoding/json calls a value. Of a number it keeps the kind, not the digits.
func article(value string) string {
	value, _, _ = strings.Cut(value, " ")
	if value != "" && strings.ContainsRune("aeiou", rune(value[0])) {
		return "an " + value
	}
	return "a " + value
}

// encode is v as JSON. It is for the answers of this package, which always have an encoding: plain structs of strings,
// finite numbers and slices.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return []byte(`{"error":{"message":"encode answer","type":"server_error","param":null,"code":null}}`)
	}
	return b
}

// text is a prompt or an input: a string, or an array of strings, or of numbers that stand for tokens. Only what the
// mock needs is kept.
type text struct {
	items  []string // the strings; one empty string for an array of token numbers
	tokens int      // what they count as
}

// parseText reads raw, the value of the field param.
func parseText(raw json.RawMessage, param string) (text, *apiError) {
	wrong := invalid(param, "%s has the wrong type: want a string, an array of strings or an array of tokens", param)
	var one string
	var many []string
	var tokens []int
	var batches [][]int
	switch {
	case isNull(raw):
		return text{}, invalid(param, "%s is missing", param)
	case json.Unmarshal(raw, &one) == nil:
		return text{items: []string{one}, tokens: countTokens(one)}, nil
	case json.Unmarshal(raw, &many) == nil:
		t := text{items: many}
		for _, s := range many {
			t.tokens += countTokens(s)
		}
		return t, nil
	case json.Unmarshal(raw, &tokens) == nil:
		return text{items: []string{string(raw)}, tokens: len(tokens)}, nil
	case json.Unmarshal(raw, &batches) == nil:
		t := text{}
		for _, batch := range batches {
			t.items = append(t.items, string(encode(batch)))
			t.tokens += len(batch)
		}
		return t, nil
	}
	return text{}, wrong
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }
