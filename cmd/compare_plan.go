package cmd

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/aibench/aibench/report/verdict"
)

// A turn is one run of a comparison.
type turn struct {
	side  int // which
	block int // of which pair or block, from 0
	order int // how many runs of the block came before
	seed  uint64
	warm  uint64 // the seed of the warm-up before it
	again bool   // the block was begun before, and the client was the limit
}

// turns plans the runs: blocks in which every side has its turn once, in random
// order, which is what makes the test of the signs exact. The runs of a block
// have one seed, and so ask the same at the same instants; those of different
// blocks do not.
func turns(sides, blocks int, seed uint64) []turn {
	// The second word only makes the stream another one than the prompts'.
	random := rand.New(rand.NewPCG(seed, 0x70616972))
	var plan []turn
	for block := range blocks {
		seed, warm := uint64(random.Uint32()), uint64(random.Uint32())
		for order, side := range random.Perm(sides) {
			plan = append(plan, turn{side: side, block: block, order: order, seed: seed, warm: warm})
		}
	}
	return plan
}

// Warming a server up takes a quarter of the run, and not more than this.
const mostWarmup = 2 * time.Second

// startTime is how long a server is expected to take to start.
const startTime = time.Second

// warmup makes of a run's load that of a short run before it: connections are
// made, and caches filled, as in the run itself.
func warmup(l *loadFlags) {
	if l.requests.n > 0 {
		l.requests.n = max(l.requests.n/4, 1)
	}
	l.duration.d = warmupTime(l)
	l.ramp.d = min(l.ramp.d, l.duration.d/10)
	l.warmup.d = 0
}

// warmupTime is how long the warm-up goes on at most.
func warmupTime(l *loadFlags) time.Duration {
	if l.duration.d == 0 {
		return mostWarmup
	}
	return min(l.duration.d/4, mostWarmup)
}

// warmed reports whether a run is warmed up by a run before it. One that says
// --warmup does so itself.
func (l *sharedLoad) warmed() bool { return l.options.load.warmup.d == 0 }

// expected says how long the comparison is going to take, before it starts.
func (o *comparisonOptions) expected() string {
	blocks, sides := int(o.pairs.n), len(o.sides)
	text := fmt.Sprintf("%d %s x %d runs x ", blocks, o.unit(blocks), sides)
	l := &o.load.options.load
	runs := time.Duration(blocks * sides)
	if l.duration.d == 0 {
		return text + o.expectedRequests() + ": how long that takes is up to the servers"
	}
	each, once := shortly(l.duration.d), time.Duration(0)
	total := runs * l.duration.d
	switch warm := warmupTime(l); {
	case o.kind == servers && o.load.warmed():
		each, once = "("+each+" + "+shortly(warm)+" warm-up + start)", runs*(warm+startTime)
	case o.kind == servers:
		each, once = "("+each+" + start)", runs*startTime
	case o.load.warmed():
		each, once = fmt.Sprintf("%s + %d x %s warm-up", each, sides, shortly(warm)), time.Duration(sides)*warm
	}
	return text + each + " = about " + roughly(total+once)
}

// expectedRequests words a run whose length is a number of requests.
func (o *comparisonOptions) expectedRequests() string {
	n := strconv.FormatInt(o.load.options.load.requests.n, 10) + " requests"
	switch {
	case o.kind == servers && o.load.warmed():
		return "(" + n + " + a quarter of them to warm up + start)"
	case o.kind == servers:
		return "(" + n + " + start)"
	case o.load.warmed():
		return n + ", and a quarter of them once to warm up"
	}
	return n
}

// lacking words how few pairs there are to be. Of several sides it tells the
// metrics from the sides.
func (o *comparisonOptions) lacking(few *verdict.Undecidable) string {
	if others := len(o.sides) - 1; others > 1 {
		return fmt.Sprintf("cannot decide: %d metrics x %d sides at α %v need %d pairs, have %d",
			few.Metrics/others, others, few.Alpha, few.Need, few.Have)
	}
	return few.Error()
}

// unit is what a block is called: a pair, when it is one.
func (o *comparisonOptions) unit(n int) string {
	word := "pair"
	if len(o.sides) > 2 {
		word = "block"
	}
	if n != 1 {
		word += "s"
	}
	return word
}

// shortly words a span in seconds.
func shortly(d time.Duration) string {
	return strconv.FormatFloat(float64(d.Round(10*time.Millisecond))/float64(time.Second), 'f', -1, 64) + " s"
}

// roughly words a span as one speaks of it.
func roughly(d time.Duration) string {
	switch {
	case d < 90*time.Second:
		return fmt.Sprintf("%.0f s", max(d.Seconds(), 1))
	case d < 90*time.Minute:
		return fmt.Sprintf("%.3g min", float64(d.Round(30*time.Second))/float64(time.Minute))
	}
	return fmt.Sprintf("%.3g h", float64(d.Round(6*time.Minute))/float64(time.Hour))
}
