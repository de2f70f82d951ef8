package report

import (
	"fmt"
)

// Row is a metric that a report of a run shows to people.
type Row struct {
	Name, Title string
	Metric      Metric
}

// Rows lists the metrics worth a reader's attention, those that have values,
// in the order of the metric table.
func (r *Run) Rows() []Row {
	var out []Row
	for _, shown := range rows(r) {
		out = append(out, Row{shown.name, shown.title, shown.metric})
	}
	return out
}

// Show writes one statistic ("p50" … "max") with its unit: a number, "> " and a
// lower bound, or a dash where there is none to stand behind.
func (m *Metric) Show(stat string) string { return printable(m.show(stat)) }

// Unsure writes how far a metric's median may lie from the truth; "" where it
// is exact, or as good as that. [Run.Notes] says why.
func (m *Metric) Unsure() string { return printable(m.unsure()) }

// Value finds a statistic ("p50" … "max") by its name; nil where it is not
// known.
func (m *Metric) Value(stat string) *float64 { return m.value(stat) }

// Why says why [Metric.Show] gives no plain number; "" where it gives one.
func (r *Run) Why(m *Metric, stat string) string {
	if w, ok := m.Withheld.Get(stat); ok {
		return fmt.Sprintf("withheld: %s needs %s, have %s", spelled(stat), r.counted(w.Need), grouped(w.Have))
	}
	if _, ok := m.Above.Get(stat); ok {
		return fmt.Sprintf("lies among %s that were still waiting or running when last seen", r.counted(m.Censored))
	}
	if m.value(stat) == nil {
		return "not known"
	}
	return ""
}

// Notes explains the dashes and lower bounds among the given statistics of all
// rows, and what the values are uncertain for.
func (r *Run) Notes(stats []string) []string {
	shown := rows(r)
	var notes []string
	for _, stat := range stats {
		notes = append(notes, tooFew(shown, stat, r.counted)...)
	}
	var censored int64
	for _, row := range shown {
		if len(row.metric.Above) > 0 {
			censored = max(censored, row.metric.Censored)
		}
		if row.metric.Dropped > 0 {
			notes = append(notes, fmt.Sprintf("! %s: %s values outside 1 µs to 1 h are not in the figures",
				row.title, grouped(row.metric.Dropped)))
		}
	}
	if censored > 0 {
		notes = append(notes, fmt.Sprintf("> lies among %s that were still waiting or running when last seen", r.counted(censored)))
	}
	return distinct(append(append(notes, uncertainties(shown)...), r.unknown()...))
}

// spelled writes the name of a statistic as people do.
func spelled(stat string) string {
	if stat == "p999" {
		return "p99.9"
	}
	return stat
}

// Conduct says in a few words each how the run was done: its load, its length,
// its dialect or profile, its protocol.
func (r *Run) Conduct() []string {
	items := load(&r.Load)
	if r.DurationS > 0 {
		items = append(items, "measured "+millis(r.DurationS*1000))
	}
	if r.Load.WarmupS > 0 {
		items = append(items, fmt.Sprintf("after %v s of warm-up", r.Load.WarmupS))
	}
	if r.Target.Dialect != nil {
		items = append(items, printable(*r.Target.Dialect))
	}
	items = append(items, waiting(r)...)
	protocol := printable(r.Target.Protocol)
	if r.Target.TLS {
		protocol += " over TLS"
	}
	items = append(items, protocol, fmt.Sprintf("seed %d", r.Seed))
	switch r.Ending {
	case "stopped", "aborted":
		items = append(items, r.Ending+" early")
	case "gave_up":
		items = append(items, "given up: every request failed alike")
	}
	return items
}

// CommandLine writes the command that made the run so that a shell reads it as
// it was.
func (r *Run) CommandLine() string { return shell(r.Command) }

// Items words what a finding rests on, each piece of evidence with its unit.
func (f *Finding) Items() []string { return f.evidence() }

// Remedy says what to try about an outcome that is none of success, given a
// sample of it; "" where there is nothing to say, or where a finding says it.
func (r *Run) Remedy(outcome, detail string) string {
	if r.found(findingOn(outcome)) {
		return ""
	}
	return adviceOn(outcome, detail)
}

// Requests writes a number of the run's requests: "1,000 jobs".
func (r *Run) Requests(n int64) string { return r.counted(n) }

// InUnit writes a value with three significant digits and the unit of "ms",
// "fraction" or another kind of value that suits its size: 1.20 s, 31 %.
func InUnit(v float64, unit string) string { return printable(inUnit(v, unit)) }

// Digits writes a number with three significant digits, and all those before
// its point.
func Digits(v float64) string { return digits(v) }

// Grouped writes a whole number with its thousands apart.
func Grouped(n int64) string { return grouped(n) }

// Share writes n of total as a percentage; one that is small but not nothing
// never reads 0.
func Share(n, total int64) string { return share(n, total) }

// Printable replaces what must not reach a reader's screen as it is: control
// and other unprintable characters.
func Printable(s string) string { return printable(s) }

// Prose writes plain text as Markdown that renders as that text, in a
// paragraph, a list or a table's cell, calls nobody and makes no link.
func Prose(s string) string { return prose(s) }
