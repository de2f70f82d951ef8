package cmd

import (
	"cmp"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/aibench/aibench/bench/profile"
	"github.com/aibench/aibench/bench/target"
)

// What holds for jobs when no flag says otherwise. A deadline is mandatory:
// some queues answer "pending" for ever, to a job they never heard of too.
const (
	defaultMaxWait    = 10 * time.Minute
	defaultJobTimeout = 30 * time.Second
	defaultMaxBody    = 4 << 20
)

// jobFlags say how jobs are submitted and followed.
type jobFlags struct {
	profile  string
	wait     wait
	interval interval
	maxWait  span
	timeout  span
	retries  count
	maxBody  count
}

func (j *jobFlags) add(f *pflag.FlagSet) {
	j.maxWait, j.timeout = span{defaultMaxWait}, span{defaultJobTimeout}
	j.retries = count{most: 100}
	j.maxBody = count{n: defaultMaxBody, least: 1 << 10, most: 1 << 30}
	f.StringVar(&j.profile, "profile", autoProfile, "how the service takes jobs, `NAME` or FILE.json: "+strings.Join(profile.Names(), ", "))
	f.Var(&j.wait, "wait", "learn of a job's end by `HOW`: poll, ws (WebSocket) or sse")
	f.Var(&j.interval, "poll-interval", "ask after a job every `I`: 500ms and then more slowly, 100ms..5s, or fixed:250ms whatever the server's Retry-After (default the profile's)")
	f.Var(&j.maxWait, "max-wait", "a job that is not at its end `D` after its submission is stuck")
	f.VarP(&j.timeout, "timeout", "t", "one HTTP request may take `D`; 0: as long as --max-wait")
	f.Var(&j.retries, "retries", "submit up to `N` times more, under the same idempotency key, when the server is busy or the connection breaks")
	f.Var(&j.maxBody, "max-body", "read at most `N` bytes of an answer on a job's state, with the result if it is in it")
}

// settle refuses what cannot be meant.
func (j *jobFlags) settle(*pflag.FlagSet) error {
	if j.maxWait.d == 0 {
		return usage("--max-wait 1h", "--max-wait 0: a job that is lost would be waited for for ever")
	}
	return nil
}

// wait is how the end of a job is learned of. The zero value is poll.
type wait struct{ how target.Wait }

func (w *wait) Type() string   { return "HOW" }
func (w *wait) String() string { return w.how.String() }

func (w *wait) Set(s string) error {
	var ways []string
	for _, how := range []target.Wait{target.Poll, target.WebSocket, target.ServerSentEvents} {
		if how.String() == strings.ToLower(s) {
			w.how = how
			return nil
		}
		ways = append(ways, how.String())
	}
	hint := strings.Join(ways, ", ")
	switch strings.ToLower(s) {
	case "websocket", "wss", "socket":
		hint = "ws"
	case "events", "event-stream", "stream":
		hint = "sse"
	case "polling", "http":
		hint = "poll"
	}
	return wrong(hint, "%s is no way to wait", quoted(s))
}

// interval is how often a job is asked after. The zero value is the profile's
// way.
type interval struct{ target.Interval }

func (v *interval) Type() string { return "I" }

func (v *interval) Set(s string) error {
	parsed, err := target.ParseInterval(s)
	if err != nil {
		return wrong("500ms, 100ms..5s or fixed:250ms", "%v", err)
	}
	v.Interval = parsed
	return nil
}

// effective is the interval in the spelling of the flag, as given or as the
// profile has it.
func (v *interval) effective(p *profile.Profile) string {
	return cmp.Or(v.String(), target.Interval{Initial: p.Backoff.Initial, Max: p.Backoff.Max}.String())
}
