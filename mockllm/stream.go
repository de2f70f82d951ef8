package mockllm

import (
	"net/http"
	"time"
)

// stream is a generation that is sent token by token.
type stream struct {
	*generation
	events streamEvents
	due    time.Time // of the next token
	sent   int       // tokens, doubles not counted
	onDue  func()    // step, bound once
}

// streamEvents is everything a stream writes, rendered beforehand.
type streamEvents struct {
	open  []byte // sent with the head
	first []byte // the first token where it is not like the others; nil: it is
	token frame  // all other tokens
	quote bool   // the tokens together form a JSON object in a JSON string
	end   []byte // right behind the last token, in one write
}

// stream sends the generation as Server-Sent Events. The head and the role chunk leave when the batch slot is got, as
// OpenAI does it, not with the first token, as vLLM does: so that a client which takes the role chunk for a token, or
// the first byte for the first token, is found out.
func (g *generation) stream(s streamEvents) {
	st := &stream{generation: g, events: s}
	st.onDue = st.step
	h := http.Header{
		"Content-Type":      {"text/event-stream; charset=utf-8"},
		"Cache-Control":     {"no-cache"},
		"X-Accel-Buffering": {"no"},
	}
	g.markFault(h)
	g.head(http.StatusOK, h)
	g.write(s.open)
	st.arm(g.plan.next())
}

// arm has the next step taken when its token is due.
func (s *stream) arm(due time.Time) {
	s.due = due
	s.timer = s.loop.At(due, s.onDue)
}

// step sends the token that is due, and after the last one the end.
func (s *stream) step() {
	if !s.strikeAt(s.sent) {
		return
	}
	s.emit()
	s.sent++
	if s.sent < s.script.Tokens {
		s.arm(s.plan.next())
		return
	}
	if !s.strikeAt(s.sent) {
		return
	}
	s.write(s.events.end)
	s.close(s.script.Finish)
}

// emit writes the token that is due.
func (s *stream) emit() {
	s.api.buf = s.events.appendToken(s.api.buf[:0], s.sent, s.script.Tokens)
	s.token(s.api.buf, s.due)
}

// appendToken appends the event of token number seq of n.
func (s *streamEvents) appendToken(dst []byte, seq, n int) []byte {
	if seq == 0 && s.first != nil {
		return append(dst, s.first...)
	}
	dst = append(dst, s.token.before...)
	if s.quote && seq == 1 {
		dst = append(dst, `{\"text\":\"`...)
	}
	dst = appendToken(dst, seq)
	if s.quote && seq == n-1 {
		dst = append(dst, `\"}`...)
	}
	return append(dst, s.token.after...)
}
