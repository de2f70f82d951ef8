package mockllm

import (
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
)

// pipeHalf is one direction.
type pipeHalf struct {
	mu       sync.Mutex // guards what follows
	buf      []byte
	readErr  error         // for the reader, once buf is empty
	writeErr error         // for the writer
	changed  chan struct{} // closed and replaced at each change that somebody may wait for
	awaited  bool
}

func newPipeHalf() *pipeHalf { return &pipeHalf{changed: make(chan struct{})} }

// read takes what there is; when that is nothing it returns what to wait for.
func (h *pipeHalf) read(p []byte) (int, <-chan struct{}, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.buf) == 0 {
		h.awaited = true
		return 0, h.changed, h.readErr
	}
	n := copy(p, h.buf)
	h.buf = h.buf[:copy(h.buf, h.buf[n:])]
	h.change()
	return n, nil, nil
}

// write adds what fits; when not all does it returns what to wait for.
func (h *pipeHalf) write(p []byte) (int, <-chan struct{}, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.writeErr != nil {
		return 0, nil, h.writeErr
	}
	n := min(len(p), PipeBuffer-len(h.buf))
	h.buf = append(h.buf, p[:n]...)
	if n > 0 {
		h.change()
	}
	if n < len(p) {
		h.awaited = true
	}
	return n, h.changed, nil
}

// finish is the writer's orderly end.
func (h *pipeHalf) finish() { h.end(false, io.EOF, net.ErrClosed) }

// discard is the reader's end: what comes is refused, as with a closed TCP peer.
func (h *pipeHalf) discard() { h.end(true, net.ErrClosed, syscall.ECONNRESET) }

// reset is the writer's disorderly end.
func (h *pipeHalf) reset() { h.end(true, syscall.ECONNRESET, net.ErrClosed) }

// end sets the errors that are not set yet.
func (h *pipeHalf) end(drop bool, readErr, writeErr error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if drop {
		h.buf = nil
	}
	if h.readErr == nil || drop && errors.Is(h.readErr, io.EOF) {
		h.readErr = readErr
	}
	if h.writeErr == nil {
		h.writeErr = writeErr
	}
	h.awaited = true
	h.change()
}

// change wakes who waits, if anybody does; h.mu is held.
func (h *pipeHalf) change() {
	if h.awaited {
		close(h.changed)
		h.changed = make(chan struct{})
		h.awaited = false
	}
}
