package mockllm

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/aibench/aibench/mockllm/queue"
)

const (
	// pingInterval is how often a client is asked whether it is still there.
	pingInterval = 20 * time.Second
	// socketTimeout bounds one write, and the answer to a ping.
	socketTimeout = 10 * time.Second
)

// jobSocket is a job told over a WebSocket (RFC 6455). It lives on a goroutine, and in an exchange of its worker that
// lasts as long.
type jobSocket struct {
	c     *call
	id    string
	links jobLinks
	away  chan struct{} // closed when the worker stops
	// How it ended, for the loop once the goroutine has:
	finish  string    // in the ledger; "": nothing was answered
	err     error     // why not, as the queue has it
	refused *upgrader // why not, as the library has it
}

// socketStep and socketEnd are the messages: one per change of the job, and one when it is over.
type socketStep struct {
	Event string `json:"event"`
	jobStep
}

type socketEnd struct {
	Event string `json:"event"`
	jobDocument
}

// jobSocket answers GET /v1/jobs/{id}/ws.
func (a *api) jobSocket(c *call) {
	a.srv.askForJobs()
	s := &jobSocket{c: c, id: c.param, links: c.links(), away: make(chan struct{})}
	cancel := a.srv.errands.stay(s.serve, s.ended)
	c.onGone(cancel)
	a.srv.watch(c.exchange, func() { close(s.away) })
}

// ended is the end of the goroutine.
func (s *jobSocket) ended() {
	c := s.c
	switch {
	case s.finish != "":
		// A client that has got all leaves at once, perhaps before this: that is no early leave.
		c.entry.finish, c.entry.clientGone = s.finish, s.finish == finishClientGone
		c.hang()
	case c.gone():
		c.entry.finish = finishClientGone
		c.abort()
	case s.err != nil:
		c.refuse(c.jobRefusal(s.err))
	default:
		c.refuse(s.refused.apiError())
	}
}

// serve finds the job before it upgrades: an unknown one is refused in HTTP.
func (s *jobSocket) serve(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	q, events, err := s.c.srv.store.events(ctx, cancel, s.id, 0)
	if err != nil {
		s.err = err
		return
	}
	w := newUpgrader(s.c)
	ws, err := websocket.Accept(w, s.c.req, nil)
	if err != nil {
		s.refused = w
		return
	}
	s.finish = finishClientGone
	var listening sync.WaitGroup
	listening.Go(func() {
		defer cancel()
		ignore(ctx, ws)
	})
	s.talk(ctx, ws, q, events)
	_ = ws.CloseNow() // an error means that it was closed already
	listening.Wait()
}

// ignore reads what the client says, which is nothing, but pongs and its close are read by the way. The library's own
// CloseRead waits 15 s for itself when it meets a message.
func ignore(ctx context.Context, ws *websocket.Conn) {
	for {
		_, message, err := ws.Reader(ctx)
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, message); err != nil {
			return
		}
	}
}

// talk tells the job's events until it is over, and closes the WebSocket properly, unless its client does so before.
func (s *jobSocket) talk(ctx context.Context, ws *websocket.Conn, q queue.Queue, events <-chan queue.Event) {
	ping := time.NewTicker(pingInterval)
	defer ping.Stop()
	for {
		select {
		case ev, ok := <-events:
			switch {
			case !ok && ctx.Err() == nil:
				s.finish = finishEOF
				_ = ws.Close(websocket.StatusInternalError, "the job is not known any more")
				return
			case !ok || !s.turn() || s.send(ctx, ws, withJob(ctx, q, s.id, ev)) != nil:
				return
			case ev.Data == nil && ev.State.Terminal():
				s.finish = finishStop
				_ = ws.Close(websocket.StatusNormalClosure, "")
				return
			}
		case <-ping.C:
			if bounded(ctx, ws.Ping) != nil {
				return
			}
		case <-s.away:
			s.finish = finishEOF
			_ = ws.Close(websocket.StatusGoingAway, "the server stops")
			return
		case <-ctx.Done():
			return
		}
	}
}

// turn waits for the worker's loop: one that is frozen pushes nothing. It is false when the loop has ended.
func (s *jobSocket) turn() bool {
	turned := make(chan struct{})
	s.c.loop.Post(func() { close(turned) })
	select {
	case <-turned:
		return true
	case <-s.c.loop.done:
		return false
	}
}

// send tells one event.
func (s *jobSocket) send(ctx context.Context, ws *websocket.Conn, n jobNews) error {
	var message any = socketStep{n.kind(), n.step()}
	if n.Data == nil && n.State.Terminal() {
		end := socketEnd{Event: "result"}
		end.Status = n.State
		if n.job != nil {
			end.jobDocument = s.links.document(*n.job)
		}
		message = end
	}
	return bounded(ctx, func(ctx context.Context) error {
		return ws.Write(ctx, websocket.MessageText, encode(message))
	})
}

// bounded is f within socketTimeout.
func bounded(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, socketTimeout)
	defer cancel()
	return f(ctx)
}

// apiError is the library's refusal in the envelope of all others.
func (u *upgrader) apiError() *apiError {
	e := &apiError{status: u.status, kind: kindInvalid, code: "websocket_handshake", message: strings.TrimSpace(u.text.String())}
	e.header = make(http.Header)
	for _, name := range []string{"Upgrade", "Sec-Websocket-Version"} {
		if value := u.header.Get(name); value != "" {
			e.header.Set(name, value)
		}
	}
	return e
}
