package html

import (
	"fmt"
	"strings"

	"github.com/aibench/aibench/report"
)

// A fact is a name and what stands behind it.
type fact struct{ Name, Text string }

// A setup is how a run was made.
type setup struct {
	whose
	URL     string
	Started string
	Conduct []string
	Command string
	Machine []fact
	Load    []fact
}

// setups tells of each run how it was made.
func (b *book) setups() []setup {
	var out []setup
	for i := range b.sheets {
		run := b.sheets[i].run
		s := setup{
			whose:   b.whose(i),
			URL:     report.Printable(run.Target.URL),
			Started: when(run),
			Conduct: append(run.Conduct(), run.Steering()...),
			Command: plainLines(run.CommandLine()),
			Machine: machine(&run.Environment),
			Load:    loadFacts(run),
		}
		out = append(out, s)
	}
	return out
}

func machine(e *report.Environment) []fact {
	facts := []fact{{"system", report.Printable(e.OS + "/" + e.Arch)}}
	if e.Kernel != nil {
		facts = append(facts, fact{"kernel", report.Printable(*e.Kernel)})
	}
	cpu := fmt.Sprintf("%d logical", e.CPUs)
	if e.CPUModel != nil {
		cpu += ", " + report.Printable(*e.CPUModel)
	}
	return append(facts, fact{"CPUs", cpu}, fact{"aibench", report.Printable(e.Version)})
}

func loadFacts(run *report.Run) []fact {
	l := &run.Load
	facts := []fact{{"run", report.Printable(run.ID)}, {"started", when(run)}}
	seconds := func(name string, v float64) {
		if v > 0 {
			facts = append(facts, fact{name, report.InUnit(v*1000, "ms")})
		}
	}
	seconds("warm-up", l.WarmupS)
	seconds("measured", run.DurationS)
	seconds("ramp", l.RampS)
	seconds("drain, at most", l.DrainS)
	count := func(name string, n *int64) {
		if n != nil {
			facts = append(facts, fact{name, report.Grouped(*n)})
		}
	}
	count("starts scheduled", l.Scheduled)
	count("started in time", l.Dispatched)
	count("never started", l.Unstarted)
	if l.SLO != nil {
		facts = append(facts, fact{"SLO", report.Printable(*l.SLO)})
	}
	if run.Server.CPUS != nil {
		facts = append(facts, fact{"server's CPU time", report.InUnit(*run.Server.CPUS*1000, "ms")})
	}
	if run.Server.RSSBytes != nil {
		facts = append(facts, fact{"server's memory", report.Grouped(*run.Server.RSSBytes>>20) + " MiB"})
	}
	return facts
}

// plainLines makes a text of several lines printable, and keeps the lines.
func plainLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = report.Printable(line)
	}
	return strings.Join(lines, "\n")
}
