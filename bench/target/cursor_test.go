package target

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aibench/aibench/sse"
)

func accepts(doc []byte) bool {
	c := cursor{b: doc}
	c.value()
	return c.end()
}

// FuzzCursorAcceptsWhatEncodingJSONDoes: same documents, apart from those
// nested deeper than maxDepth.
func FuzzCursorAcceptsWhatEncodingJSONDoes(f *testing.F) {
	for _, doc := range []string{
		`{}`, `[]`, `""`, `0`, `-0.5e+7`, `01`, `1.`, `{"a":1,}`, `[1 2]`, `{"a" : [true,false,null]}`, "\"\x01\"",
		`"\u00e9\ud800"`, `"\x"`, `{"a":{"b":[{"c":"d"}]}}`, ` {"a":1} `, `{"a":1}}`, `nul`, `"abc`, `{"a"`, `-`, `1e`, `[,]`,
		`{"choices":[{"index":0,"delta":{"content":"a \"quoted\" word"}}],"usage":null}`,
	} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		if bytes.Count(doc, []byte{'['})+bytes.Count(doc, []byte{'{'}) > maxDepth {
			return
		}
		if got, want := accepts(doc), json.Valid(doc); got != want {
			t.Errorf("%q: accepted %v, encoding/json %v", doc, got, want)
		}
	})
}

// FuzzPathFindsWhatEncodingJSONDoes: the same value at a path of three steps.
func FuzzPathFindsWhatEncodingJSONDoes(f *testing.F) {
	f.Add([]byte(`{"a":[{"b":"x"}]}`))
	f.Add([]byte(`{"a":[{"b":1,"\u0062":"y\n"}],"a":[{"b":true}]}`))
	f.Add([]byte(`{"a":[1,{"b":"z"}]}`))
	path, err := ParsePath("$.a[0].b")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		var tree any
		if bytes.Count(doc, []byte{'['})+bytes.Count(doc, []byte{'{'}) > maxDepth || json.Unmarshal(doc, &tree) != nil {
			return
		}
		want := descend(tree)
		v, ok := path.in(doc)
		if !ok {
			t.Fatalf("%q: refused", doc)
		}
		var got any
		if v.kind == stringValue {
			got = v.text()
		} else if v.kind != noValue {
			if err := json.Unmarshal(v.raw, &got); err != nil {
				t.Fatalf("%q: found %q: %v", doc, v.raw, err)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q: found %v, want %v", doc, got, want)
		}
	})
}

// descend follows $.a[0].b.
func descend(tree any) any {
	outer, _ := tree.(map[string]any)
	list, _ := outer["a"].([]any)
	if len(list) == 0 {
		return nil
	}
	inner, _ := list[0].(map[string]any)
	return inner["b"]
}

func TestDepthIsBounded(t *testing.T) {
	deep := bytes.Repeat([]byte{'['}, maxDepth+1)
	if accepts(append(deep, bytes.Repeat([]byte{']'}, maxDepth+1)...)) {
		t.Errorf("a document of %d levels passes", maxDepth+1)
	}
	deep = bytes.Repeat([]byte{'['}, maxDepth)
	if !accepts(append(deep, bytes.Repeat([]byte{']'}, maxDepth)...)) {
		t.Errorf("a document of %d levels does not pass", maxDepth)
	}
}

// contentChunk is a chunk as OpenAI sends it, with its padding.
const contentChunk = `{"id":"chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012","object":"chat.completion.chunk","created":1770000000,"model":"gpt-x",` +
	`"service_tier":"default","system_fingerprint":"fp_0123456789","choices":[{"index":0,"delta":{"content":" token"},` +
	`"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"aB3dE5fG"}`

func TestReadingAChunkAllocatesNothing(t *testing.T) {
	path, err := ParsePath("$.choices[0].delta.content")
	if err != nil {
		t.Fatal(err)
	}
	ev := &sse.Event{Data: []byte(contentChunk)}
	for name, d := range map[string]Dialect{"openai-chat": OpenAIChat{}, "sse": Generic{}, "token-path": Generic{Tokens: path}} {
		var r Reading
		if n := testing.AllocsPerRun(100, func() { r = d.Read(ev) }); n != 0 || !r.Content {
			t.Errorf("%s: %v allocations, content %v; want 0, true", name, n, r.Content)
		}
	}
}

func BenchmarkReadOpenAIChat(b *testing.B) {
	ev := &sse.Event{Data: []byte(contentChunk)}
	b.ReportAllocs()
	b.SetBytes(int64(len(contentChunk)))
	for b.Loop() {
		OpenAIChat{}.Read(ev)
	}
}
