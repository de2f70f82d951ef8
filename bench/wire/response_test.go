package wire

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

// answer is what a response says, however it was cut into reads.
type answer struct {
	status int
	body   string
	reuse  bool
	err    string
}

// read feeds raw to the reader in pieces that end at the given places, then
// the connection's end.
func read(raw string, toHEAD bool, cuts ...int) answer {
	r := response{maxHead: defaultMaxHead, toHEAD: toHEAD}
	var a answer
	from := 0
	for _, to := range append(cuts, len(raw)) {
		if err := feedAll(&r, []byte(raw[from:to]), &a); err != nil {
			a.err = err.Error()
			return a
		}
		from = to
	}
	if !r.body.done() {
		if err := r.end(); err != nil {
			a.err = err.Error()
		}
	}
	a.reuse = r.reuse
	return a
}

// feedAll does for one piece what Conn does for one read.
func feedAll(r *response, b []byte, a *answer) error {
	for len(b) > 0 && r.body.kind == bodyNone {
		n, done, err := r.feedHead(b)
		if err != nil {
			return err
		}
		if b = b[n:]; done {
			a.status = r.head.Status
		}
	}
	for len(b) > 0 && !r.body.done() {
		p, n, err := r.body.decode(b, r.maxHead)
		a.body += string(p)
		if err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

const ok = "HTTP/1.1 200 OK\r\n"

func TestResponse(t *testing.T) {
	t.Parallel()
	eof := io.ErrUnexpectedEOF.Error()
	tests := []struct {
		name string
		head bool
		raw  string
		want answer
	}{
		{"length", false, ok + "Content-Length: 5\r\n\r\nhello", answer{200, "hello", true, ""}},
		{"length zero", false, ok + "Content-Length: 0\r\n\r\n", answer{200, "", true, ""}},
		{"length, cut", false, ok + "Content-Length: 5\r\n\r\nhell", answer{200, "hell", true, eof}},
		{"length twice, alike", false, ok + "Content-Length: 2\r\ncontent-length: 2\r\n\r\nhi", answer{200, "hi", true, ""}},
		{"chunked", false, ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", answer{200, "hello", true, ""}},
		{"chunked, any case", false, ok + "transfer-encoding:CHUNKED \r\n\r\n0\r\n\r\n", answer{200, "", true, ""}},
		{"chunked, cut", false, ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", answer{200, "hello", true, eof}},
		{"chunked beats length, once", false, ok + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", answer{200, "hello", false, ""}},
		{"to the end", false, ok + "\r\nhello", answer{200, "hello", false, ""}},
		{"no reason", false, "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", answer{200, "", true, ""}},
		{"line ends of LF alone", false, "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", answer{200, "hi", true, ""}},
		{"204", false, "HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n", answer{204, "", true, ""}},
		{"304", false, "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", answer{304, "", true, ""}},
		{"HEAD", true, ok + "Content-Length: 9\r\n\r\n", answer{200, "", true, ""}},
		{"HEAD, chunked", true, ok + "Transfer-Encoding: chunked\r\n\r\n", answer{200, "", true, ""}},
		{"connection close", false, ok + "Connection: x, Close\r\nContent-Length: 0\r\n\r\n", answer{200, "", false, ""}},
		{"1.0", false, "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", answer{200, "hi", false, ""}},
		{"1.0, kept alive", false, "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi", answer{200, "hi", true, ""}},
		{"interim", false, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + ok + "Content-Length: 2\r\n\r\nhi", answer{200, "hi", true, ""}},
		{"status over 599", false, "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", answer{999, "", true, ""}},
		{"high bytes in a value", false, ok + "X: \xff\xfe\r\nContent-Length: 0\r\n\r\n", answer{200, "", true, ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := read(tt.raw, tt.head); got != tt.want {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
			for cut := range tt.raw {
				if got := read(tt.raw, tt.head, cut); got != tt.want {
					t.Errorf("cut at %d: got  %+v\nwant %+v", cut, got, tt.want)
				}
			}
		})
	}
}

func TestResponseRefused(t *testing.T) {
	t.Parallel()
	many := strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", maxInterim+1)
	tests := []struct{ name, raw, want string }{
		{"another protocol", "SSH-2.0-OpenSSH_9.2\r\n", `it begins "SSH-2.0-`},
		{"a TLS alert", "\x15\x03\x01\x00\x02\x02\x46", "it begins"},
		{"an empty first line", "\r\n" + ok + "\r\n", "it begins"},
		{"HTTP/2", "HTTP/2.0 200 OK\r\n\r\n", "it begins"},
		{"status of two digits", "HTTP/1.1 20 OK\r\n\r\n", "status line"},
		{"status of four digits", "HTTP/1.1 2000 OK\r\n\r\n", "status line"},
		{"signed status", "HTTP/1.1 +20 OK\r\n\r\n", "status line"},
		{"status under 100", "HTTP/1.1 099 OK\r\n\r\n", "status line"},
		{"no status", "HTTP/1.1 \r\n\r\n", "status line"},
		{"two spaces", "HTTP/1.1  200 OK\r\n\r\n", "status line"},
		{"tab for space", "HTTP/1.1\t200 OK\r\n\r\n", "status line"},
		{"NUL in the reason", "HTTP/1.1 200 O\x00K\r\n\r\n", "status line"},
		{"CR in the reason", "HTTP/1.1 200 O\rK\r\n\r\n", "status line"},
		{"CR twice", "HTTP/1.1 200 OK\r\r\n\r\n", "status line"},
		{"101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "101"},
		{"endless interim", many, "interim"},
		{"no colon", ok + "Server\r\n\r\n", "header line"},
		{"no name", ok + ": x\r\n\r\n", "header line"},
		{"space before the colon", ok + "Content-Length : 5\r\n\r\nhello", "header name"},
		{"space in a name", ok + "Content Length: 5\r\n\r\nhello", "header name"},
		{"folded line", ok + "X: a\r\n b\r\n\r\n", "header"},
		{"folded line with a colon", ok + "X: a\r\n b: c\r\n\r\n", "header name"},
		{"folded first line", ok + " X: a\r\n\r\n", "header name"},
		{"CR in a value", ok + "X: a\rb\r\n\r\n", "control character"},
		{"CR as a line end", ok + "X: a\rContent-Length: 5\r\n\r\nhello", "control character"},
		{"NUL in a value", ok + "X: a\x00\r\n\r\n", "control character"},
		{"DEL in a value", ok + "X: a\x7f\r\n\r\n", "control character"},
		{"high byte in a name", ok + "X\xe9: a\r\n\r\n", "header name"},
		{"two lengths", ok + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", "conflicting"},
		{"one length, two spellings", ok + "Content-Length: 5\r\nContent-Length: 05\r\n\r\nhello", "conflicting"},
		{"a list of lengths", ok + "Content-Length: 5, 5\r\n\r\nhello", "Content-Length"},
		{"signed length", ok + "Content-Length: +5\r\n\r\nhello", "Content-Length"},
		{"negative length", ok + "Content-Length: -5\r\n\r\nhello", "Content-Length"},
		{"hexadecimal length", ok + "Content-Length: 0x5\r\n\r\nhello", "Content-Length"},
		{"empty length", ok + "Content-Length:\r\n\r\n", "Content-Length"},
		{"length of 2^63", ok + "Content-Length: 9223372036854775808\r\n\r\n", "Content-Length"},
		{"bad length beside chunked", ok + "Content-Length: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "Content-Length"},
		{"gzip, chunked", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n", "Transfer-Encoding"},
		{"chunked twice", ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", "Transfer-Encoding"},
		{"identity", ok + "Transfer-Encoding: identity\r\n\r\n", "Transfer-Encoding"},
		{"almost chunked", ok + "Transfer-Encoding: \x0bchunked\r\n\r\n", "control character"},
		{"chunked in 1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.0"},
		{"giant head", ok + "X: " + strings.Repeat("a", defaultMaxHead), "head of more than 65536 bytes"},
		{"giant head in small lines", ok + strings.Repeat("X: a\r\n", defaultMaxHead/6), "head of more than"},
		{"giant heads together", strings.Repeat("HTTP/1.1 103 x\r\nX: "+strings.Repeat("a", 9000)+"\r\n\r\n", 8), "head of more than"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := read(tt.raw, false)
			if !strings.Contains(got.err, ErrMalformed.Error()) || !strings.Contains(got.err, tt.want) {
				t.Errorf("got error %q, want one that says %q and %q", got.err, ErrMalformed, tt.want)
			}
			if len(got.err) > 300 {
				t.Errorf("an error of %d bytes: it has to be short whatever the server sends", len(got.err))
			}
		})
	}
}

// The head scanner's work must stay linear when a head comes byte by byte, and
// its memory within the bound.
func TestGiantHeadStopsAtTheBound(t *testing.T) {
	t.Parallel()
	r := response{maxHead: 1000}
	raw := []byte(ok + "X: " + strings.Repeat("a", 2000))
	for i := range raw {
		_, _, err := r.feedHead(raw[i : i+1])
		if err == nil {
			continue
		}
		if !errors.Is(err, ErrTooLarge) || i != 1000 || cap(r.scan.raw) > 2048 {
			t.Errorf("got %v after %d bytes with %d held, want ErrTooLarge after 1000", err, i, cap(r.scan.raw))
		}
		return
	}
	t.Error("a head of 2000 bytes passed a bound of 1000")
}

func TestHeadGet(t *testing.T) {
	t.Parallel()
	raw := ok + "Content-Type: \t text/event-stream \t\r\nX-A: 1\r\nx-a: 2\r\nEmpty:\r\nContent-Encoding: gzip\r\n\r\n"
	h, _, err := parseHead([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"content-type": "text/event-stream", "X-A": "1", "Empty": "", "X": "", "": "", "CONTENT-ENCODING": "gzip",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("Get(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestHeadSizeIsThatOfAllHeads(t *testing.T) {
	t.Parallel()
	heads := "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + ok + "Content-Length: 2\r\n\r\n"
	r := response{maxHead: 1000}
	for rest := []byte(heads + "hi"); len(rest) > 2; {
		n, _, err := r.feedHead(rest)
		if err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	if r.head.Size != len(heads) {
		t.Errorf("got %d bytes, want %d", r.head.Size, len(heads))
	}
}

// Property: any two cuts of the bytes give the same answer as one piece.
func FuzzResponseCuts(f *testing.F) {
	f.Add(ok+"Content-Length: 5\r\n\r\nhello", 3, 20)
	f.Add("HTTP/1.1 100 Continue\r\n\r\n"+ok+"Transfer-Encoding: chunked\r\n\r\n5;x=\"y\"\r\nhello\r\n0\r\nA: b\r\n\r\nmore", 30, 71)
	f.Add(ok+"\nX", 16, 17)
	f.Fuzz(func(t *testing.T, raw string, a, b int) {
		if a < 0 || b < a || b > len(raw) {
			t.Skip()
		}
		whole, cut := read(raw, false), read(raw, false, a, b)
		if whole.err != "" && cut.err != "" { // which part of a foreign protocol is quoted may differ
			whole.err, cut.err = "refused", "refused"
		}
		if whole != cut {
			t.Errorf("cut at %d and %d: %+v, whole: %+v", a, b, cut, whole)
		}
	})
}

// Property: a head is refused or survives; no accepted field holds a line end
// or NUL, which is what could split a response.
func FuzzHead(f *testing.F) {
	f.Add([]byte(ok + "Content-Length: 5\r\n\r\n"))
	f.Add([]byte("HTTP/1.0 404 \r\nX: \xff\r\n\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var s headScan
		n, done, err := s.feed(raw, defaultMaxHead)
		if err != nil || !done {
			return
		}
		h, _, err := parseHead(s.raw)
		if err != nil {
			return
		}
		if n > len(raw) || h.Status < 100 || h.Status > 999 {
			t.Errorf("used %d of %d bytes, status %d", n, len(raw), h.Status)
		}
		for rest := h.fields; len(rest) > 0; {
			var line []byte
			line, rest = cutLine(rest)
			if bytes.ContainsAny(line, "\r\n\x00") {
				t.Errorf("accepted %q", line)
			}
		}
	})
}
