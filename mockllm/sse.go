package mockllm

import (
	"bytes"

	"github.com/tmaxmax/go-sse"
)

// event is data as one Server-Sent Event.
func event(data []byte) []byte {
	var m sse.Message
	m.AppendData(string(data))
	var b bytes.Buffer
	_, _ = m.WriteTo(&b) // a bytes.Buffer takes everything
	return b.Bytes()
}

// ending is each of the chunks as an event, and then the one that ends OpenAI's streams.
func ending(chunks ...[]byte) []byte {
	var b []byte
	for _, chunk := range chunks {
		b = append(b, event(chunk)...)
	}
	return append(b, event([]byte("[DONE]"))...)
}

// hole marks the place of the text in a rendered event. It needs no escape in JSON and no prompt, id or model name gets
// near it, since the text comes after all of them.
const hole = "~text~"

// frame is an event that differs from its neighbours in one string alone. It is rendered once and cut at the hole, so
// that a token costs a copy: at 50,000 tokens per second there is no time to encode each.
type frame struct{ before, after []byte }

// newFrame cuts the event of data, which holds hole.
func newFrame(data []byte) frame {
	rendered := event(data)
	at := bytes.LastIndex(rendered, []byte(hole))
	return frame{before: rendered[:at], after: rendered[at+len(hole):]}
}

// torn is the event broken off inside its JSON string, properly framed.
func (f *frame) torn() []byte { return append(bytes.Clone(f.before), "\n\n"...) }
