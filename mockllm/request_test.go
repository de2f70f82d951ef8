package mockllm

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
)

// parsed is what a parser made of the first request in some bytes.
type parsed struct {
	method, uri, host string
	header            http.Header
	body              string
}

// parseWith feeds data in pieces of n bytes and returns the first request, if it is complete.
func parseWith(data []byte, n int) (p *parsed, err error) {
	r := requestReader{parse: bufio.NewReader(nil)}
	for len(data) > 0 {
		piece := data[:min(n, len(data))]
		data = data[len(piece):]
		r.feed(piece)
		req, err := r.readHead()
		if err != nil {
			return nil, err
		}
		if req == nil {
			continue
		}
		body, ok, err := r.readBody()
		if err != nil {
			return nil, err
		}
		if ok {
			return &parsed{req.Method, req.RequestURI, req.Host, req.Header, string(body)}, nil
		}
	}
	return nil, nil
}

// The pieces in which a request arrives must not change what is understood, and where net/http understands a request
// too, it must be the same one: two parsers that disagree are how requests are smuggled.
func FuzzRequest(f *testing.F) {
	for _, seed := range []string{
		"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
		"\r\n\nGET / HTTP/1.0\n\n",
		"POST /a?b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET",
		"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nA: b\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n1\nx\n0\n\n",
		"GET / HTTP/1.1\r\nHost: h\r\nX: " + strings.Repeat("y", 300) + "\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		whole, wholeErr := parseWith(data, len(data)+1)
		bytewise, byteErr := parseWith(data, 1)
		if !sameRequest(whole, bytewise) || (wholeErr == nil) != (byteErr == nil) {
			t.Fatalf("whole: %+v, %v\nbytewise: %+v, %v", whole, wholeErr, bytewise, byteErr)
		}
		if whole == nil {
			return
		}
		if std := parseStandard(data); std != nil && !sameRequest(whole, std) {
			t.Fatalf("got  %+v\nwant %+v", whole, std)
		}
	})
}

// parseStandard is net/http's opinion, nil where it finds no whole request.
func parseStandard(data []byte) *parsed {
	req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(bytes.TrimLeft(data, "\r\n"))))
	if err != nil {
		return nil
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil
	}
	return &parsed{req.Method, req.RequestURI, req.Host, req.Header, string(body)}
}

func sameRequest(a, b *parsed) bool {
	if a == nil || b == nil {
		return a == b
	}
	if len(a.header) != len(b.header) {
		return false
	}
	for name, values := range a.header {
		if strings.Join(values, "\x00") != strings.Join(b.header[name], "\x00") {
			return false
		}
	}
	return a.method == b.method && a.uri == b.uri && a.host == b.host && a.body == b.body
}

func TestLargeBodyGivesItsMemoryBack(t *testing.T) {
	r := requestReader{parse: bufio.NewReader(nil)}
	r.feed([]byte("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n"))
	r.feed(make([]byte, 1_000_000))
	if _, err := r.readHead(); err != nil {
		t.Fatal(err)
	}
	body, ok, err := r.readBody()
	if len(body) != 1_000_000 || !ok || err != nil {
		t.Fatalf("body of %d bytes, %v, %v", len(body), ok, err)
	}
	if cap(r.buf) > 2*readSize {
		t.Errorf("%d bytes are kept", cap(r.buf))
	}
}
