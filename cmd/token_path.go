package cmd

import (
	"strconv"
	"sync/atomic"

	"github.com/aibench/aibench/bench"
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

// tellPath says that a run has measured nothing because its --token-path led
// nowhere: answers came and ended well, and none held a token.
func (a *App) tellPath(o *streamOptions, d target.Dialect, t *bench.Tally) {
	if o.request.tokenPath == "" || t.Chunks > 0 || t.Events == 0 || t.Outcomes[bench.OK] == 0 {
		return
	}
	hint := "curl -N, and look at one event"
	if p, ok := d.(*pathDialect); ok && p.better.Load() != nil {
		hint = *p.better.Load()
	}
	a.complain(&failure{
		what: "--token-path " + o.request.tokenPath + " led to no text in any of the " + strconv.FormatInt(t.Events, 10) + " events: no token was measured",
		hint: hint,
	})
}
