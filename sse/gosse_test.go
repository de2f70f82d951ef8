package sse

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	gosse "github.com/tmaxmax/go-sse"
)

// goSSE reads a stream with go-sse's Read. An unexpected end is where its
// events end; other errors fail the test.
func goSSE(t *testing.T, stream []byte) []item {
	t.Helper()
	var out []item
	cfg := &gosse.ReadConfig{MaxEventSize: len(stream) + 4096}
	for ev, err := range gosse.Read(bytes.NewReader(stream), cfg) {
		if errors.Is(err, gosse.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			t.Fatalf("go-sse: %v", err)
		}
		out = append(out, item{ID: ev.LastEventID, Type: ev.Type, Data: ev.Data})
	}
	return out
}

// The places where go-sse departs from the standard, by name. Each row shows
// both readings, so that a row goes when go-sse changes.
func TestGoSSEDepartures(t *testing.T) {
	t.Parallel()
	for _, d := range []struct {
		name, stream string
		standard     []item
		gosse        []item
	}{
		{
			"an unfinished event at the end is dispatched", "data: a\n",
			nil,
			[]item{{Data: "a"}},
		},
		{
			"an event without a data line is dispatched", "event: a\n\nid: 1\n\n",
			nil,
			[]item{{Type: "a"}, {ID: "1"}},
		},
		{
			"a BOM behind leading empty lines is dropped", "\n\uFEFFdata: a\n\n",
			nil,
			[]item{{Data: "a"}},
		},
		{
			"bytes that are not UTF-8 are passed on", "data: \xFF\n\n",
			[]item{{Data: "\uFFFD"}},
			[]item{{Data: "\xFF"}},
		},
	} {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(d.standard, parse(new(Parser), []byte(d.stream)).messages()); diff != "" {
				t.Errorf("ours (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(d.gosse, goSSE(t, []byte(d.stream))); diff != "" {
				t.Errorf("go-sse's (-want +got):\n%s", diff)
			}
		})
	}
}

// asText decodes the raw bytes that go-sse passes on.
func asText(raw []item) []item {
	var out []item
	for _, i := range raw {
		out = append(out, item{
			ID:   string(decode([]byte(i.ID))),
			Type: string(decode([]byte(i.Type))),
			Data: string(decode([]byte(i.Data))),
		})
	}
	return out
}

// finished cuts the unfinished event off the end of a stream: what stands
// behind its last empty line.
func finished(stream []byte) []byte {
	end := 0
	var l lines
	l.feed(stream)
	for {
		line, ok := l.next()
		if !ok {
			return stream[:end]
		}
		if len(line) == 0 {
			end = len(stream) - len(l.rest)
		}
	}
}

// withData keeps the messages that say something; whether a message with
// empty data had a data line cannot be told from go-sse's events.
func withData(items []item) []item {
	var out []item
	for _, i := range items {
		if i.Data != "" {
			out = append(out, i)
		}
	}
	return out
}

// Property: apart from the departures named above, go-sse reads the same
// messages.
func FuzzGoSSE(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		if start := strings.TrimLeft(string(stream), "\r\n"); len(start) < len(stream) && strings.HasPrefix(start, bom) {
			t.Skip("a BOM behind leading empty lines is dropped")
		}
		stream = finished(stream)
		ours := withData(parse(new(Parser), stream).messages())
		theirs := withData(asText(goSSE(t, stream)))
		if !slices.Equal(ours, theirs) {
			t.Errorf("stream %q (-ours +go-sse):\n%s", stream, cmp.Diff(ours, theirs))
		}
	})
}
