package sse

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	const r = "\uFFFD"
	for _, c := range []struct{ name, in, want string }{
		{"valid", "aé豆😀\x00", "aé豆😀\x00"},
		{"a cut sequence is one replacement", "\xE2\x82a", r + "a"},
		{"… and so is a longer one", "\xF0\x9F\x98a", r + "a"},
		{"two cut sequences are two", "\xE2\x82\xE2\x82", r + r},
		{"lone continuation bytes are one each", "\x80\xBF", r + r},
		{"bytes that start nothing", "\xC0\xAF\xF5\xFF", r + r + r + r},
		{"overlong", "\xE0\x80\x80", r + r + r},
		{"overlong of four", "\xF0\x80\x80\x80", r + r + r + r},
		{"surrogate", "\xED\xA0\x80", r + r + r},
		{"beyond Unicode", "\xF4\x90\x80\x80", r + r + r + r},
		{"the table of Unicode 3.9", "\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64",
			"a" + r + r + r + "b" + r + "c" + r + r + "d"},
	} {
		if got := string(decode([]byte(c.in))); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCoalesced(t *testing.T) {
	t.Parallel()
	const a, b = "data: a\n\n", "data: b\n\n"
	for _, c := range []struct {
		name  string
		feeds []string
		want  string // one letter per message: C coalesced, s single
	}{
		{"one", []string{a}, "s"},
		{"two in one read mark both", []string{a + b}, "CC"},
		{"three", []string{a + b + a}, "CCC"},
		{"two reads", []string{a, b}, "ss"},
		{"the start of a second is not a second", []string{a + "data: b\n", "\n"}, "ss"},
		{"a comment is no message", []string{a + ": ping\n\n"}, "s"},
		{"an event without data is no message", []string{a + "event: x\nid: 1\n\n\n"}, "s"},
		{"an unknown field is no data", []string{a + "database: x\n\n"}, "s"},
		{"an empty data line is", []string{a + "data\n\n"}, "CC"},
		{"the end of one and a whole one", []string{"data: a\n", "\n" + b}, "CC"},
		{"CR ends", []string{"data: a\r\rdata: b\r\r"}, "CC"},
		{"CRLF ends, one event", []string{"data: a\r\n\r\n"}, "s"},
		{"a late LF is nothing", []string{"data: a\r\r", "\ndata: b\r\r"}, "ss"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var p Parser
			got := ""
			for _, f := range c.feeds {
				p.Feed([]byte(f), 0)
				for p.Next() {
					switch ev := p.Event(); {
					case ev.Kind == Comment && ev.Coalesced:
						t.Error("a comment is marked coalesced")
					case ev.Kind == Comment:
					case ev.Coalesced:
						got += "C"
					default:
						got += "s"
					}
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// The stamp of an event is that of the bytes which completed it, and a CR
// completes it: one read later would be one token gap later.
func TestStampIsOfTheCompletingBytes(t *testing.T) {
	t.Parallel()
	var p Parser
	var got []time.Duration
	for i, f := range []string{"data: a\n", "\nda", "ta: b\r", "\r", "\n: c", "\n"} {
		p.Feed([]byte(f), time.Duration(i))
		for p.Next() {
			got = append(got, p.Event().At)
		}
	}
	if d := cmp.Diff([]time.Duration{1, 3, 5}, got); d != "" {
		t.Errorf("stamps (-want +got):\n%s", d)
	}
}

func TestTooLong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, stream string
		max          int
		messages     int
		tooLong      bool
	}{
		{"data at the bound", "data:abcde\n\n", 10, 1, false},
		{"data beyond it", "data:abcdef\n\n", 10, 0, true},
		{"a line that has no end", "data:abcdef", 10, 0, true},
		{"many data lines", "data:a\ndata:b\ndata:c\n\n", 10, 1, false},
		{"too many data lines", "data:a\ndata:b\ndata:c\ndata:d\n\n", 10, 0, true},
		{"an id", "id:abcdefgh\n", 10, 0, true},
		{"an id that has no end", "id:abcdefgh", 10, 0, true},
		{"ids add to data", "id:abcde\ndata:ab\n\n", 10, 0, true},
		{"the id in force does not", "id:abcde\n\ndata:abcde\n\n", 10, 1, false},
		{"a comment", ":abcdefghij\n", 10, 0, true},
		{"an unknown field", "abcdefghijk\n", 10, 0, true},
		{"what came before stays", "data:a\n\ndata:abcdef\n\ndata:c\n\n", 10, 1, true},
		{"events do not add up", strings.Repeat("data:abcde\n\n", 100), 10, 100, false},
		{"the default, at the bound", "data:" + strings.Repeat("a", 1<<20-5) + "\n\n", 0, 1, false},
		{"the default, beyond it", "data:" + strings.Repeat("a", 1<<20-4) + "\n\n", 0, 0, true},
		{"replacement characters count", "data:\xFF\xFF\xFF\xFF\ndata:\n\n", 10, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := Parser{MaxEvent: c.max}
			got := parse(&p, []byte(c.stream))
			if n := len(got.messages()); n != c.messages {
				t.Errorf("got %d messages, want %d", n, c.messages)
			}
			if err := p.Err(); errors.Is(err, ErrTooLong) != c.tooLong {
				t.Errorf("got error %v, want one: %v", err, c.tooLong)
			}
		})
	}
}

func TestErrorIsStickyAndNamesTheBound(t *testing.T) {
	t.Parallel()
	p := Parser{MaxEvent: 4}
	parse(&p, []byte("data: a\n\n"), []byte(":\n"))
	if got, want := p.Err().Error(), "read event: more than 4 bytes: event too long"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	p.Reset()
	if got := parse(&p, []byte(":a\n")); p.Err() != nil || len(got.comments()) != 1 {
		t.Errorf("after Reset: got %v and %v, want one comment", p.Err(), got.Items)
	}
}

func TestResetForgetsTheStream(t *testing.T) {
	t.Parallel()
	stream := []byte("\uFEFFid: 7\nretry: 5\ndata: a\n\nevent: x\ndata: b\r")
	var p Parser
	first := parse(&p, stream, []byte("\n"))
	p.Reset()
	if d := cmp.Diff("", string(p.LastID())); d != "" {
		t.Errorf("last id after Reset (-want +got):\n%s", d)
	}
	if d := cmp.Diff(first, parse(&p, stream, []byte("\n"))); d != "" {
		t.Errorf("second stream (-first +second):\n%s", d)
	}
	p.Reset()
	if got := parse(&p, []byte("data: c\n\n")); got.HasRetry || got.messages()[0] != (item{Data: "c"}) {
		t.Errorf("third stream: got %+v, want nothing of the others", got)
	}
}

func TestEventIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ev   Event
		typ  string
		want bool
	}{
		{Event{}, "message", true},
		{Event{}, "error", false},
		{Event{Type: []byte("message")}, "message", true},
		{Event{Type: []byte("error")}, "error", true},
		{Event{Type: []byte("error")}, "message", false},
		{Event{Kind: Comment}, "message", false},
	} {
		if got := c.ev.Is(c.typ); got != c.want {
			t.Errorf("Event{Kind: %d, Type: %q}.Is(%q): got %v, want %v", c.ev.Kind, c.ev.Type, c.typ, got, c.want)
		}
	}
}

// Ten thousand idle streams must not hold ten thousand copies of the largest
// event that each of them once saw, nor the read buffer they were lent.
func TestAtRestHoldsLittle(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("x", 200<<10)
	var p Parser
	lines := "id: " + big + "\nevent: " + big + "\ndata: " + big + "\ndata: y\n\n"
	stream := []byte(lines + "id: 1\ndata: z\n\n")
	if got := parse(&p, slices.Collect(slices.Chunk(stream, 1000))...); len(got.messages()) != 2 {
		t.Fatalf("got %d messages, want 2", len(got.messages()))
	}
	if got := owned(&p); got > 3*keepBytes {
		t.Errorf("got %d bytes held, want at most %d", got, 3*keepBytes)
	}
	lent := []byte("data: a\n\n")
	p.Feed(lent, 0)
	for p.Next() {
	}
	if p.lines.rest != nil || p.ev.Data != nil {
		t.Error("a parser at rest still borrows the bytes it was fed")
	}
}

// owned is the memory that a parser owns besides itself.
func owned(p *Parser) int {
	n := cap(p.id)
	if p.held != nil {
		n += cap(p.held.buf) + cap(p.held.typ)
	}
	return n
}

// A large event in tiny pieces, with comments between its lines, is put
// together whole.
func TestLongEventInPieces(t *testing.T) {
	t.Parallel()
	stream := append(bytes.Repeat([]byte("data: 0123456789\n: c\n"), 4000), '\n')
	got := parse(new(Parser), bytewise(stream)...)
	if n := len(got.messages()); n != 1 {
		t.Fatalf("got %d messages, want 1", n)
	}
	if n := len(got.messages()[0].Data); n != 4000*11-1 {
		t.Errorf("got %d bytes of data, want %d", n, 4000*11-1)
	}
}
