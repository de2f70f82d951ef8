package cmd

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
)

// What a load is when its flags do not say.
const (
	defaultConcurrency = 10
	defaultDuration    = 10 * time.Second
	defaultDrain       = 30 * time.Second
)

// loadFlags say how many requests are started, and when.
type loadFlags struct {
	concurrency count
	rate        rate
	arrival     arrival
	maxInFlight count
	duration    span
	requests    count
	warmup      span
	ramp        span
	drain       span
	seed        uint64
}

func (l *loadFlags) add(f *pflag.FlagSet) {
	l.concurrency = count{least: 1, most: 1_000_000}
	l.maxInFlight = count{least: 1, most: 1_000_000}
	l.requests = count{least: 1, most: 1_000_000_000_000}
	l.drain = span{defaultDrain}
	f.VarP(&l.concurrency, "concurrency", "c", fmt.Sprintf("closed loop with `N` in flight (default %d)", defaultConcurrency))
	f.VarP(&l.rate, "rate", "r", "open loop with `R` starts per second: 50, 50/s, 600/m")
	f.Var(&l.arrival, "arrival", "how the starts of an open loop are spaced, `A`: constant, poisson or gamma:K (default constant)")
	f.Var(&l.maxInFlight, "max-in-flight", "cap of an open loop: a start that finds no room waits, and its wait counts")
	f.VarP(&l.duration, "duration", "d", "start requests for `D`, such as 30s; a bare number is seconds (default 10s, unless -n is given)")
	f.VarP(&l.requests, "requests", "n", "start `N` requests; 10k and 1m are numbers too")
	f.Var(&l.warmup, "warmup", "leave requests that start in the first `D` out of the statistics")
	f.Var(&l.ramp, "ramp", "spread the first starts over `D` (default 1ms for each of -c, at most 1s and a tenth of -d)")
	f.Var(&l.drain, "drain", "follow what is still running for `D` after the last start")
	f.Uint64Var(&l.seed, "seed", 0, "`N`: same seed, same schedule and prompts; drawn and printed when not given")
}

// settle fills in what was not given, and refuses what contradicts itself.
func (l *loadFlags) settle(f *pflag.FlagSet) error {
	given := func(name string) bool { return f.Changed(name) }
	open := given("rate")
	switch {
	case open && given("concurrency"):
		return usage("one of them: -c keeps that many in flight, -r starts that many per second\n"+
			"(--max-in-flight N caps how many of -r may run at once)", "-c and -r contradict each other")
	case !open && given("max-in-flight"):
		return usage("-c "+l.maxInFlight.String()+", or add -r", "--max-in-flight belongs to an open loop")
	case !open && given("arrival"):
		return usage("add -r: a closed loop starts a request when another ends", "--arrival belongs to an open loop")
	}
	if !open && l.concurrency.n == 0 {
		l.concurrency.n = defaultConcurrency
	}
	if given("duration") && l.duration.d == 0 {
		return usage("-d 10s, or -n 100 for a number of requests", "-d 0 leaves no time to start anything")
	}
	if !given("duration") && !given("requests") {
		l.duration.d = defaultDuration
	}
	if l.duration.d > 0 && l.warmup.d >= l.duration.d {
		return usage(fmt.Sprintf("-d %v --warmup %v", l.warmup.d+defaultDuration, l.warmup.d),
			"--warmup %v leaves nothing of -d %v to measure", l.warmup.d, l.duration.d)
	}
	if l.duration.d > 0 && l.ramp.d > l.duration.d {
		return usage(fmt.Sprintf("-d %v", l.ramp.d+defaultDuration),
			"--ramp %v is longer than -d %v: some would never start", l.ramp.d, l.duration.d)
	}
	if !given("ramp") && !open {
		l.ramp.d = defaultRamp(l.concurrency.n, l.duration.d)
	}
	if !given("seed") {
		l.seed = uint64(rand.Uint32())
	}
	return nil
}

