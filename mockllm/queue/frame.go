package queue

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// maxFrame bounds a frame: a job with a payload and a result of MaxData each, both in base64.
const maxFrame = 12 << 20

// A frame is its length in four bytes, most significant first, and that much JSON.

func writeFrame(w io.Writer, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode frame: %w", err)
	}
	if len(body) > maxFrame {
		return fmt.Errorf("frame of %d bytes: %w", len(body), ErrTooLarge)
	}
	frame := binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(body)), uint32(len(body)))
	if _, err := w.Write(append(frame, body...)); err != nil {
		return fmt.Errorf("write frame: %w", err)
	}
	return nil
}

// readFrame returns io.EOF as it is when there is no further frame. Memory grows with what has arrived, not with what
// the length promises.
func readFrame(r io.Reader, v any) error {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); errors.Is(err, io.EOF) {
		return io.EOF
	} else if err != nil {
		return fmt.Errorf("read frame: %w", err)
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > maxFrame {
		return fmt.Errorf("read frame of %d bytes: %w", n, ErrTooLarge)
	}
	var body bytes.Buffer
	if _, err := io.CopyN(&body, r, int64(n)); err != nil {
		return fmt.Errorf("read frame: %w", noEOF(err))
	}
	if err := json.Unmarshal(body.Bytes(), v); err != nil {
		return fmt.Errorf("decode frame: %w", err)
	}
	return nil
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// request is a call of a Queue's method on its way to whoever holds the queue.
type request struct {
	Method string
	ID     string        `json:",omitempty"`
	New    *NewJob       `json:",omitempty"`
	Worker string        `json:",omitempty"`
	Lease  time.Duration `json:",omitempty"`
	Claim  *Claim        `json:",omitempty"`
	Event  *Event        `json:",omitempty"`
	Result *Result       `json:",omitempty"`
	After  int64         `json:",omitempty"`
}

// response is what the method returned. Events answers with one for each event, and with one that has none.
type response struct {
	Error string    `json:",omitempty"` // text; "": none
	Code  string    `json:",omitempty"` // of an error that callers tell apart
	ID    string    `json:",omitempty"`
	Dup   bool      `json:",omitempty"`
	State State     `json:",omitempty"`
	At    time.Time `json:",omitzero"`
	Claim *Claim    `json:",omitempty"`
	Job   *Job      `json:",omitempty"`
	Event *Event    `json:",omitempty"`
	Stats *Stats    `json:",omitempty"`
}
