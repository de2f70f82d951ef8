package mockllm

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
)

// upgrader is an exchange as the WebSocket library wants it, on a goroutine of its own: an [http.ResponseWriter] that
// can be hijacked. What the library writes in order to refuse is kept for the loop to answer.
type upgrader struct {
	c      *call
	header http.Header
	status int
	text   bytes.Buffer
}

func newUpgrader(c *call) *upgrader { return &upgrader{c: c, header: make(http.Header)} }

// Header implements [http.ResponseWriter].
func (u *upgrader) Header() http.Header { return u.header }

// WriteHeader implements [http.ResponseWriter].
func (u *upgrader) WriteHeader(status int) { u.status = status }

// Write implements [http.ResponseWriter].
func (u *upgrader) Write(p []byte) (int, error) { return u.text.Write(p) }

// Hijack implements [http.Hijacker]: it has the loop answer 101 and hand the connection over.
func (u *upgrader) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	dug := make(chan *tunnel, 1)
	u.c.loop.Post(func() {
		if u.c.gone() {
			close(dug)
			return
		}
		dug <- u.c.upgrade(u.header)
	})
	select {
	case t, ok := <-dug:
		if ok {
			return t, bufio.NewReadWriter(bufio.NewReader(t), bufio.NewWriter(t)), nil
		}
	case <-u.c.loop.done:
	}
	return nil, nil, net.ErrClosed
}