// defaultRamp keeps the users of a closed loop from connecting all at once,
// which would measure a server's accept queue, and leave them in step.
func defaultRamp(users int64, run time.Duration) time.Duration {
	ramp := min(time.Duration(users)*time.Millisecond, time.Second)
	if run > 0 {
		ramp = min(ramp, run/10)
	}
	return ramp
}

// load is the load in the terms of the runner.
func (l *loadFlags) load() bench.Load {
	if l.rate.perSecond == 0 {
		return bench.Closed{Users: int(l.concurrency.n), Ramp: l.ramp.d}
	}
	return bench.Open{Pacer: l.arrival.pacer(l.rate.perSecond, l.seed).Ramp(l.ramp.d), MaxInFlight: int(l.maxInFlight.n)}
}

// describe is the load in the terms of the run file.
func (l *loadFlags) describe() report.Load {
	out := report.Load{
		Kind: "closed", WarmupS: l.warmup.d.Seconds(), RampS: l.ramp.d.Seconds(), DrainS: l.drain.d.Seconds(),
		DurationS: positive(l.duration.d.Seconds()), Requests: positive(l.requests.n),
	}
	if l.rate.perSecond == 0 {
		out.Concurrency = new(int(l.concurrency.n))
		return out
	}
	out.Kind, out.RatePerS, out.Arrival = "open", new(l.rate.perSecond), new("constant")
	if l.arrival.name != "" {
		out.Arrival = new(l.arrival.String())
	}
	out.MaxInFlight = positive(int(l.maxInFlight.n))
	return out
}

// most is the largest number of requests that this load can make, and whether
// there is such a number: in a closed loop it depends on the server.
func (l *loadFlags) most() (n int64, known bool) {
	switch {
	case l.requests.n > 0:
		return l.requests.n, true
	case l.rate.perSecond > 0:
		return int64(l.rate.perSecond*l.duration.d.Seconds()) + 1, true
	}
	return 0, false
}

// checkFiles refuses more connections, so many for each request in flight, than
// this process may have files, less some for everything else: their failures
// would look like the server's.
func (l *loadFlags) checkFiles(each int64) error {
	const others = 64
	need := max(l.concurrency.n, l.maxInFlight.n)*each + others
	if limit, ok := openFiles(); ok && uint64(need) > limit {
		return cannot(nil, fmt.Sprintf("ulimit -n %d", need),
			"%d connections need as many open files, and this process may have %d", need-others, limit)
	}
	return nil
}

// positive is v, or null where it is zero and so was not asked for.
func positive[T int | int64 | float64](v T) *T {
	if v <= 0 {
		return nil
	}
	return &v
}

// arrival is how the starts of an open loop are spaced. The zero value is
// constant.
type arrival struct {
	name  string
	shape float64
}

func (a *arrival) Type() string { return "A" }

func (a *arrival) String() string {
	switch a.name {
	case "gamma":
		return "gamma:" + strconv.FormatFloat(a.shape, 'g', -1, 64)
	}
	return a.name
}

func (a *arrival) Set(s string) error {
	name, shape, found := strings.Cut(s, ":")
	if name == "gamma" {
		k, err := strconv.ParseFloat(shape, 64)
		if err != nil || !(k > 0 && k <= 1000) {
			return wrong("gamma:0.5 for bursts, gamma:1 for poisson, gamma:4 for more regular starts",
				"gamma needs a shape above 0 and up to 1000")
		}
		*a = arrival{name: name, shape: k}
		return nil
	}
	if found || name != "constant" && name != "poisson" {
		return wrong("constant, poisson or gamma:K", "%s is not a way to space starts", quoted(s))
	}
	*a = arrival{name: name}
	return nil
}

func (a *arrival) pacer(perSecond float64, seed uint64) bench.Pacer {
	switch a.name {
	case "poisson":
		return bench.Poisson(perSecond, seed)
	case "gamma":
		return bench.Gamma(perSecond, a.shape, seed)
	}
	return bench.Constant(perSecond)
}
