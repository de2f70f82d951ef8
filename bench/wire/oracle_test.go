package wire

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"
)

// oracle reads raw with net/http: the final response and its body.
func oracle(raw string, toHEAD bool) answer {
	method := "GET"
	if toHEAD {
		method = "HEAD"
	}
	br := bufio.NewReader(strings.NewReader(raw))
	for {
		resp, err := http.ReadResponse(br, &http.Request{Method: method})
		if err != nil {
			return answer{err: err.Error()}
		}
		if resp.StatusCode >= 100 && resp.StatusCode < 200 && resp.StatusCode != 101 {
			continue
		}
		body, err := io.ReadAll(resp.Body)
		a := answer{status: resp.StatusCode, body: string(body), reuse: !resp.Close}
		if err != nil {
			a.err = err.Error()
		}
		return a
	}
}

// Both readers must see the same response in the same bytes, or both refuse
// them: where two readers of one stream see different borders, one of them can
// be made to take a body for a response.
func TestSameAsNetHTTP(t *testing.T) {
	t.Parallel()
	const both = ok + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
	for _, raw := range []string{
		ok + "Content-Length: 5\r\n\r\nhello", ok + "Content-Length: 5\r\n\r\nhell", ok + "Content-Length: 5\r\n\r\nhello!",
		ok + "Content-Length:  \t5 \r\n\r\nhello", ok + "Content-Length: 005\r\n\r\nhello",
		ok + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi", ok + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!",
		ok + "Content-Length: 2, 2\r\n\r\nhi", ok + "Content-Length: +2\r\n\r\nhi", ok + "Content-Length: 2 2\r\n\r\nhi",
		ok + "Content-Length:\r\n\r\nhi", ok + "Content-Length: 9223372036854775808\r\n\r\nhi",
		ok + "\r\nto the end", ok + "\r\n", "HTTP/1.0 200 OK\r\n\r\nto the end",
		"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nto the end",
		ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n",
		ok + "Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\n\r\n", ok + "Transfer-Encoding: chunked\r\n\r\n5 \t\r\nhello\r\n0\r\n\r\n",
		ok + "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n", ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\n0\r\n\r\n",
		ok + "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n", ok + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
		ok + "Transfer-Encoding: chunked\r\n\r\n00000000000000005\r\nhello\r\n0\r\n\r\n", ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
		ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello", ok + "Transfer-Encoding: chunked\r\n\r\n5\rx\r\nhello\r\n0\r\n\r\n",
		ok + "Transfer-Encoding: chunked, chunked\r\n\r\n", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n", ok + "Transfer-Encoding: identity\r\n\r\nx",
		ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\n", ok + "Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n",
		ok + "Transfer-Encoding: \"chunked\"\r\n\r\n", ok + "Transfer-Encoding: chunked;q=1\r\n\r\n", ok + "Transfer-Encoding: x\r\nContent-Length: 2\r\n\r\nhi",
		both,
		"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\n" + ok + "Content-Length: 2\r\n\r\nhi", "HTTP/1.1 204 No Content\r\nContent-Length: x\r\n\r\n",
		"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 -20 OK\r\n\r\n", "HTTP/1,1 200 OK\r\n\r\n",
		ok + "X\r\n\r\n", ok + ": x\r\n\r\n", ok + "X(: y\r\n\r\n", ok + "X: \x00\r\n\r\n", ok + "X: a\rb\r\n\r\n", ok + "X: \xff\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", ok + "Connection: close\r\nContent-Length: 2\r\n\r\nhi", ok, "HTTP", "",
	} {
		for _, toHEAD := range []bool{false, true} {
			ours, theirs := read(raw, toHEAD), oracle(raw, toHEAD)
			ours.reuse = ours.reuse || raw == both // the RFC lets us close here, and so we do
			if ours.err != "" && theirs.err != "" {
				continue
			}
			if ours != theirs {
				t.Errorf("%q, to HEAD: %v\nours     %+v\nnet/http %+v", raw, toHEAD, ours, theirs)
			}
		}
	}
}

