package cmd

import (
	"sync/atomic"

	"github.com/aibench/aibench/bench/target"
	"github.com/aibench/aibench/sse"
)

// guesses bounds the events that are looked at for a better path.
const guesses = 16

// A pathDialect reads by --token-path, and remembers from the events in which
// the path leads nowhere what would have read them.
type pathDialect struct {
	target.Generic

	looked atomic.Int64
	better atomic.Pointer[string]
}

// Read reads one event. It may be called from many goroutines at once.
func (p *pathDialect) Read(ev *sse.Event) target.Reading {
	reading := p.Generic.Read(ev)
	if reading.Content || p.better.Load() != nil || p.looked.Load() >= guesses {
		return reading
	}
	p.looked.Add(1)
	switch d, path, ok := target.Detect(ev); {
	case !ok:
	case d.Path() != "":
		p.better.Store(new("leave --token-path out: the stream reads as " + d.Name()))
	case path != "":
		p.better.Store(new("--token-path '" + path + "'"))
	}
	return reading
}
