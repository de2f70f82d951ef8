package mockllm

import (
	"bytes"
	"net/http"
	"strconv"
	"time"

	"github.com/tmaxmax/go-sse"
)

// commentInterval is how often a silent stream of events gets a comment, so that nothing between server and client takes
// it for dead.
const commentInterval = 15 * time.Second

// eventStream is a job's events on their way to one client.
type eventStream struct {
	*call
	cancel func()
	drop   int // the connection is cut after so many events; 0: never
	sent   int
	beat   Timer
}

// jobEvents answers GET /v1/jobs/{id}/events, from the event after the one that Last-Event-ID names.
func (a *api) jobEvents(c *call) {
	after, refusal := lastEventID(c.req.Header.Get("Last-Event-ID"))
	if refusal != nil {
		c.refuse(refusal)
		return
	}
	s := &eventStream{call: c}
	if s.drop, refusal = a.dropAfter(c.req); refusal != nil {
		c.refuse(refusal)
		return
	}
	s.cancel = c.follow(after, jobFollower{opened: s.opened, told: s.told, ended: s.ended})
	c.onGone(func() {
		c.entry.finish = finishClientGone
		s.leave(c.abort)
	})
}

// lastEventID reads the id that a client has got as far as. An empty one is none.
func lastEventID(value string) (int64, *apiError) {
	if value == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < 0 {
		return 0, invalid("Last-Event-ID", "Last-Event-ID is no id of an event: they count from 1")
	}
	return n, nil
}

// dropAfter reads the query's drop_after, which is a fault and obeyed only where faults are.
func (a *api) dropAfter(req *http.Request) (int, *apiError) {
	value := req.URL.Query().Get("drop_after")
	if value == "" || !a.cfg.AllowFaults {
		return 0, nil
	}
	n, err := parseCount(value, 1, maxTokens)
	if err != nil {
		return 0, invalid("drop_after", "drop_after: %s", err)
	}
	return n, nil
}

func (s *eventStream) opened() {
	if s.over {
		return
	}
	h := http.Header{
		"Content-Type":      {"text/event-stream; charset=utf-8"},
		"Cache-Control":     {"no-cache"},
		"X-Accel-Buffering": {"no"},
	}
	s.markFault(h)
	s.head(http.StatusOK, h)
	s.rest()
	s.srv.watch(s.exchange, func() {
		if !s.over {
			s.entry.finish = finishEOF
			s.leave(s.end)
		}
	})
}

// rest has a comment sent when nothing else is for a while.
func (s *eventStream) rest() {
	s.beat.Stop()
	s.beat = s.loop.At(s.loop.Now().Add(commentInterval), func() {
		var m sse.Message
		m.AppendComment("waiting")
		s.emit(&m)
		s.rest()
	})
}

func (s *eventStream) told(n jobNews) {
	if s.over {
		return
	}
	var data []byte
	if n.job != nil {
		data = encode(s.links().document(*n.job))
	} else {
		data = encode(n.step())
	}
	m := sse.Message{ID: sse.ID(strconv.FormatInt(n.Seq, 10)), Type: sse.Type(n.kind())}
	m.AppendData(string(data))
	s.emit(&m)
	s.rest()
	if s.sent++; s.sent == s.drop {
		s.entry.finish = finishEOF
		s.leave(s.cut)
	}
}

func (s *eventStream) emit(m *sse.Message) {
	var b bytes.Buffer
	_, _ = m.WriteTo(&b) // a bytes.Buffer takes everything
	s.write(b.Bytes())
}

// ended is the end of the job, or of what could be learned of it.
func (s *eventStream) ended(err error) {
	switch {
	case s.over:
	case err != nil && !s.begun:
		s.leave(func() { s.refuse(s.jobRefusal(err)) })
	default:
		s.entry.finish = finishStop
		s.leave(s.end)
	}
}

// leave ends the answer in some way, and the following with it.
func (s *eventStream) leave(end func()) {
	s.beat.Stop()
	s.cancel()
	end()
}
