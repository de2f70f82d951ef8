package mockllm

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"strings"
)

const (
	maxHead = 64 << 10
	maxBody = 16 << 20
	// longestMethod is how many bytes are looked at before a head is complete.
	longestMethod = 32
	// tlsHandshake is the first byte of a TLS connection (RFC 8446 section 5.1).
	tlsHandshake = 0x16
)

// requestReader turns the bytes of a connection into requests, as they come: it never waits and never reads.
type requestReader struct {
	buf     []byte // received and not consumed
	scanned int    // so much of buf holds no end of a head
	head    *http.Request
	body    bodyReader
	parse   *bufio.Reader // shared by all connections of a loop; used within one call
}

// feed adds what was received; p is not kept.
func (r *requestReader) feed(p []byte) { r.buf = append(r.buf, p...) }

// buffered is how many bytes wait to be parsed.
func (r *requestReader) buffered() int { return len(r.buf) }

// partial tells whether a request has begun and is not complete.
func (r *requestReader) partial() bool { return r.head != nil || len(r.buf) > 0 }

// readHead tells whether a request's head is complete. It is kept until readBody has returned the body.
func (r *requestReader) readHead() (*http.Request, error) {
	if r.head != nil {
		return r.head, nil
	}
	r.skipEmptyLines()
	if err := r.checkMethod(); err != nil {
		return nil, err
	}
	end := r.findEnd()
	if end > maxHead || end < 0 && len(r.buf) > maxHead {
		return nil, &refusal{http.StatusRequestHeaderFieldsTooLarge, fmt.Sprintf("request head is larger than %d bytes", maxHead)}
	}
	if end < 0 {
		return nil, nil
	}
	req, err := r.parseHead(r.buf[:end])
	if err != nil {
		return nil, err
	}
	r.consume(end)
	r.head = req
	return req, r.body.begin(req)
}

// readBody returns the body of the request at hand once it is complete; the caller owns it.
func (r *requestReader) readBody() (body []byte, ok bool, err error) {
	n, err := r.body.feed(r.buf)
	r.consume(n)
	if err != nil || !r.body.done() {
		return nil, false, err
	}
	r.head = nil
	return r.body.take(), true, nil
}

// skipEmptyLines drops line ends in front of a request line, which RFC 9112 section 2.2 asks for.
func (r *requestReader) skipEmptyLines() {
	n := 0
	for n < len(r.buf) && (r.buf[n] == '\r' || r.buf[n] == '\n') {
		n++
	}
	r.consume(n)
}

// checkMethod refuses what cannot begin a request line, lest a client that speaks something else wait for the end of a
// head. A method longer than any is left to the parser.
func (r *requestReader) checkMethod() error {
	if len(r.buf) > 0 && r.buf[0] == tlsHandshake {
		return &refusal{http.StatusBadRequest, "malformed request: TLS was spoken to a plain HTTP port; use http://, or serve with a certificate"}
	}
	for _, b := range r.buf[:min(len(r.buf), longestMethod)] {
		if b == ' ' {
			return nil
		}
		if !isTokenByte(b) {
			return &refusal{http.StatusBadRequest, "malformed request: it does not begin with a method"}
		}
	}
	return nil
}

// isTokenByte tells whether b may stand in a method (RFC 9110 section 5.6.2).
func isTokenByte(b byte) bool {
	switch {
	case '0' <= b && b <= '9', 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z':
		return true
	}
	return strings.IndexByte("!#$%&'*+-.^_`|~", b) >= 0
}

// findEnd returns where the head ends, or -1. Lines may end in LF alone, as net/http has it.
func (r *requestReader) findEnd() int {
	for from := r.scanned; ; {
		i := bytes.IndexByte(r.buf[from:], '\n')
		if i < 0 {
			r.scanned = max(0, len(r.buf)-2) // the last two may be the beginning of an empty line
			return -1
		}
		from += i + 1
		rest := r.buf[from:]
		if len(rest) > 0 && rest[0] == '\n' {
			return from + 1
		}
		if len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n' {
			return from + 2
		}
	}
}

func (r *requestReader) parseHead(head []byte) (*http.Request, error) {
	r.parse.Reset(bytes.NewReader(head))
	req, err := http.ReadRequest(r.parse)
	if err != nil {
		return nil, &refusal{http.StatusBadRequest, "malformed request: " + err.Error()}
	}
	switch {
	case req.ProtoMajor != 1:
		return nil, &refusal{http.StatusHTTPVersionNotSupported, "only HTTP/1.0 and HTTP/1.1 are served"}
	case req.Host == "" && req.ProtoAtLeast(1, 1):
		return nil, &refusal{http.StatusBadRequest, "malformed request: no Host header"}
	}
	req.Body = http.NoBody
	return req, nil
}

func (r *requestReader) consume(n int) {
	if n == 0 {
		return
	}
	r.scanned = 0
	r.buf = r.buf[:copy(r.buf, r.buf[n:])]
	if len(r.buf) == 0 && cap(r.buf) > 2*readSize {
		r.buf = nil // a large body came through: give the memory back
	}
}

// wantsContinue tells whether the client waits for leave to send its body.
func wantsContinue(req *http.Request) bool {
	return req.ProtoAtLeast(1, 1) && strings.EqualFold(req.Header.Get("Expect"), "100-continue")
}
