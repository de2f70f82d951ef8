// Package target holds what a run is aimed at: [Stream], a request whose
// answer is a stream of events, with the dialects that tell what the events
// mean; and [Job], work that a service takes now and does later.
package target

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/aibench/aibench/sse"
)

// A Dialect says what the events of a stream mean. It is pure: the same event
// always reads the same.
type Dialect interface {
	// Name is the dialect's spelling on the command line and in run files.
	Name() string
	// Path is the endpoint that a base URL is completed with; "" where the
	// dialect has none of its own.
	Path() string
	// Read tells what a message carries. It allocates nothing on a chunk.
	Read(ev *sse.Event) Reading
	// Complete tells whether a body that HTTP says is whole is a whole
	// answer, given whether the finish signal was seen.
	Complete(final bool) bool
}

// A Reading is what one message means to a dialect. The zero value is a
// message that matters to nobody, such as one that only names a role.
type Reading struct {
	Content   bool   // carries content, reasoning or a tool call: a chunk
	Reasoning bool   // … and nothing but reasoning
	Tokens    int    // tokens in the chunk; 0: the dialect cannot tell
	Final     bool   // the finish signal
	Usage     Usage  // the server's own count, when Known
	Err       string // the text of an error inside the stream, at most maxErrorText bytes; "": none
	Malformed bool   // not what the dialect's events look like
}

// A Usage is a server's own count of tokens.
type Usage struct {
	Known      bool
	Prompt     int
	Completion int // reasoning included
	Reasoning  int
}

// maxErrorText bounds what is kept of an error inside a stream.
const maxErrorText = 2 << 10

// done is the sentinel with which OpenAI's streams, and many others, end.
const done = "[DONE]"

func isDone(data []byte) bool { return string(bytes.TrimSpace(data)) == done }

// Dialects returns the dialects that can be asked for by name.
func Dialects() []Dialect {
	return []Dialect{OpenAIChat{}, Generic{}}
}

// ByName returns the dialect of that name; an error lists them all.
func ByName(name string) (Dialect, error) {
	names := make([]string, 0, len(Dialects()))
	for _, d := range Dialects() {
		if d.Name() == name {
			return d, nil
		}
		names = append(names, d.Name())
	}
	return nil, fmt.Errorf("unknown dialect %q: there are auto, %s", name, strings.Join(names, ", "))
}
