package mockllm

import (
	"math"
	"math/rand/v2"
	"time"
)

// maxDraw bounds one drawn duration: a lognormal tail has no end, and a time.Duration has.
const maxDraw = time.Hour

// Script is what one request is answered with, and at what pace.
type Script struct {
	Tokens int
	Finish string        // the finish_reason: stop, length or tool_calls
	TTFT   time.Duration // mean time from the batch slot to the first token
	ITL    time.Duration // mean gap between two tokens
	Jitter float64       // coefficient of variation of both; 0: exact
}

// lognormal draws durations of a given mean and coefficient of variation.
type lognormal struct {
	mean      time.Duration
	mu, sigma float64 // of the logarithm of nanoseconds
}

// newLognormal keeps the mean whatever the variation: sigma² = ln(1+cv²), mu = ln(mean) − sigma²/2.
func newLognormal(mean time.Duration, cv float64) lognormal {
	if mean <= 0 || cv <= 0 {
		return lognormal{mean: max(mean, 0)}
	}
	variance := math.Log1p(cv * cv)
	return lognormal{mean: mean, mu: math.Log(float64(mean)) - variance/2, sigma: math.Sqrt(variance)}
}

// draw without variation is the mean to the nanosecond, which exp(ln(mean)) would not be.
func (l lognormal) draw(rng *rand.Rand) time.Duration {
	if l.sigma == 0 {
		return l.mean
	}
	ns := math.Exp(l.mu + l.sigma*rng.NormFloat64())
	return time.Duration(min(ns, float64(maxDraw)))
}

// plan yields the instants at which the tokens of one answer are due. They are absolute: each follows from the one before
// it as planned, never from when that one was written, so a late write does not shift the rest.
type plan struct {
	due time.Time // of the next token
	gap lognormal
	rng *rand.Rand
}

// newPlan plans a script from the instant at which it got its batch slot.
func newPlan(s Script, start time.Time, rng *rand.Rand) plan {
	ttft := newLognormal(s.TTFT, s.Jitter).draw(rng)
	return plan{due: start.Add(ttft), gap: newLognormal(s.ITL, s.Jitter), rng: rng}
}

// next is when the next token is due.
func (p *plan) next() time.Time {
	due := p.due
	p.due = due.Add(p.gap.draw(p.rng))
	return due
}

// last skips n tokens and is when the last of them is due.
func (p *plan) last(n int) time.Time {
	due := p.due
	for range n {
		due = p.next()
	}
	return due
}

// shift moves every token that is still to come.
func (p *plan) shift(d time.Duration) { p.due = p.due.Add(d) }
