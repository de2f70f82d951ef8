package html

import (
	"github.com/aibench/aibench/report"
)

// A health is whether a run's client kept up with what it measured.
type health struct {
	whose
	Tone     string
	Word     string
	Breaches []reason
	Warnings []string
	Facts    []fact
}

// healths tells of each run's client.
func (b *book) healths() []health {
	var out []health
	for i := range b.sheets {
		h := healthOf(b.sheets[i].run)
		h.whose = b.whose(i)
		out = append(out, h)
	}
	return out
}

func healthOf(run *report.Run) health {
	c := &run.Client
	h := health{Tone: good, Word: "The client kept up."}
	if c.Verdict == report.ClientLimited {
		h.Tone, h.Word = bad, "The client was the limit."
	}
	for _, b := range c.Breaches {
		h.Breaches = append(h.Breaches, reason{report.Printable(b.String()), run.Advice(b)})
	}
	for _, w := range c.Warnings {
		h.Warnings = append(h.Warnings, report.Printable(w.String()))
	}
	add := func(name string, v *float64, unit string) {
		if v != nil {
			h.Facts = append(h.Facts, fact{name, report.InUnit(*v, unit)})
		}
	}
	add("send lag p50", c.SendLagMS.P50, "ms")
	add("send lag p99", c.SendLagMS.P99, "ms")
	add("receive lag p50", c.ReceiveLagMS.P50, "ms")
	add("receive lag p99", c.ReceiveLagMS.P99, "ms")
	add("CPU of its cores", c.CPUFraction, "fraction")
	add("events read together", c.CoalescedFraction, "fraction")
	add("its own pauses", c.PauseFraction, "fraction")
	add("longest pause for garbage", c.GCPauseMSMax, "ms")
	if c.Stamps != nil {
		h.Facts = append(h.Facts, fact{"arrivals stamped by", stamps(*c.Stamps)})
	}
	return h
}

func stamps(by string) string {
	switch by {
	case "kernel":
		return "the kernel"
	case "user":
		return "the client"
	case "mixed":
		return "kernel and client"
	}
	return report.Printable(by)
}
