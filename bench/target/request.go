package target

import (
	"errors"
	"fmt"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/aibench/aibench/bench/profile"
)

// A Header is one field of a request.
type Header struct{ Name, Value string }

// A Request is what a Target sends, again and again with another body.
type Request struct {
	Method string // "" means POST
	Path   string // with the query, as it stands in the request line; "" means /
	Host   string // the Host field; needed
	Accept string // "" means text/event-stream; a field of that name in Header goes before it
	Header []Header
	// Body gives the body of request seq. nil: no body. It may be called from
	// many goroutines at once.
	Body func(seq int64) ([]byte, error)
}

// Check tells whether the parts can be put on the wire: a line break in a
// field would be a second request.
func (r *Request) Check() error {
	if r.Host == "" {
		return errors.New("request without a host")
	}
	for _, s := range []string{r.Method, r.Path, r.Host} {
		if strings.ContainsAny(s, " \t\r\n\x00") {
			return fmt.Errorf("request line holds a space or a control character: %q", s)
		}
	}
	for _, h := range r.Header {
		if !profile.IsToken(h.Name) {
			return fmt.Errorf("header name %q is not a token (RFC 9110, section 5.6.2)", h.Name)
		}
		if strings.ContainsAny(h.Value, "\r\n\x00") {
			return fmt.Errorf("the value of header %q holds a line break", h.Name)
		}
	}
	return nil
}

// Bytes gives the whole of request seq.
func (r *Request) Bytes(seq int64) ([]byte, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = r.Body(seq); err != nil {
			return nil, fmt.Errorf("body of request %d: %w", seq, err)
		}
	}
	b := make([]byte, 0, 256+len(body))
	b = append(b, or(r.Method, "POST")...)
	b = append(b, ' ')
	b = append(b, or(r.Path, "/")...)
	b = append(b, " HTTP/1.1\r\n"...)
	for _, h := range r.fields(body) {
		b = append(b, h.Name...)
		b = append(b, ": "...)
		b = append(b, h.Value...)
		b = append(b, "\r\n"...)
	}
	b = append(b, "\r\n"...)
	return append(b, body...), nil
}

// fields are the caller's fields, preceded by those it did not set itself.
func (r *Request) fields(body []byte) []Header {
	fields := []Header{{"Host", r.Host}, {"Accept", or(r.Accept, "text/event-stream")}}
	if body != nil {
		fields = append(fields, Header{"Content-Type", "application/json"})
	}
	kept := fields[:0]
	for _, f := range fields {
		if !r.sets(f.Name) {
			kept = append(kept, f)
		}
	}
	kept = append(kept, r.Header...)
	if body != nil {
		kept = append(kept, Header{"Content-Length", strconv.Itoa(len(body))})
	}
	return kept
}

func (r *Request) sets(name string) bool {
	want := textproto.CanonicalMIMEHeaderKey(name)
	for _, h := range r.Header {
		if textproto.CanonicalMIMEHeaderKey(h.Name) == want {
			return true
		}
	}
	return false
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
