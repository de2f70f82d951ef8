package sse

import (
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// reference is the text of the WHATWG standards turned into code line by
// line, without regard to speed or memory, for a stream that is there as a
// whole. It shares nothing with Parser.
func reference(stream []byte) outcome {
	var o outcome
	var data, eventType, idBuffer string
	for _, line := range referenceLines(referenceDecode(stream)) {
		field, value, colon := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "":
			o.LastID = idBuffer
			if data != "" {
				o.Items = append(o.Items, item{ID: o.LastID, Type: eventType, Data: strings.TrimSuffix(data, "\n")})
			}
			data, eventType = "", ""
		case colon && field == "":
			o.Items = append(o.Items, item{Comment: true, ID: o.LastID, Data: value})
		case field == "event":
			eventType = value
		case field == "data":
			data += value + "\n"
		case field == "id" && !strings.Contains(value, "\x00"):
			idBuffer = value
		case field == "retry" && value != "" && strings.Trim(value, "0123456789") == "":
			o.HasRetry = true
			o.Retry = referenceRetry(value)
		}
	}
	return o
}

func referenceRetry(digits string) time.Duration {
	ms, err := strconv.ParseInt(digits, 10, 64)
	if most := int64(1<<63-1) / 1e6; err != nil || ms > most {
		ms = most
	}
	return time.Duration(ms) * time.Millisecond
}

// referenceLines cuts at CRLF, LF and CR; what follows the last line end is
// discarded at the end of the stream.
func referenceLines(s string) []string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	lines := strings.Split(s, "\n")
	return lines[:len(lines)-1]
}

// referenceDecode is "UTF-8 decode" of the Encoding Standard: strip one BOM,
// then its decoder, state variable by state variable.
func referenceDecode(b []byte) string {
	s := strings.TrimPrefix(string(b), "\uFEFF")
	var out strings.Builder
	var point rune
	needed, seen := 0, 0
	lower, upper := byte(0x80), byte(0xBF)
	for i := 0; i < len(s); i++ {
		c := s[i]
		if needed == 0 {
			switch {
			case c <= 0x7F:
				out.WriteByte(c)
			case c >= 0xC2 && c <= 0xDF:
				needed, point = 1, rune(c&0x1F)
			case c >= 0xE0 && c <= 0xEF:
				if c == 0xE0 {
					lower = 0xA0
				}
				if c == 0xED {
					upper = 0x9F
				}
				needed, point = 2, rune(c&0xF)
			case c >= 0xF0 && c <= 0xF4:
				if c == 0xF0 {
					lower = 0x90
				}
				if c == 0xF4 {
					upper = 0x8F
				}
				needed, point = 3, rune(c&0x7)
			default:
				out.WriteRune(utf8.RuneError)
			}
			continue
		}
		if c < lower || c > upper {
			point, needed, seen, lower, upper = 0, 0, 0, 0x80, 0xBF
			out.WriteRune(utf8.RuneError)
			i-- // the byte is read again
			continue
		}
		lower, upper = 0x80, 0xBF
		point = point<<6 | rune(c&0x3F)
		if seen++; seen == needed {
			out.WriteRune(point)
			point, needed, seen = 0, 0, 0
		}
	}
	if needed != 0 {
		out.WriteRune(utf8.RuneError)
	}
	return out.String()
}

func TestReferencePassesTheCases(t *testing.T) {
	t.Parallel()
	for _, c := range readCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			var all []byte
			for _, b := range c.chunks(t) {
				all = append(all, b...)
			}
			c.check(t, reference(all))
		})
	}
}

// seeds are streams whose every second byte is a trap.
func seeds(t testing.TB) [][]byte {
	out := [][]byte{
		[]byte("\xEF\xBBdata: x\n\ndata: y\n\n"),
		[]byte("event: t\r:c\rdata: a\r: d\rdata: b\r\r"),
		[]byte("event: a\nid: 1\n:c\nevent: b\ndata: x\n\nid: 2\n\nid\ndata\n\n"),
		[]byte("data: \xE2\x82\ndata: \xF0\x9F\x98\x80\xF0\x80\xED\xA0\x80\xC0\xFF\n\n"),
		[]byte("retry: 12x\nretry:99999999999999999999\nretry: 0007\n"),
	}
	for _, c := range readCases(t) {
		var all []byte
		for _, b := range c.chunks(t) {
			all = append(all, b...)
		}
		out = append(out, all)
	}
	return out
}

// Property: the parser gives what the text of the standard gives.
func FuzzStandard(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		want, got := reference(stream), parse(new(Parser), stream)
		if !got.same(want) {
			t.Errorf("stream %q (-standard +parser):\n%s", stream, cmp.Diff(want, got))
		}
	})
}

// Property: however a stream is cut, and however small the bound, the parser
// gives the same events and the same error.
func FuzzSplit(f *testing.F) {
	for i, s := range seeds(f) {
		f.Add(s, uint16(i*7), uint16(i*13), uint8(0))
		f.Add(s, uint16(i), uint16(i+1), uint8(12))
	}
	// Replacement characters once counted only after a cut.
	f.Add([]byte("data::\x98\x80\xf0\x80\xed\xa0\x80\xc0\xff\n\n"), uint16(3), uint16(4), uint8(25))
	f.Fuzz(func(t *testing.T, stream []byte, i, j uint16, bound uint8) {
		a := int(i) % (len(stream) + 1)
		b := a + int(j)%(len(stream)-a+1)
		want := parse(&Parser{MaxEvent: int(bound)}, stream)
		got := parse(&Parser{MaxEvent: int(bound)}, stream[:a], stream[a:b], stream[b:])
		if !got.same(want) {
			t.Errorf("stream %q cut at %d and %d (-whole +cut):\n%s", stream, a, b, cmp.Diff(want, got))
		}
		got = parse(&Parser{MaxEvent: int(bound)}, bytewise(stream)...)
		if !got.same(want) {
			t.Errorf("stream %q (-whole +bytewise):\n%s", stream, cmp.Diff(want, got))
		}
	})
}
