package mockllm

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
)

const (
	maxChunkLine = 256     // a chunk's size and its extensions
	maxTrailers  = 8 << 10 // all trailer lines; they are dropped
)

// bodyReader collects a request body of known length or in chunks (RFC 9112 section 7.1), as its bytes come.
type bodyReader struct {
	state bodyState
	left  int // bytes of the body, or of the chunk, that are still to come; of trailers: that may still come
	data  []byte
}

type bodyState uint8

const (
	bodyDone   bodyState = iota
	bodySized            // a body of known length
	chunkSize            // a chunk's size line
	chunkData            // a chunk's bytes
	chunkEnd             // the line end after them
	chunkTrail           // trailer lines
)

// begin prepares for the body that req's head announces.
func (b *bodyReader) begin(req *http.Request) error {
	*b = bodyReader{}
	switch {
	case len(req.TransferEncoding) > 0: // net/http refuses all but chunked
		b.state = chunkSize
	case req.ContentLength > maxBody:
		return tooLarge()
	case req.ContentLength > 0:
		b.state, b.left = bodySized, int(req.ContentLength)
	}
	return nil
}

func (b *bodyReader) done() bool { return b.state == bodyDone }

// take hands the body over.
func (b *bodyReader) take() []byte {
	data := b.data
	b.data = nil
	return data
}

// feed takes what it can use of p and returns how much that was.
func (b *bodyReader) feed(p []byte) (n int, err error) {
	for b.state != bodyDone {
		used, err := b.step(p[n:])
		n += used
		if err != nil || used == 0 {
			return n, err
		}
	}
	return n, nil
}

// step makes one step of the state machine; 0 means that more bytes are needed.
func (b *bodyReader) step(p []byte) (int, error) {
	switch b.state {
	case bodySized, chunkData:
		return b.bytes(p)
	default:
		return b.line(p)
	}
}

func (b *bodyReader) bytes(p []byte) (int, error) {
	n := min(len(p), b.left)
	b.data = append(b.data, p[:n]...)
	b.left -= n
	if b.left == 0 && b.state == bodySized {
		b.state = bodyDone
	} else if b.left == 0 {
		b.state = chunkEnd
	}
	return n, nil
}

func (b *bodyReader) line(p []byte) (int, error) {
	end := bytes.IndexByte(p, '\n')
	limit := maxChunkLine
	if b.state == chunkTrail {
		limit = b.left
	}
	if end > limit || end < 0 && len(p) > limit {
		return 0, &refusal{http.StatusBadRequest, "malformed request: chunk line is too long"}
	}
	if end < 0 {
		return 0, nil
	}
	line := bytes.TrimSuffix(p[:end], []byte("\r"))
	return end + 1, b.control(line, end+1)
}

// control acts on one line between the chunks, of n bytes with its end.
func (b *bodyReader) control(line []byte, n int) error {
	switch b.state {
	case chunkEnd:
		if len(line) > 0 {
			return &refusal{http.StatusBadRequest, "malformed request: chunk is longer than its size"}
		}
		b.state = chunkSize
	case chunkTrail:
		b.left -= n
		if len(line) == 0 {
			b.state = bodyDone
		}
	default:
		return b.size(line)
	}
	return nil
}

func (b *bodyReader) size(line []byte) error {
	digits, _, _ := bytes.Cut(line, []byte(";"))
	size, err := strconv.ParseUint(string(bytes.TrimRight(digits, " \t")), 16, 31)
	if err != nil {
		return &refusal{http.StatusBadRequest, "malformed request: chunk size is not a hexadecimal number"}
	}
	if len(b.data)+int(size) > maxBody {
		return tooLarge()
	}
	b.state, b.left = chunkData, int(size)
	if size == 0 {
		b.state, b.left = chunkTrail, maxTrailers
	}
	return nil
}

func tooLarge() error {
	return &refusal{http.StatusRequestEntityTooLarge, fmt.Sprintf("request body is larger than %d bytes", maxBody)}
}
