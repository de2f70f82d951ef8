package cmd

import (
	"encoding/json"
	"fmt"

	"github.com/aibench/aibench/bench/target"
)

// members are those of a JSON object.
type members map[string]json.RawMessage

// overlay lays an object over m: its members replace or add to those of m, and
// a null takes one out. "" is no object, and changes nothing.
func (m members) overlay(object string) error {
	if object == "" {
		return nil
	}
	var over members
	if err := json.Unmarshal([]byte(object), &over); err != nil {
		return fmt.Errorf("read the JSON object to add: %w", err)
	}
	for name, value := range over {
		if string(value) == "null" {
			delete(m, name)
			continue
		}
		m[name] = value
	}
	return nil
}

// jobBody makes the body of a job that an OpenAI-like API takes: model, prompt
// and max_tokens. Prompts are made where those of chats are; one that is a
// whole conversation stays "messages".
func jobBody(b target.Body) (func(seq int64) ([]byte, error), error) {
	extra := string(b.Extra)
	if err := (members{}).overlay(extra); err != nil {
		return nil, err
	}
	b.Extra = []byte(`{"stream":null,"stream_options":null}`)
	chat, err := b.OpenAIChat()
	if err != nil {
		return nil, err
	}
	return func(seq int64) ([]byte, error) {
		text, err := chat(seq)
		if err != nil {
			return nil, err
		}
		var m members
		if err := json.Unmarshal(text, &m); err != nil {
			return nil, fmt.Errorf("read the prompt of job %d: %w", seq, err)
		}
		if prompt, ok := onlyText(m["messages"]); ok {
			delete(m, "messages")
			m["prompt"] = prompt
		}
		if err := m.overlay(extra); err != nil {
			return nil, err
		}
		return json.Marshal(m)
	}, nil
}

// onlyText is the text of a conversation that is one message.
func onlyText(messages json.RawMessage) (json.RawMessage, bool) {
	var m []struct {
		Role    string
		Content json.RawMessage
	}
	if err := json.Unmarshal(messages, &m); err != nil || len(m) != 1 || m[0].Role != "user" {
		return nil, false
	}
	return m[0].Content, len(m[0].Content) > 0
}

// profileBody is the body that a profile has of its own, with an object laid
// over it.
func profileBody(own json.RawMessage, extra string) ([]byte, error) {
	var m members
	if err := json.Unmarshal(own, &m); err != nil {
		return nil, fmt.Errorf("read the profile's own body: %w", err)
	}
	if err := m.overlay(extra); err != nil {
		return nil, err
	}
	return json.Marshal(m)
}
