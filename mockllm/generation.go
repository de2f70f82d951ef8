package mockllm

import (
	"math"
	"math/rand/v2"
	"strconv"
	"time"
)

// The values of "finish" in the ledger. Those that OpenAI has are its finish_reason too. A worker that is killed or
// stopped in the middle of an answer adds its own.
const (
	finishStop       = "stop"
	finishLength     = "length"
	finishToolCalls  = "tool_calls"
	finishError      = "error"       // refused before the first byte, or an in-band error
	finishEOF        = "eof"         // ended cleanly, without a finish signal
	finishAbort      = "abort"       // the connection was reset
	finishCrash      = "crash"       // the worker died of a crash fault
	finishClientGone = "client_gone" // the client left before the end
)

// generation is one answer of the model on its way, from its wait for a batch slot to its end.
type generation struct {
	*call
	script Script
	plan   plan // valid once the batch slot is held
	place  slot
	timer  Timer // the next step
}

// complete generates an answer by script, as a stream of events or as one whole object.
func (c *call) complete(stream bool, s Script, events func(*generation) streamEvents, whole func(*generation) any) {
	if stream {
		c.generate(s, func(g *generation) { g.stream(events(g)) })
		return
	}
	c.strikeWhole(func() {
		c.generate(s, func(g *generation) {
			g.respond(func() any { return whole(g) })
		})
	})
}

// generate waits for a batch slot, plans the script from that instant, and calls run. A client that goes away frees
// its place at once, whether it waits or is being served.
func (c *call) generate(s Script, run func(*generation)) {
	a := c.api
	c.body = nil // has been read; a stream may live long
	g := &generation{call: c, script: s}
	// Drawn on arrival, so that the plan depends on the order of requests and not on who waited how long.
	rng := rand.New(rand.NewPCG(a.rng.Uint64(), a.rng.Uint64()))
	admitted := a.batch.take(&g.place, func() {
		g.plan = newPlan(s, c.loop.Now(), rng)
		g.strikePlan()
		run(g)
	})
	a.countBatch()
	if !admitted {
		c.refuse(errQueueFull(a.batch.running, a.batch.waiting.Len(), a.retryAfter()))
		return
	}
	c.onGone(func() { g.cut(finishClientGone) })
}

// close completes the answer.
func (g *generation) close(finish string) {
	g.entry.finish = finish
	g.end()
	g.free()
}

// cut breaks the answer off, with its connection, and stops all work on it.
func (g *generation) cut(finish string) {
	g.timer.Stop()
	g.entry.finish = finish
	g.abort()
	g.free()
}

// free gives the batch slot back.
func (g *generation) free() {
	g.place.free()
	g.api.countBatch()
}

// countBatch tells /metrics how full the batch is.
func (a *api) countBatch() {
	a.srv.metrics.running(a.batch.running)
	a.srv.metrics.waiting(a.batch.waiting.Len())
}

// retryAfter is how long a refused client should wait, in whole seconds: about as long as one answer takes.
func (a *api) retryAfter() string {
	answer := a.cfg.TTFT + time.Duration(a.cfg.Tokens)*a.cfg.ITL
	return strconv.Itoa(max(1, int(math.Ceil(answer.Seconds()))))
}

// respond answers the generation whole, at the instant at which its last token is due.
func (g *generation) respond(body func() any) {
	g.timer = g.loop.At(g.plan.last(g.script.Tokens), func() {
		g.entry.finish = g.script.Finish
		g.count(g.script.Tokens)
		g.answerJSON(body())
		g.free()
	})
}
