package target

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/coder/websocket"

	"github.com/aibench/aibench/bench/wire"
)

// sockets make the handshakes of WebSockets. Each socket is a connection of
// its own, which no pool keeps.
type sockets struct{ home, away *http.Client }

func newSockets(cfg *JobConfig) sockets {
	home := &http.Transport{
		DialContext:            cfg.Dial,
		TLSClientConfig:        cfg.TLS.Clone(),
		DisableCompression:     true,
		DisableKeepAlives:      true,
		MaxResponseHeaderBytes: 64 << 10,
	}
	away := home.Clone()
	if away.TLSClientConfig != nil {
		away.TLSClientConfig.ServerName = "" // that of the home
	}
	refuse := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return sockets{
		home: &http.Client{Transport: home, CheckRedirect: refuse},
		away: &http.Client{Transport: away, CheckRedirect: refuse},
	}
}

// socket follows the job by the messages of a WebSocket. How it closes is an
// outcome: it is not opened again, and the status is not asked for instead.
func (t *task) socket(ctx context.Context) (end sighting, ok bool) {
	t.s.Polls++
	bound, cancel := context.WithDeadline(ctx, t.job.cfg.Epoch.Add(t.deadline))
	defer cancel()
	conn, err := t.handshake(bound)
	if err != nil {
		if t.expired(ctx) {
			return sighting{}, false
		}
		return sighting{}, t.garbled("%v", err)
	}
	defer func() { _ = conn.CloseNow() }() // whatever was to be said has been
	p := t.push()
	p.opened(t.job.now())
	err = t.messages(bound, conn, &p)
	switch {
	case p.over:
		return t.confirm(ctx, &p)
	case t.expired(ctx):
		return sighting{}, false
	default:
		return sighting{}, t.garbled("%v", err)
	}
}

// handshake opens the WebSocket within the time of one request.
func (t *task) handshake(ctx context.Context) (*websocket.Conn, error) {
	if t.ticket.Socket == nil {
		return nil, errors.New("the job has no WebSocket")
	}
	u := *t.ticket.Socket
	u.Scheme = map[string]string{"ws": "http", "wss": "https"}[u.Scheme]
	home, err := t.home("WebSocket", &u)
	if err != nil {
		return nil, err
	}
	opts := &websocket.DialOptions{HTTPClient: t.job.sockets.away}
	if home {
		opts.HTTPClient, opts.HTTPHeader = t.job.sockets.home, http.Header{}
		for _, h := range t.carried() {
			opts.HTTPHeader.Add(h.Name, h.Value)
		}
		opts.Host = opts.HTTPHeader.Get("Host") // net/http takes it from nowhere else
	}
	ctx, cancel := context.WithDeadline(ctx, t.job.cfg.Epoch.Add(t.due()))
	defer cancel()
	conn, answer, err := websocket.Dial(ctx, u.String(), opts)
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return nil, fmt.Errorf("no WebSocket at %s: no answer to the handshake within %v", u.Path, t.job.cfg.Timeout)
		}
		return nil, refusedSocket(&u, answer, err)
	}
	conn.SetReadLimit(int64(t.job.cfg.MaxBody))
	return conn, nil
}

// refusedSocket words a handshake that failed.
func refusedSocket(u *url.URL, answer *http.Response, err error) error {
	if answer != nil && answer.StatusCode != http.StatusSwitchingProtocols {
		return fmt.Errorf("no WebSocket at %s: the handshake was answered %d %s", u.Path, answer.StatusCode, http.StatusText(answer.StatusCode))
	}
	if inner, ok := errors.AsType[*url.Error](err); ok {
		err = inner.Err
	}
	return fmt.Errorf("no WebSocket at %s: %w", u.Path, err)
}

// messages reads until the socket closes. The end of the job bounds how much
// longer it may stay open.
func (t *task) messages(ctx context.Context, conn *websocket.Conn, p *push) error {
	for {
		_, data, err := conn.Read(ctx)
		if err != nil {
			return fmt.Errorf("%s before the job's end; %s", t.closing(err), t.lastWord())
		}
		at := wire.Stamp{User: t.job.now()}
		t.s.PollBytes += int64(len(data))
		was := p.over
		if err := t.told(p, data, at); err != nil {
			return err
		}
		if p.over && !was {
			short, cancel := context.WithTimeout(ctx, lastWords)
			defer cancel() // once: the end comes once
			ctx = short
		}
	}
}

// closing words the end of a WebSocket.
func (t *task) closing(err error) string {
	var frame websocket.CloseError
	switch {
	case errors.As(err, &frame) && frame.Reason != "":
		return fmt.Sprintf("the server closed the WebSocket with %d (%s)", frame.Code, oneLine(frame.Reason, maxQuote))
	case errors.As(err, &frame):
		return fmt.Sprintf("the server closed the WebSocket with %d", frame.Code)
	case errors.Is(err, websocket.ErrMessageTooBig):
		return fmt.Sprintf("a message of more than %d bytes came (--max-body lets more be read)", t.job.cfg.MaxBody)
	default:
		return "the WebSocket broke off without a close frame (1006)"
	}
}
