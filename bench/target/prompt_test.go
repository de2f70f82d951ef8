package target

import (
	"encoding/json"
	"io"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// made builds the body of one request.
func made(t *testing.T, b Body, seq int64) string {
	t.Helper()
	build, err := b.OpenAIChat()
	if err != nil {
		t.Fatal(err)
	}
	body, err := build(seq)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestBody(t *testing.T) {
	t.Parallel()
	const head, hi = `{"model":"m","messages":`, `[{"role":"user","content":"hi"}]`
	for _, c := range []struct {
		name, extra, want string
	}{
		{"plain", "", head + hi + `,"max_tokens":5,"stream":true,"stream_options":{"include_usage":true}}`},
		{"empty", "{}", head + hi + `,"max_tokens":5,"stream":true,"stream_options":{"include_usage":true}}`},
		{"adds at the end", `{"temperature": 0.5, "a\u0062":"c\"d"}`,
			head + hi + `,"max_tokens":5,"stream":true,"stream_options":{"include_usage":true},"temperature":0.5,"ab":"c\"d"}`},
		{"replaces in place", `{"max_tokens":7,"stream_options":{}}`, head + hi + `,"max_tokens":7,"stream":true,"stream_options":{}}`},
		{"replaces the messages", `{"messages":[]}`, head + `[],"max_tokens":5,"stream":true,"stream_options":{"include_usage":true}}`},
		{"takes out", `{"max_tokens":null,"stream_options":null,"none":null,"max_completion_tokens":9}`, head + hi + `,"stream":true,"max_completion_tokens":9}`},
		{"the last twin counts", `{"stream":1,"stream":2,"x":1,"x":null}`, head + hi + `,"max_tokens":5,"stream":2,"stream_options":{"include_usage":true}}`},
	} {
		got := made(t, Body{Model: "m", Prompt: "hi", OutputTokens: 5, Extra: []byte(c.extra)}, 0)
		if got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
	if got, want := made(t, Body{Prompt: `"é`}, 0), `{"messages":[{"role":"user","content":"\"é"}],"stream":true,"stream_options":{"include_usage":true}}`; got != want {
		t.Errorf("without a model and a limit: got\n%s\nwant\n%s", got, want)
	}
}

func TestExtraBodyMustBeAnObject(t *testing.T) {
	t.Parallel()
	for _, extra := range []string{"[]", "1", `{"a":1`, "{a:1}", `{"a":1}}`, " "} {
		if _, err := (Body{Extra: []byte(extra)}).OpenAIChat(); err == nil {
			t.Errorf("%q: got no error", extra)
		}
	}
}

// content is the text that a body asks.
func content(t *testing.T, body string) string {
	t.Helper()
	var doc struct{ Messages []struct{ Content string } }
	if err := json.Unmarshal([]byte(body), &doc); err != nil || len(doc.Messages) != 1 {
		t.Fatalf("%s: %d messages, %v", body, len(doc.Messages), err)
	}
	return doc.Messages[0].Content
}

// Both arms of a comparison must ask the same, and no two requests of a run
// may share a prefix that a cache could answer.
func TestGeneratedPrompts(t *testing.T) {
	t.Parallel()
	b := Body{InputTokens: 40, Seed: 7}
	seen := map[string]int64{}
	for seq := range int64(200) {
		text := content(t, made(t, b, seq))
		if again := content(t, made(t, b, seq)); again != text {
			t.Fatalf("request %d: got %q, then %q", seq, text, again)
		}
		first, _, _ := strings.Cut(text, " ")
		if other, dup := seen[first]; dup {
			t.Errorf("requests %d and %d begin alike: %q", other, seq, first)
		}
		seen[first] = seq
		if n := len(strings.Fields(text)); n < 36 || n > 40 {
			t.Errorf("request %d: got %d words, want about 40", seq, n)
		}
	}
	if text := content(t, made(t, Body{InputTokens: 40, Seed: 8}, 0)); text == content(t, made(t, b, 0)) {
		t.Errorf("two seeds give the same prompt: %q", text)
	}
	b.Warm = true
	if first, second := made(t, b, 0), made(t, b, 1); first != second {
		t.Errorf("a warm prefix cache: got %s and %s, want the same", first, second)
	}
}

func TestPromptsAreAskedInTurn(t *testing.T) {
	t.Parallel()
	prompts, err := ReadPrompts(strings.NewReader("\"a\"\n\n{\"prompt\":\"b\",\"id\":1}\r\n{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"c\"}]}"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`[{"role":"user","content":"a"}]`,
		`[{"role":"user","content":"b"}]`,
		`[{"role":"system","content":"s"},{"role":"user","content":"c"}]`,
	}
	for seq := range int64(6) {
		got := made(t, Body{Prompts: prompts}, seq)
		if !strings.HasPrefix(got, `{"messages":`+want[seq%3]+`,`) {
			t.Errorf("request %d: got %s, want messages %s", seq, got, want[seq%3])
		}
	}
}

func TestReadPromptsErrorsNameTheLine(t *testing.T) {
	t.Parallel()
	long := io.MultiReader(strings.NewReader("\"a\"\n\""), io.LimitReader(filler{}, maxPromptLine))
	for _, c := range []struct {
		name string
		file io.Reader
		want string
	}{
		{"empty", strings.NewReader("\n\n"), "prompts: the file holds none"},
		{"no JSON", strings.NewReader("\"a\"\nhello"), "prompts, line 2: neither a JSON string nor"},
		{"an unfinished string", strings.NewReader("\n\"a"), "prompts, line 2: not a JSON string"},
		{"another object", strings.NewReader(`{"text":"a"}`), `prompts, line 1: the object has neither "prompt" nor "messages"`},
		{"a prompt that is no text", strings.NewReader(`{"prompt":["a"]}`), "prompts, line 1:"},
		{"a line without end", long, "prompts, line 2: longer than 16 MiB"},
	} {
		_, err := ReadPrompts(c.file)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

// filler is text without end.
type filler struct{}

func (filler) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}

// Property: the extra body is laid over the body as encoding/json would do it
// with maps.
func FuzzExtraBody(f *testing.F) {
	for _, s := range []string{`{}`, `{"stream":null}`, `{"a":{"b":[1]},"a":"\u00e9"}`, `{"messages":1}`, "{\"\xff\":1}", `{"":0}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, extra []byte) {
		body := Body{Model: "m", Prompt: "p"}
		var want, over map[string]any
		if err := json.Unmarshal([]byte(made(t, body, 0)), &want); err != nil {
			t.Fatal(err)
		}
		if json.Unmarshal(extra, &over) != nil || over == nil {
			return
		}
		maps.Copy(want, over)
		maps.DeleteFunc(want, func(_ string, v any) bool { return v == nil })
		body.Extra = extra
		build, err := body.OpenAIChat()
		if err != nil {
			return // nested too deep for a cursor
		}
		raw, _ := build(0)
		var got map[string]any
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatalf("%q makes %s: %v", extra, raw, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q (-want +got):\n%s", extra, d)
		}
	})
}