// The list of what net/http takes and this package refuses on purpose.
func TestStricterThanNetHTTP(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"obsolete line folding, which RFC 9112 §5.2 lets a client refuse":  ok + "X: a\r\n b\r\nContent-Length: 0\r\n\r\n",
		"white space inside a header name":                                 ok + "X Y: a\r\nContent-Length: 0\r\n\r\n",
		"white space before the colon (§5.1)":                              ok + "Content-Length : 0\r\n\r\n",
		"several spaces before the status":                                 "HTTP/1.1  200 OK\r\nContent-Length: 0\r\n\r\n",
		"a signed status":                                                  "HTTP/1.1 +20 OK\r\nContent-Length: 0\r\n\r\n",
		"a status under 100":                                               "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n",
		"control characters in the reason":                                 "HTTP/1.1 200 O\rK\x00\r\nContent-Length: 0\r\n\r\n",
		"another major version":                                            "HTTP/3.7 200 OK\r\nContent-Length: 0\r\n\r\n",
		"an unasked switch of protocols":                                   "HTTP/1.1 101 Switching Protocols\r\n\r\n",
		"chunked in HTTP/1.0, which is faulty framing (§6.1)":              "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"a chunk of 2^63 bytes":                                            ok + "Transfer-Encoding: chunked\r\n\r\n8000000000000000\r\n",
		"control characters in a chunk extension":                          ok + "Transfer-Encoding: chunked\r\n\r\n0;\x00\r\n\r\n",
		"a bare LF behind a trailer":                                       ok + "Transfer-Encoding: chunked\r\n\r\n0\r\nA: b\nC: d\r\n\r\n",
		"an unbounded head":                                                ok + strings.Repeat("X: a\r\n", defaultMaxHead/6) + "Content-Length: 0\r\n\r\n",
		"white space inside a Content-Length's name, in front of the real": ok + "Content-Length x: 3\r\nContent-Length: 0\r\n\r\n",
	} {
		ours, theirs := read(raw, false), oracle(raw, false)
		if name == "a chunk of 2^63 bytes" {
			theirs.err = strings.TrimPrefix(theirs.err, io.ErrUnexpectedEOF.Error()) // it waits for the data
		}
		if ours.err == "" || theirs.err != "" {
			t.Errorf("%s: ours %+v, net/http %+v; want a refusal from ours alone", name, ours, theirs)
		}
	}
}

// looser reports that net/http refused for a limit or rule that does not
// concern where the body ends: its buffer for trailers, its measure of
// overhead, the chunk line's length to the byte, the Trailer header.
func looser(theirs string) bool {
	for _, s := range []string{"suspiciously long trailer", "too much non-data", "header line too long", "bad trailer key"} {
		if strings.Contains(theirs, s) {
			return true
		}
	}
	return false
}

// agree fails where raw is accepted and net/http reads something else from it.
func agree(t *testing.T, raw string, toHEAD bool) {
	t.Helper()
	ours := read(raw, toHEAD)
	if ours.err != "" {
		return
	}
	theirs := oracle(raw, toHEAD)
	if !ours.reuse { // closing more often is always safe
		theirs.reuse = false
	}
	if ours != theirs && !looser(theirs.err) {
		t.Errorf("%q, to HEAD: %v\nours     %+v\nnet/http %+v", raw, toHEAD, ours, theirs)
	}
}

// Every combination of these lines and bodies that is accepted is read as
// net/http reads it.
func TestCombinationsAgainstNetHTTP(t *testing.T) {
	t.Parallel()
	starts := []string{ok, "HTTP/1.0 200 OK\r\n", "HTTP/1.1 204 No Content\r\n", "HTTP/1.1 304 x\r\n", "HTTP/1.1 100 Continue\r\n\r\n" + ok}
	fields := []string{
		"", "Content-Length: 5\r\n", "Content-Length: 05\r\n", "Content-Length: 6\r\n", "Content-Length: 0\r\n", "content-length:5 \t\r\n",
		"Content-Length: 5,5\r\n", "Content-Length: 5\n", "Transfer-Encoding: chunked\r\n", "transfer-encoding: CHUNKED\r\n",
		"Transfer-Encoding: gzip\r\n", "Transfer-Encoding: ,chunked\r\n", " Transfer-Encoding: chunked\r\n", "Transfer-Encoding : chunked\r\n",
		"X: a\rTransfer-Encoding: chunked\r\n", "Connection: close\r\n", "Connection: keep-alive\r\n", "Connection: \"close\"\r\n",
	}
	bodies := []string{
		"", "hello", "hello!", "5\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\n", "5;a=\"\r\nhello\r\n0\r\n\r\n",
		"5\nhello\n0\n\n", "05 \r\nhello\r\n000\r\n\r\n", "0\r\n\r\n" + ok + "\r\n",
	}
	for _, start := range starts {
		for _, one := range fields {
			for _, two := range fields {
				for _, body := range bodies {
					agree(t, start+one+two+"\r\n"+body, false)
					agree(t, start+one+two+"\r\n"+body, true)
				}
			}
		}
	}
}

// Property: whatever is accepted, net/http reads the same response from it.
func FuzzAgainstNetHTTP(f *testing.F) {
	f.Add(ok+"Content-Length: 5\r\n\r\nhello", false)
	f.Add(ok+"Transfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\nA: b\r\n\r\n", false)
	f.Add("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", true)
	f.Add(ok+"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false)
	f.Fuzz(agree)
}
