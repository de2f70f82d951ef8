package profile

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"time"
)

// An Answer is one HTTP answer as a profile looks at it. It belongs to one
// goroutine at a time.
type Answer struct {
	// Now is when it came by the client's clock: what a Retry-After date is
	// held against when the answer has no Date. Zero: nothing then.
	Now time.Time

	url    *url.URL
	status int
	header func(string) string
	body   []byte

	read bool
	doc  any
	err  error
}

// NewAnswer makes an Answer of what u answered. header gives the value of a
// field, or "", whatever the case of its name; nil: there are none. u is
// absolute and not changed, and body is lent for as long as the Answer is used.
func NewAnswer(u *url.URL, status int, header func(name string) string, body []byte) *Answer {
	if header == nil {
		header = func(string) string { return "" }
	}
	if u != nil && u.User != nil { // what the caller logs in with is no part of what a service names
		bare := *u
		bare.User = nil
		u = &bare
	}
	return &Answer{url: u, status: status, header: header, body: body}
}

// json is the body's document, read when it is first asked for.
func (a *Answer) json() (any, error) {
	if !a.read {
		a.read = true
		a.doc, a.err = decode(a.body)
	}
	return a.doc, a.err
}

// decode reads one JSON document with the digits of its numbers as they are.
// Errors say what the text is instead.
func decode(body []byte) (any, error) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	switch {
	case len(body) == 0:
		return nil, garbled("empty")
	case body[0] == '<':
		return nil, garbled("markup, not JSON: %s", glimpse(body))
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var doc any
	if err := d.Decode(&doc); err != nil {
		return nil, garbled("not JSON (%v): %s", err, glimpse(body))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, garbled("more than one JSON document")
	}
	return doc, nil
}

func glimpse(body []byte) string { return oneLine(string(body[:min(len(body), 4*maxWord)]), maxWord) }
