package sse_test

import (
	"bytes"
	"fmt"
	"testing"
	"unsafe"

	gosse "github.com/tmaxmax/go-sse"

	"github.com/aibench/aibench/sse"
)

// chunk is one token of a chat completion as OpenAI's servers send it,
// 230 bytes with its line ends.
const chunk = `data: {"id":"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG","object":"chat.completion.chunk","created":1741570283,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":" token"},"logprobs":null,"finish_reason":null}],"usage":null}` + "\n\n"

const burstEvents = 200

func burst() []byte { return bytes.Repeat([]byte(chunk), burstEvents) }

// drain feeds b and counts what comes out.
func drain(p *sse.Parser, b []byte) (events int) {
	p.Feed(b, 1)
	for p.Next() {
		if len(p.Event().Data) > 0 {
			events++
		}
	}
	return events
}

// BenchmarkEvent is the usual case: a read that holds one event.
func BenchmarkEvent(b *testing.B) {
	for _, v := range variants() {
		b.Run(v.name, func(b *testing.B) {
			var p sse.Parser
			b.SetBytes(int64(len(v.stream)))
			b.ReportAllocs()
			for b.Loop() {
				drain(&p, v.stream)
			}
		})
	}
}

// BenchmarkEventSplit is an event whose bytes come in two reads.
func BenchmarkEventSplit(b *testing.B) {
	var p sse.Parser
	event := []byte(chunk)
	b.ReportAllocs()
	for b.Loop() {
		drain(&p, event[:100])
		drain(&p, event[100:])
	}
}

// BenchmarkBurst is 200 events in one buffer, beside go-sse on the same bytes.
func BenchmarkBurst(b *testing.B) {
	stream := burst()
	b.Run("ours", func(b *testing.B) {
		var p sse.Parser
		b.ReportAllocs()
		for b.Loop() {
			if n := drain(&p, stream); n != burstEvents {
				b.Fatalf("got %d events, want %d", n, burstEvents)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/burstEvents, "ns/event")
	})
	b.Run("go-sse", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n := 0
			for _, err := range gosse.Read(bytes.NewReader(stream), nil) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != burstEvents {
				b.Fatalf("got %d events, want %d", n, burstEvents)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/burstEvents, "ns/event")
	})
}

type variant struct {
	name   string
	stream []byte
}

// variants are the shapes that a token event takes in the field.
func variants() []variant {
	crlf := bytes.ReplaceAll([]byte(chunk), []byte("\n"), []byte("\r\n"))
	return []variant{
		{"lf", []byte(chunk)},
		{"crlf", crlf},
		{"typed", append([]byte("event: message\n"), chunk...)},
		{"id", append([]byte("id: 42\n"), chunk...)},
		{"comment", []byte(": ping - 2026-11-22 13:08:00\r\n\r\n")},
		{"nonascii", bytes.ReplaceAll([]byte(chunk), []byte(" token"), []byte(" Wörter, 豆腐"))},
	}
}

// A stream lives for thousands of events: one allocation each would be the
// client's largest cost.
func TestNoAllocations(t *testing.T) {
	vs := append(variants(),
		variant{"burst", burst()},
		variant{"two data lines", []byte("data: {\ndata: }\n\n")},
		variant{"comment inside a message", []byte("event: a\ndata: b\n: c\ndata: d\n\n")},
	)
	for _, v := range vs {
		for _, cut := range []int{len(v.stream), len(v.stream) / 2, len(v.stream) - 1} {
			name := fmt.Sprintf("%s cut at %d of %d", v.name, cut, len(v.stream))
			var p sse.Parser
			events := 0
			got := testing.AllocsPerRun(100, func() {
				events += drain(&p, v.stream[:cut])
				events += drain(&p, v.stream[cut:])
			})
			if got != 0 {
				t.Errorf("%s: got %v allocations, want 0", name, got)
			}
			if events == 0 {
				t.Errorf("%s: got no events", name)
			}
		}
	}
}

func TestParserSize(t *testing.T) {
	t.Parallel()
	if got := unsafe.Sizeof(sse.Parser{}); got > 200 {
		t.Errorf("got %d bytes per stream, want at most 200", got)
	}
}
