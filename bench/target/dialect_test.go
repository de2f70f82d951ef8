package target

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aibench/aibench/sse"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Streams in testdata are read by the dialect that the first line of their
// golden file names, a path and a condition behind it; below stands what each
// message means, how the stream ends, and what Detect says of it.
func TestStreams(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/streams/*.sse")
	if err != nil || len(files) == 0 {
		t.Fatalf("no streams: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".sse"), func(t *testing.T) {
			t.Parallel()
			stream, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(file, ".sse") + ".golden"
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			spec, _, _ := strings.Cut(string(want), "\n")
			got := spec + "\n" + readings(t, named(t, spec), stream)
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("readings (-want +got):\n%s", d)
			}
		})
	}
}

// named makes a dialect of its name, a token path and a condition.
func named(t testing.TB, spec string) Dialect {
	t.Helper()
	words := strings.Fields(spec)
	d, err := ByName(words[0])
	if err != nil {
		t.Fatal(err)
	}
	g, ok := d.(Generic)
	if !ok {
		return d
	}
	for _, w := range words[1:] {
		if strings.Contains(w, "==") {
			g.Done, err = ParseCondition(w)
		} else {
			g.Tokens, err = ParsePath(w)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return g
}

// readings prints one line for each message of a stream, and three for the
// whole.
func readings(t *testing.T, d Dialect, stream []byte) string {
	t.Helper()
	var b strings.Builder
	var p sse.Parser
	final, detected := false, "detected: nothing"
	p.Feed(stream, 0)
	for p.Next() {
		ev := p.Event()
		if found, hint, ok := Detect(ev); ok && detected == "detected: nothing" {
			detected = strings.TrimSpace("detected: " + found.Name() + " " + hint)
		}
		if ev.Kind == sse.Comment {
			continue
		}
		r := d.Read(ev)
		final = final || r.Final
		b.WriteString(inWords(r) + "\n")
	}
	p.End()
	fmt.Fprintf(&b, "complete: %v\n%s\n", d.Complete(final), detected)
	return b.String()
}

func inWords(r Reading) string {
	var words []string
	add := func(is bool, word string) {
		if is {
			words = append(words, word)
		}
	}
	add(r.Content && !r.Reasoning, "chunk")
	add(r.Content && r.Reasoning, "reasoning")
	add(!r.Content && r.Reasoning, "REASONING WITHOUT CONTENT")
	add(r.Tokens != 0, fmt.Sprintf("tokens=%d", r.Tokens))
	add(r.Final, "final")
	add(r.Usage.Known, fmt.Sprintf("usage=%d,%d,%d", r.Usage.Prompt, r.Usage.Completion, r.Usage.Reasoning))
	add(r.Err != "", fmt.Sprintf("error=%q", r.Err))
	add(r.Malformed, "malformed")
	add(len(words) == 0, "-")
	return strings.Join(words, " ")
}

func TestByName(t *testing.T) {
	t.Parallel()
	for _, d := range Dialects() {
		got, err := ByName(d.Name())
		if err != nil || got.Name() != d.Name() {
			t.Errorf("%s: got %v, %v", d.Name(), got, err)
		}
	}
	_, err := ByName("anthropic")
	if want := `unknown dialect "anthropic": there are auto, openai-chat, sse`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// An error inside a stream goes to a terminal and a run file: it is short, one
// line, and without control characters.
func TestErrorTextIsTame(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("豆", 300)
	for _, data := range []string{
		`{"error":{"message":"` + long + `"}}`,
		`{"error":"a\nb\u0007\u001b[2J` + long + `"}`,
		`{"error":{"code":[` + strings.Repeat("1,", 500) + `1]}}`,
	} {
		got := OpenAIChat{}.Read(&sse.Event{Data: []byte(data)}).Err
		if len(got) == 0 || len(got) > maxErrorText+len("…") {
			t.Errorf("%.40s: got %d bytes, want 1 to %d", data, len(got), maxErrorText+len("…"))
		}
		if strings.ContainsAny(got, "\n\a\x1b") {
			t.Errorf("%.40s: got control characters in %q", data, got)
		}
	}
}

// A chunk is read millions of times: whatever its dialect, shape and escapes,
// it allocates nothing.
func TestChunksAllocateNothing(t *testing.T) {
	const (
		home    = `{"seq":17,"meta":{"a":[1,2.5e-3,null]},"token":"a\"b\u00e9"}`
		escaped = `{"\u7b54":"a","\u0064one":false}`
		tool    = `{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":"}}]}}]}`
		think   = `{"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}`
		spaced  = "{ \"choices\" : [ { \"delta\" : { \"content\" : \"x\" } } ] }"
	)
	for _, c := range []struct{ spec, data string }{
		{"openai-chat", contentChunk},
		{"openai-chat", tool},
		{"openai-chat", think},
		{"openai-chat", spaced},
		{"sse", "hello"},
		{"sse", contentChunk},
		{"sse $.choices[*].delta.content", contentChunk},
		{"sse $.choices[0].delta.content $.choices[0].finish_reason==stop", contentChunk},
		{"sse $.token data==end", home},
		{"sse $.token event==end", home},
		{"sse $.答 $.done==true", escaped},
	} {
		d, ev := named(t, c.spec), &sse.Event{Data: []byte(c.data)}
		var r Reading
		if n := testing.AllocsPerRun(100, func() { r = d.Read(ev) }); n != 0 || !r.Content || r.Final {
			t.Errorf("%s of %.40s: got %v allocations and %+v, want none and a chunk", c.spec, c.data, n, r)
		}
	}
}
