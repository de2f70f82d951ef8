package wire

import (
	"fmt"
	"io"
)

// response reads one response, sans I/O: bytes are fed to it in pieces of any
// size, and it says what they mean.
type response struct {
	body    body
	maxHead int // bound on all heads together, and again on trailers
	scan    headScan
	head    Head
	interim int  // 1xx heads seen
	spent   int  // their bytes
	toHEAD  bool // the request was a HEAD
	reuse   bool // the head allows another request on the connection
}

// maxInterim bounds how many 1xx responses may come first. RFC 9110 §15.2 sets
// no limit; a server that sends more does nothing else.
const maxInterim = 16

// fresh reports that no byte of the present head has been seen.
func (r *response) fresh() bool { return len(r.scan.raw) == 0 }

// untouched reports that no byte of any head has been seen.
func (r *response) untouched() bool {
	return r.body.kind == bodyNone && r.fresh() && r.interim == 0
}

// feedHead takes the bytes of one head from b. done means that the final head
// is whole; after an interim one, call it again with the rest.
func (r *response) feedHead(b []byte) (n int, done bool, err error) {
	n, whole, err := r.scan.feed(b, r.maxHead-r.spent)
	if err != nil || !whole {
		return n, false, err
	}
	head, facts, err := parseHead(r.scan.raw)
	if err != nil {
		return n, false, err
	}
	if head.Status < 200 {
		return n, false, r.skipInterim(head.Status)
	}
	r.head = head
	r.head.Size = r.spent + len(r.scan.raw)
	r.scan = headScan{}
	return n, true, r.frameBody(facts)
}

func (r *response) skipInterim(status int) error {
	if status == 101 {
		return fmt.Errorf("%w: 101 Switching Protocols, which was not asked for", ErrMalformed)
	}
	if r.interim++; r.interim > maxInterim {
		return fmt.Errorf("%w: more than %d interim responses", ErrTooLarge, maxInterim)
	}
	r.spent += len(r.scan.raw)
	r.scan = headScan{raw: r.scan.raw[:0]}
	return nil
}

// frameBody decides where the body ends (RFC 9112 §6.3) and whether the
// connection outlives it (§9.3).
func (r *response) frameBody(f fieldFacts) error {
	old := r.head.Proto == "HTTP/1.0"
	r.reuse = !f.close && (!old || f.keepAlive)
	switch {
	case f.chunked && old:
		return fmt.Errorf("%w: Transfer-Encoding in an HTTP/1.0 response", ErrMalformed)
	case r.toHEAD || r.head.Status == 204 || r.head.Status == 304:
		r.body = body{kind: bodyLength}
	case f.chunked:
		r.body = body{kind: bodyChunked}
		r.reuse = r.reuse && !f.hasLength // a sender that gives both is not to be trusted with a second response
	case f.hasLength:
		r.body = body{kind: bodyLength, left: f.length}
	default:
		r.body = body{kind: bodyToEOF}
		r.reuse = false
	}
	return nil
}

// body is where in the response's body the reader stands.
type body struct {
	kind  bodyKind
	left  int64
	ended bool // the end of a bodyToEOF was seen
	chunk chunked
}

type bodyKind uint8

const (
	bodyNone    bodyKind = iota // no head yet
	bodyLength                  // left bytes
	bodyChunked                 // chunked transfer coding
	bodyToEOF                   // all until the connection ends
)

// done reports that the body is complete.
func (b *body) done() bool {
	switch b.kind {
	case bodyLength:
		return b.left == 0
	case bodyChunked:
		return b.chunk.done()
	case bodyToEOF:
		return b.ended
	default:
		return false
	}
}

// decode returns the payload in p, as one slice of p, and how much of p was
// used.
func (b *body) decode(p []byte, maxTrailer int) (payload []byte, n int, err error) {
	switch b.kind {
	case bodyChunked:
		return b.chunk.decode(p, maxTrailer)
	case bodyLength:
		n = int(min(b.left, int64(len(p))))
		b.left -= int64(n)
		return p[:n], n, nil
	default:
		return p, len(p), nil
	}
}

// end tells the response that the connection ended. Only a body that reaches
// to the end takes that well.
func (r *response) end() error {
	if r.body.kind == bodyToEOF {
		r.body.ended = true
		return nil
	}
	return io.ErrUnexpectedEOF
}
