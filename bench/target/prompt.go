package target

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
)

// A Body builds the bodies of chat requests: the same Body gives the same
// bytes for the same request, so that both arms of a comparison ask the same.
type Body struct {
	Model        string // "" leaves the field out
	Prompt       string // asked every time; "" means Prompts, and without these generated ones
	Prompts      []Prompt
	InputTokens  int    // words of a generated prompt; 0 means 32
	OutputTokens int    // max_tokens; 0 leaves the field out
	Seed         uint64 // of generated prompts
	Warm         bool   // generated prompts all begin alike, so that a prefix cache may answer
	Extra        []byte // JSON object: its members replace or add to the body's; null takes one out
}

// defaultInputTokens is the length of a generated prompt.
const defaultInputTokens = 32

// A Prompt is the value of "messages" in a chat request.
type Prompt json.RawMessage

// maxPromptLine bounds a line of a file of prompts.
const maxPromptLine = 16 << 20

// ReadPrompts reads JSON lines: {"prompt":"…"}, {"messages":[…]} or a string.
// Empty lines are skipped. Errors name the line.
func ReadPrompts(r io.Reader) ([]Prompt, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxPromptLine)
	var prompts []Prompt
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		p, err := parsePrompt(line)
		if err != nil {
			return nil, fmt.Errorf("prompts, line %d: %w", n, err)
		}
		prompts = append(prompts, p)
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, fmt.Errorf("prompts, line %d: longer than %d MiB", n+1, maxPromptLine>>20)
	} else if err != nil {
		return nil, fmt.Errorf("prompts, line %d: %w", n+1, err)
	}
	if len(prompts) == 0 {
		return nil, errors.New("prompts: the file holds none")
	}
	return prompts, nil
}

func parsePrompt(line []byte) (Prompt, error) {
	if line[0] == '"' {
		var text string
		if err := json.Unmarshal(line, &text); err != nil {
			return nil, fmt.Errorf("not a JSON string: %w", err)
		}
		return userPrompt(text), nil
	}
	var doc struct {
		Prompt   *string
		Messages []json.RawMessage
	}
	if err := json.Unmarshal(line, &doc); err != nil {
		return nil, fmt.Errorf(`neither a JSON string nor an object with "prompt" or "messages": %w`, err)
	}
	switch {
	case len(doc.Messages) > 0:
		b, err := json.Marshal(doc.Messages)
		return Prompt(b), err
	case doc.Prompt != nil:
		return userPrompt(*doc.Prompt), nil
	default:
		return nil, errors.New(`the object has neither "prompt" nor "messages"`)
	}
}

// userPrompt is one message of a user.
func userPrompt(text string) Prompt {
	quoted, err := json.Marshal(text)
	if err != nil { // a string always marshals
		quoted = []byte(`""`)
	}
	return Prompt(`[{"role":"user","content":` + string(quoted) + `}]`)
}

// member is one member of the body, its value in JSON.
type member struct{ name, value string }

const messages = "messages"

// OpenAIChat returns the function that gives the body of request seq of POST
// /v1/chat/completions: a stream, with the server's own token count at its
// end. It may be called from many goroutines at once. The error is that of
// Extra.
func (b Body) OpenAIChat() (func(seq int64) ([]byte, error), error) {
	members := make([]member, 0, 8)
	add := func(name string, value any) {
		raw, err := json.Marshal(value)
		if err == nil { // strings and numbers always marshal
			members = append(members, member{name, string(raw)})
		}
	}
	if b.Model != "" {
		add("model", b.Model)
	}
	members = append(members, member{messages, ""})
	if b.OutputTokens > 0 {
		add("max_tokens", b.OutputTokens)
	}
	add("stream", true)
	add("stream_options", map[string]bool{"include_usage": true})
	members, err := b.merge(members)
	if err != nil {
		return nil, err
	}
	return func(seq int64) ([]byte, error) { return b.build(members, seq), nil }, nil
}

// merge lays Extra over the members, in its own order.
func (b Body) merge(members []member) ([]member, error) {
	if len(b.Extra) == 0 {
		return members, nil
	}
	c := cursor{b: b.Extra}
	for c.object(); c.member(); {
		name := unquote(c.key)
		members = set(members, name, c.value())
	}
	if !c.end() {
		return nil, errors.New("the extra body is not a JSON object")
	}
	return members, nil
}

func set(members []member, name string, v value) []member {
	raw := string(v.raw)
	if v.kind == stringValue {
		raw = `"` + raw + `"`
	}
	for i, m := range members {
		if m.name != name {
			continue
		}
		if v.kind == nullValue {
			return append(members[:i], members[i+1:]...)
		}
		members[i].value = raw
		return members
	}
	if v.kind == nullValue {
		return members
	}
	return append(members, member{name, raw})
}

func (b Body) build(members []member, seq int64) []byte {
	out := []byte{'{'}
	for i, m := range members {
		if i > 0 {
			out = append(out, ',')
		}
		name, err := json.Marshal(m.name)
		if err != nil { // a string always marshals
			continue
		}
		out = append(append(out, name...), ':')
		if m.value == "" {
			out = append(out, b.prompt(seq)...)
			continue
		}
		out = append(out, m.value...)
	}
	return append(out, '}')
}

func (b Body) prompt(seq int64) Prompt {
	switch {
	case b.Prompt != "":
		return userPrompt(b.Prompt)
	case len(b.Prompts) > 0:
		return b.Prompts[seq%int64(len(b.Prompts))]
	default:
		return userPrompt(b.generate(seq))
	}
}

// generate makes up a prompt of about InputTokens tokens: a common short word
// is one token to most models. Unless Warm, it begins with a nonce, so that no
// prefix is shared and no prefix cache answers.
func (b Body) generate(seq int64) string {
	words := strings.Fields(`the a one two time day way man world life hand part place case week
		company system program question work number night point home water room mother area money story fact
		month lot right study book eye job word business side kind head house service friend father power hour`)
	n := b.InputTokens
	if n <= 0 {
		n = defaultInputTokens
	}
	stream := uint64(seq)
	if b.Warm {
		stream = 0
	}
	rng := rand.New(rand.NewPCG(b.Seed, stream))
	var s strings.Builder
	if !b.Warm {
		fmt.Fprintf(&s, "%08x", rng.Uint32())
		n -= 4 // a nonce of eight hexadecimal digits is about four tokens
	}
	for range n {
		if s.Len() > 0 {
			s.WriteByte(' ')
		}
		s.WriteString(words[rng.IntN(len(words))])
	}
	return s.String()
}
