package report

import (
	"math"
	"strconv"
	"time"

	"github.com/aibench/aibench/bench"
)

// About is what a run file says of a run beside what was measured.
type About struct {
	ID          string
	Label       string
	Started     time.Time
	EpochMonoNS *int64   // CLOCK_MONOTONIC at Started; nil where there is no such clock
	Command     []string // credentials masked
	Seed        uint64
	Target      Target // credentials masked
	Environment Environment
	Load        Load // as asked for

	// Mask removes credentials from texts that came from the server.
	Mask func(string) string
}

// FromResult makes the run file's content of a finished run.
func FromResult(res *bench.Result, about *About) (*Run, error) {
	t := &res.Tally
	run := &Run{
		Schema: Schema, ID: about.ID, Label: unlessEmpty(about.Label),
		Started: about.Started.Format(time.RFC3339Nano), EpochMonoNS: about.EpochMonoNS, DurationS: round(res.Length().Seconds()),
		Command: about.Command, Seed: about.Seed,
		Verdict: Valid, Ending: ending(res.Ending),
		Target: about.Target, Environment: about.Environment, Load: about.Load,
		Counts: counts(res, about), Throughput: throughput(res, about.Load.SLO != nil),
		Series: series(res.Series), Heat: heat(res), Client: client(res),
		Findings: findings(res, about), Thresholds: []ThresholdResult{},
	}
	run.Load.Steered = steered(res)
	if res.Open {
		run.Load.Scheduled, run.Load.Dispatched = new(res.Scheduled), new(res.Dispatched)
		run.Load.Unstarted = new(res.Unstarted)
	}
	if run.Client.Verdict == ClientLimited {
		run.Verdict = Invalid
	}
	for _, m := range bench.Metrics() {
		if !m.Kinds.Has(kinds(res)) {
			continue
		}
		run.Metrics.Add(m.Name, metric(t, m))
		hdr, err := t.Dists[m.ID].Encoded()
		if err != nil {
			return nil, err
		}
		if hdr != "" && t.Count(m.ID) > 0 {
			run.Histograms.Add(m.Name, Encoded{Unit: m.Unit.Thousandth(), HDR: hdr})
		}
	}
	return run, nil
}

// kinds is what the run performed.
func kinds(res *bench.Result) bench.Kinds {
	if res.Kinds == 0 {
		return bench.Streams // as in a Scenario
	}
	return res.Kinds
}

func ending(e bench.Ending) string {
	switch e {
	case bench.Completed:
		return "completed"
	case bench.Stopped:
		return "stopped"
	case bench.GaveUp:
		return "gave_up"
	case bench.Aborted:
		return "aborted"
	}
	return strconv.Itoa(int(e))
}

func counts(res *bench.Result, about *About) Counts {
	t := &res.Tally
	c := Counts{
		Requests: t.Requests(), OK: t.Outcomes[bench.OK], InFlightAtEnd: t.InFlight,
	}
	if kinds(res).Has(bench.Streams) {
		c.Events, c.Tokens = new(t.Events), new(t.Tokens)
	}
	if kinds(res).Has(bench.Jobs) {
		c.Polls, c.PollBytes = new(t.Polls), new(t.PollBytes)
	}
	if about.Load.SLO != nil {
		c.Good = new(t.Good)
	}
	if basis := t.TokenBasis(); basis != bench.BasisNone {
		c.TokensBasis = new(basis.String())
	}
	for i, n := range t.Outcomes {
		name := bench.Outcome(i).String()
		if n > 0 || i == int(bench.OK) {
			c.Outcomes.Add(name, n)
		}
		var details []string
		for _, text := range t.Details[i] {
			details = append(details, about.mask(text))
		}
		if details != nil {
			c.Details.Add(name, details)
		}
	}
	return c
}

func (a *About) mask(text string) string {
	if a.Mask == nil {
		return text
	}
	return a.Mask(text)
}

func throughput(res *bench.Result, hasSLO bool) Throughput {
	w := res.Tally.Window
	out := Throughput{RequestsPerS: known(res.PerSecond(w.Ended))}
	if kinds(res).Has(bench.Streams) {
		chunks, ok := res.PerSecond(w.Chunks)
		out.EventsPerS = known(res.PerSecond(w.Events))
		out.OutputTokensPerS = known(chunks*res.Tally.TokensPerChunk(), ok)
	}
	if hasSLO {
		out.GoodputPerS = known(res.PerSecond(w.Good))
	}
	return out
}

// client gathers what the client knows of its own health.
func client(res *bench.Result) Client {
	t, h := &res.Tally, res.Health
	c := Client{
		Verdict: ClientOK, Breaches: breaches(res.Breaches()), Warnings: breaches(res.Warnings()),
		SendLagMS: lag(&t.SendLag), ReceiveLagMS: lag(&t.ReadLag), Stamps: stamps(t),
		CPUFraction:   known(h.CPU, h.CPUKnown),
		PauseFraction: known(h.PauseFraction, h.Watched),
		GCPauseMSMax:  known(ms(h.GCPauseMax), h.Watched),
	}
	if t.Events > 0 {
		c.CoalescedFraction = new(round(float64(t.Coalesced) / float64(t.Events)))
	}
	if len(c.Breaches) > 0 {
		c.Verdict = ClientLimited
	}
	return c
}

func breaches(in []bench.Breach) []Breach {
	out := make([]Breach, 0, len(in))
	for _, b := range in {
		out = append(out, Breach{Code: b.Code, Value: round(b.Value), Bound: round(b.Bound), Unit: b.Unit})
	}
	return out
}

func lag(d *bench.Dist) Lag {
	return Lag{P50: known(d.Quantile(0.5)), P99: known(d.Quantile(0.99))}
}

// fewUnstamped is the share of arrivals that may lack the kernel's stamp
// without a word: a socket's first packet sometimes does.
const fewUnstamped = 0.01

// stamps says whose clock stamped the arrivals.
func stamps(t *bench.Tally) *string {
	switch {
	case t.Events == 0:
		return nil
	case float64(t.Unstamped) <= fewUnstamped*float64(t.Events):
		return new("kernel")
	case t.Unstamped == t.Events:
		return new("user")
	default:
		return new("mixed")
	}
}

func known(v float64, ok bool) *float64 {
	if !ok || math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return new(round(v))
}

func unlessEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// round keeps six significant digits: more than were measured, and few enough
// to read.
func round(v float64) float64 {
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	if err != nil {
		return v
	}
	return short
}
