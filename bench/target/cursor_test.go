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
		`[,1]`, `{,}`, `{"a":}`, `{a:1}`, `["a":1]`, `[1}`, `{"a":1]`, `1 2`, `--1`, `+1`, `1e+`, `00`, `0.`, `.5`, `tru`, `truex`, ``, ` `, "\x00", "[\x00]", "{}\x00",
		`"a long string without an end`, `"a long string with a bad \q escape"`, `"\u12"`, `"\u12g4"`, "\"a long string with a \x1f in it\"", "\"\x7f\xff\"",
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
	f.Add([]byte("{\"a\":[{\"b\":\"\x9f\"}]}"))
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

// FuzzText: strings decode, and compare, as in encoding/json.
func FuzzText(f *testing.F) {
	for _, s := range []string{
		`a`, `\"\\\/\b\f\n\r\t`, `\u00e9\u8c46`, `\ud83d\ude00`, `\ud83d`, `\ude00\ud83d`, `\ud83dx`, `\ud83d\n`, `\uD83D\u0041`, "\xff\xe2\x82", "é豆😀",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var want string
		if json.Unmarshal(fmt.Appendf(nil, `"%s"`, raw), &want) != nil {
			return
		}
		if got := unquote(raw); got != want {
			t.Errorf("%q: decoded %q, want %q", raw, got, want)
		}
		if !sameText(raw, want) || sameText(raw, want+"x") || want != "" && sameText(raw, want[:len(want)-1]) {
			t.Errorf("%q: compares otherwise than %q", raw, want)
		}
	})
}

// contentChunk is a chunk of 230 bytes as OpenAI's servers send it.
const contentChunk = `{"id":"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG","object":"chat.completion.chunk","created":1741570283,` +
	`"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":" token"},"logprobs":null,"finish_reason":null}],"obf":"aB3"}`

// BenchmarkRead is what one chunk costs in each dialect, beside encoding/json.
func BenchmarkRead(b *testing.B) {
	for _, spec := range []string{"openai-chat", "sse", "sse $.choices[0].delta.content"} {
		d := named(b, spec)
		b.Run(spec, func(b *testing.B) {
			ev := &sse.Event{Data: []byte(contentChunk)}
			b.ReportAllocs()
			b.SetBytes(int64(len(contentChunk)))
			for b.Loop() {
				d.Read(ev)
			}
		})
	}
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(contentChunk)))
		for b.Loop() {
			var chunk struct {
				Choices []struct{ Delta struct{ Content string } }
			}
			if err := json.Unmarshal([]byte(contentChunk), &chunk); err != nil {
				b.Fatal(err)
			}
		}
	})
}
