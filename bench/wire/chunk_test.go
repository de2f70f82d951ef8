package wire

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// decodeAll feeds b in pieces of at most n bytes.
func decodeAll(b []byte, n int) (payload []byte, rest int, done bool, err error) {
	var d chunked
	for len(b) > 0 && !d.done() {
		piece := bytes.Clone(b[:min(n, len(b))])
		p, used, err := d.decode(piece, defaultMaxHead)
		payload = append(payload, p...)
		if err != nil {
			return payload, 0, false, err
		}
		b = b[used:]
	}
	return payload, len(b), d.done(), nil
}

func TestChunked(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in, want string
		rest           int
		done           bool
	}{
		{"one chunk", "5\r\nhello\r\n0\r\n\r\n", "hello", 0, true},
		{"three chunks", "1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n0\r\n\r\n", "abcdef", 0, true},
		{"hexadecimal, both cases", "a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n", "01234567890123456789a", 0, true},
		{"leading zeros", "0000000000000005\r\nhello\r\n00\r\n\r\n", "hello", 0, true},
		{"extension", "5;a=b;c=\"d;e\"\r\nhello\r\n0;x\r\n\r\n", "hello", 0, true},
		{"space behind the size", "5 \t\r\nhello\r\n0 ;x\r\n\r\n", "hello", 0, true},
		{"trailers", "1\r\na\r\n0\r\nX: y\r\nDate: now\r\n\r\n", "a", 0, true},
		{"bytes behind the end", "1\r\na\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n", "a", 17, true},
		{"payload that looks like framing", "9\r\n\r\n0\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n0\r\n\r\n\r\n", 0, true},
		{"unfinished size", "5", "", 0, false},
		{"unfinished data", "5\r\nhel", "hel", 0, false},
		{"unfinished end", "0\r\n\r", "", 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for n := 1; n <= len(tt.in); n++ {
				got, rest, done, err := decodeAll([]byte(tt.in), n)
				if err != nil || string(got) != tt.want || rest != tt.rest || done != tt.done {
					t.Errorf("in pieces of %d: got %q, %d left, done %v, %v; want %q, %d, %v",
						n, got, rest, done, err, tt.want, tt.rest, tt.done)
				}
			}
		})
	}
}

func TestChunkedRefused(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", defaultMaxHead)
	tests := []struct {
		name, in string
		payload  string // what comes before the error
		tooLarge bool
	}{
		{"no size", "\r\nhello\r\n", "", false},
		{"negative size", "-5\r\nhello\r\n", "", false},
		{"signed size", "+5\r\nhello\r\n", "", false},
		{"prefixed size", "0x5\r\nhello\r\n", "", false},
		{"underscore", "1_0\r\n", "", false},
		{"space before the size", " 5\r\nhello\r\n", "", false},
		{"letter in the size", "5g\r\nhello\r\n", "", false},
		{"size of 2^63", "8000000000000000\r\n", "", true},
		{"size of 2^64", "10000000000000000\r\n", "", true},
		{"many zeros", "00000000000000005\r\nhello\r\n", "", true},
		{"LF behind the size", "5\nhello\r\n", "", false},
		{"LF behind an extension", "5;x\nhello\r\n", "", false},
		{"CR inside the line", "5\r;x\r\nhello\r\n", "", false},
		{"CR inside an extension", "5;a\rb\r\nhello\r\n", "", false},
		{"NUL in an extension", "5;\x00\r\nhello\r\n", "", false},
		{"long extension", "5;" + long + "\r\nhello\r\n", "", true},
		{"data too long", "5\r\nhello!\r\n", "hello", false},
		{"data too short", "5\r\nhell\r\n0\r\n\r\n", "hell\r", false},
		{"LF behind the data", "5\r\nhello\n0\r\n\r\n", "hello", false},
		{"CR alone behind the data", "5\r\nhello\r0\r\n\r\n", "hello", false},
		{"LF behind the last chunk", "0\n\r\n", "", false},
		{"LF as the last line", "0\r\n\n", "", false},
		{"LF behind a trailer", "0\r\nX: y\n\r\n", "", false},
		{"trailer without a colon", "0\r\nX\r\n\r\n", "", false},
		{"folded trailer", "0\r\nX: y\r\n z\r\n\r\n", "", false},
		{"NUL in a trailer", "0\r\nX: \x00\r\n\r\n", "", false},
		{"response instead of the end", "0\r\nHTTP/1.1 200 OK\r\n\r\n", "", false},
		{"long trailer", "0\r\nX: " + long + "\r\n\r\n", "", true},
		{"many trailers", "0\r\n" + strings.Repeat("X: y\r\n", defaultMaxHead/6+1) + "\r\n", "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, n := range []int{1, 2, 3, 7, len(tt.in)} {
				got, _, _, err := decodeAll([]byte(tt.in), n)
				if !errors.Is(err, ErrMalformed) || errors.Is(err, ErrTooLarge) != tt.tooLarge || string(got) != tt.payload {
					t.Errorf("in pieces of %d: got %q, %v; want %q and a malformed response (too large: %v)",
						n, got, err, tt.payload, tt.tooLarge)
				}
			}
		})
	}
}

// One read gives one slice, inside the buffer that was read into, and the
// first chunk of it is not moved.
func TestChunkedJoinsInPlace(t *testing.T) {
	t.Parallel()
	b := []byte("5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n")
	var d chunked
	p, n, err := d.decode(b, defaultMaxHead)
	if string(p) != "hello world" || n != len(b) || err != nil {
		t.Fatalf("got %q, %d used, %v", p, n, err)
	}
	if &p[0] != &b[3] {
		t.Error("the payload was moved, or copied elsewhere")
	}
}

func TestChunkedAllocatesNothing(t *testing.T) {
	raw := []byte("12\r\ndata: {\"a\": \"bc\"}\n\r\n5\r\nhello\r\n")
	var d chunked
	b := make([]byte, len(raw))
	if n := testing.AllocsPerRun(1000, func() {
		copy(b, raw)
		if _, _, err := d.decode(b, defaultMaxHead); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations per decode, want 0", n)
	}
}

// Property: any size of pieces gives the same payload, end and refusal as one
// piece.
func FuzzChunked(f *testing.F) {
	f.Add([]byte("5\r\nhello\r\n0\r\n\r\n"), 1)
	f.Add([]byte("5;x=y\r\nhello\r\n0\r\nA: b\r\n\r\nmore"), 3)
	f.Add([]byte("ffffffffffffffff\r\n"), 2)
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		if n < 1 || len(b) == 0 {
			t.Skip()
		}
		p1, rest1, done1, err1 := decodeAll(b, len(b))
		p2, rest2, done2, err2 := decodeAll(b, n)
		if !bytes.Equal(p1, p2) || rest1 != rest2 || done1 != done2 || (err1 == nil) != (err2 == nil) {
			t.Errorf("whole: %q %d %v %v; in pieces of %d: %q %d %v %v", p1, rest1, done1, err1, n, p2, rest2, done2, err2)
		}
	})
}

func BenchmarkChunked(b *testing.B) {
	raw := []byte("e6\r\n" + strings.Repeat("x", 0xe6) + "\r\n")
	buf := make([]byte, len(raw))
	copy(buf, raw)
	b.ReportAllocs()
	var d chunked
	for b.Loop() {
		if _, _, err := d.decode(buf, defaultMaxHead); err != nil {
			b.Fatal(err)
		}
	}
}
