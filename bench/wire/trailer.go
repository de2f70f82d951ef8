package wire

import (
	"bytes"
	"fmt"
)

// trailer takes one trailer line or a part of one. The empty line ends the
// body. What trailers say is not kept: nothing here may depend on it.
func (d *chunked) trailer(b []byte, limit int) (n int, err error) {
	n = bytes.IndexByte(b, '\n') + 1
	whole := n > 0
	if !whole {
		n = len(b)
	}
	if d.used += n; d.used > limit {
		return n, fmt.Errorf("%w: trailers of more than %d bytes", ErrTooLarge, limit)
	}
	d.line = append(d.line, b[:n]...)
	if !whole {
		return n, nil
	}
	line, ok := bytes.CutSuffix(d.line, []byte("\r\n"))
	d.line = nil
	if !ok {
		return n, fmt.Errorf("%w: trailer line ends in a bare LF", ErrMalformed)
	}
	if len(line) == 0 {
		d.state = chunkDone
		return n, nil
	}
	if err := checkField(line); err != nil {
		return n, fmt.Errorf("trailer: %w", err)
	}
	return n, nil
}
