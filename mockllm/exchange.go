package mockllm

import (
	"net/http"
	"strconv"
	"time"
)

// exchange is one request and its answer. All of it is used on the loop only.
//
// A handler answers with head, any number of write and token, and exactly one of end and abort, now or in a later step.
// That holds also when the client has gone: what is written then goes nowhere, and end still completes the ledger.
type exchange struct {
	req   *http.Request // its Body is empty: see body
	body  []byte        // the whole request body; the exchange owns it
	id    string        // x-request-id
	route string        // the endpoint's pattern, a label in /metrics; "" counts as "other"
	entry *requestEntry // the ledger line being built
	loop  *Loop
	srv   *Server

	conn    *conn
	held    []byte // a head that waits for the first bytes of its body, so that both leave in one packet
	begun   bool   // head was called
	chunked bool
	mute    bool // an answer without a body: HEAD, 204, 304
	keep    bool // the connection may serve another request
	over    bool // end or abort was called
	lost    bool // the client went away
	onLost  []func()
}

// handlerFunc answers one request. It must not block: it runs on the loop.
type handlerFunc func(x *exchange)

// head begins the answer. h is not kept; x-request-id, x-aibench-worker, date and connection are added. The body is
// chunked (to HTTP/1.0: up to the connection's end) unless h has a content-length, with which the head leaves together
// with the body's first bytes.
func (x *exchange) head(status int, h http.Header) {
	if x.begun {
		return
	}
	x.begun = true
	x.entry.status = status
	sized := h.Get("Content-Length") != ""
	x.mute = x.req.Method == http.MethodHead || status == http.StatusNoContent || status == http.StatusNotModified
	x.chunked = !sized && !x.mute && x.req.ProtoAtLeast(1, 1)
	x.keep = x.keep && (sized || x.mute || x.chunked) && !x.srv.closing
	b := x.appendHead(nil, status, h)
	if sized && !x.mute {
		x.held = b
		return
	}
	x.send(b)
}

func (x *exchange) appendHead(b []byte, status int, h http.Header) []byte {
	b = append(b, "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(status), 10)
	b = append(b, ' ')
	b = append(b, http.StatusText(status)...)
	b = append(b, "\r\ndate: "...)
	b = x.srv.appendDate(b)
	b = append(b, "\r\nx-request-id: "...)
	b = append(b, x.id...)
	if !x.srv.cfg.NoWorkerHeader {
		b = append(b, "\r\nx-aibench-worker: "...)
		b = strconv.AppendInt(b, int64(x.srv.worker), 10)
	}
	if x.chunked {
		b = append(b, "\r\ntransfer-encoding: chunked"...)
	}
	switch {
	case !x.keep:
		b = append(b, "\r\nconnection: close"...)
	case !x.req.ProtoAtLeast(1, 1):
		b = append(b, "\r\nconnection: keep-alive"...)
	}
	b = append(b, "\r\n"...)
	return append(appendHeader(b, h), "\r\n"...)
}

// write sends p as body bytes; p is not kept. It never blocks: what the kernel does not take at once is queued.
func (x *exchange) write(p []byte) { x.put(p) }

// token is write for bytes that carry one token, due at planned. Both instants go into the ledger, unless the client
// has gone: a token that was not sent is not counted.
func (x *exchange) token(p []byte, planned time.Time) {
	at := x.put(p)
	if at == 0 {
		return
	}
	x.count(1)
	due := x.srv.clock.stamp(planned)
	x.srv.metrics.late(time.Duration(at - due))
	if x.srv.ledger != nil {
		x.entry.writes = append(x.entry.writes, at)
		x.entry.planned = append(x.entry.planned, due)
	}
}

// count adds n tokens that were not written one by one.
func (x *exchange) count(n int) {
	x.entry.tokens += n
	x.srv.metrics.token(n)
}

// upgrade answers 101 and makes the connection a tunnel for another protocol, which somebody else speaks on a goroutine
// of their own. Afterwards the exchange is over as soon as hang is called, which closes the tunnel.
func (x *exchange) upgrade(h http.Header) *tunnel {
	x.begun, x.keep, x.mute = true, true, true // keep: the head must not say that the connection closes
	x.entry.status = http.StatusSwitchingProtocols
	x.send(x.appendHead(nil, http.StatusSwitchingProtocols, h))
	return x.conn.dig()
}

// hang ends an exchange whose connection was upgraded.
func (x *exchange) hang() {
	if x.over {
		return
	}
	x.finish()
	x.conn.x = nil
	x.conn.close()
}

// end completes the answer and the ledger line, and makes the connection ready for the next request where that is
// allowed.
func (x *exchange) end() {
	if x.over {
		return
	}
	if !x.begun {
		x.head(http.StatusInternalServerError, http.Header{"Content-Length": {"0"}})
	}
	switch {
	case x.held != nil:
		x.send(x.held)
		x.held = nil
	case x.chunked:
		x.send([]byte("0\r\n\r\n"))
	}
	x.finish()
	x.conn.answered(x)
}

// abort resets the connection in the middle of the answer and completes the ledger line.
func (x *exchange) abort() {
	if x.over {
		return
	}
	x.finish()
	x.conn.reset()
}

// cut closes the connection in the middle of the answer, after what was written, and completes the ledger line.
func (x *exchange) cut() {
	if x.over {
		return
	}
	x.finish()
	x.conn.x = nil
	x.conn.hangUp()
}

// gone tells whether the client went away.
func (x *exchange) gone() bool { return x.lost }

// onGone has f called on the loop when the client goes away before end or abort, at most once.
func (x *exchange) onGone(f func()) {
	if x.lost {
		x.loop.Post(f)
		return
	}
	x.onLost = append(x.onLost, f)
}

// block holds up the whole loop for d; the ledger gets a block line with the cause.
func (x *exchange) block(d time.Duration, cause string) { x.srv.block(d, cause, x.entry.path) }

// spin is block that burns CPU.
func (x *exchange) spin(d time.Duration, cause string) { x.srv.spin(d, cause, x.entry.path) }

// put sends p in the body's framing; it returns when, or 0 when p goes nowhere.
func (x *exchange) put(p []byte) (at int64) {
	if !x.begun || x.mute || x.over || len(p) == 0 {
		return 0
	}
	b := append(x.srv.scratch[:0], x.held...)
	x.held = nil
	if x.chunked {
		b = strconv.AppendInt(b, int64(len(p)), 16)
		b = append(b, "\r\n"...)
	}
	b = append(b, p...)
	if x.chunked {
		b = append(b, "\r\n"...)
	}
	x.srv.scratch = b[:0]
	return x.send(b)
}

// send hands b to the connection; it returns the instant right before, or 0 when the client has gone.
func (x *exchange) send(b []byte) (at int64) {
	if x.lost {
		return 0
	}
	at = x.srv.clock.now()
	if x.entry.firstWrite == 0 {
		x.entry.firstWrite = at
	}
	x.conn.send(b)
	return at
}

// lose notes that the client went away and tells the handler.
func (x *exchange) lose() {
	if x.lost || x.over {
		return
	}
	x.lost = true
	x.entry.clientGone = true
	for _, f := range x.onLost {
		f()
	}
	x.onLost = nil
}

// finish writes the ledger line.
func (x *exchange) finish() {
	x.over = true
	x.onLost = nil
	x.srv.finished(x)
}
