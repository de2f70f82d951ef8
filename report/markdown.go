package report

import (
	"io"
	"strings"
)

// WriteMarkdown writes a run as GitHub-flavoured Markdown, for a pull request
// or a job's summary: the verdict first, then the figures. Texts from outside
// are shown as they are and mean nothing: no markup, no HTML, no mention.
func WriteMarkdown(w io.Writer, run *Run) error {
	m := &sheet{}
	m.block("**" + prose(run.Sentence()) + "**")
	m.list(run.breachLines())
	name := ""
	if run.Label != nil {
		name = code(*run.Label) + " · "
	}
	m.block(name + code(run.Target.URL) + " · " + prose(strings.Join(append(run.Conduct(), run.Steering()...), " · ")))
	if why := run.AbortReason(); why != "" {
		m.block("**Aborted:** " + prose(why))
	}
	m.metrics(run)
	m.outcomes(run)
	m.facts("Polls", run.asking())
	if run.Measured() {
		m.facts("Throughput", run.passed())
	}
	m.thresholds(run)
	m.findings(run)
	m.facts("Client", texts(run.health()))
	var warnings []string
	for _, b := range run.Client.Warnings {
		warnings = append(warnings, prose("warning: "+b.String()))
	}
	m.list(warnings)
	m.block("**Command**")
	m.block(fenced(shell(run.Command)))
	_, err := io.WriteString(w, m.String())
	return err
}

// A sheet collects the blocks of a Markdown document.
type sheet struct{ strings.Builder }

// block writes a block of finished Markdown, apart from the one before.
func (m *sheet) block(markdown string) {
	if m.Len() > 0 {
		m.WriteByte('\n')
	}
	m.WriteString(markdown)
	m.WriteByte('\n')
}

// list writes finished Markdown, a line each.
func (m *sheet) list(lines []string) {
	if len(lines) > 0 {
		m.block("- " + strings.Join(lines, "\n- "))
	}
}

// facts writes plain texts after a title.
func (m *sheet) facts(title string, items []string) {
	if len(items) > 0 {
		m.block("**" + title + ":** " + prose(strings.Join(items, " · ")))
	}
}

// table writes rows of finished Markdown under a head; columns after the first
// so many on the left hold numbers.
func (m *sheet) table(left int, head []string, rows [][]string) {
	rule := make([]string, len(head))
	for i := range rule {
		rule[i] = "---"
		if i >= left {
			rule[i] = "---:"
		}
	}
	lines := []string{tableRow(head), tableRow(rule)}
	for _, row := range rows {
		lines = append(lines, tableRow(row))
	}
	m.block(strings.Join(lines, "\n"))
}

func tableRow(cells []string) string { return "| " + strings.Join(cells, " | ") + " |" }

// metrics writes the table of percentiles, and why some are missing.
func (m *sheet) metrics(run *Run) {
	names := []string{"p50", "p75", "p90", "p95", "p99", "p999", "max"}
	shown := rows(run)
	if len(shown) == 0 {
		return
	}
	head := []string{""}
	for _, name := range names {
		head = append(head, spelled(name))
	}
	unsure := uncertain(shown)
	if unsure {
		head = append(head, "±")
	}
	var lines [][]string
	for _, r := range shown {
		line := []string{"**" + prose(r.title) + "**"}
		for _, name := range names {
			line = append(line, prose(r.metric.show(name)))
		}
		if unsure {
			line = append(line, prose(r.metric.unsure()))
		}
		lines = append(lines, line)
	}
	m.table(1, head, lines)
	var notes []string
	for _, note := range run.Notes(names) {
		notes = append(notes, "*"+prose(note)+"*")
	}
	m.list(notes)
}

// outcomes counts how requests ended, with a sample of each way of failing.
func (m *sheet) outcomes(run *Run) {
	m.facts("Outcomes", texts(run.endings()))
	var lines []string
	for _, o := range run.Counts.Outcomes {
		if o.Name == "ok" || o.Value == 0 {
			continue
		}
		line, detail := prose(printable(o.Name)), ""
		if samples, _ := run.Counts.Details.Get(o.Name); len(samples) > 0 {
			detail = samples[0]
			line += ": " + code(detail)
		}
		if try := run.Remedy(o.Name, printable(detail)); try != "" {
			line += ", try: " + prose(try)
		}
		lines = append(lines, line)
	}
	m.list(lines)
}

func (m *sheet) thresholds(run *Run) {
	if len(run.Thresholds) == 0 {
		return
	}
	var lines [][]string
	for i := range run.Thresholds {
		t := &run.Thresholds[i]
		met := "✗ missed"
		if t.OK {
			met = "✓ met"
		}
		lines = append(lines, []string{inCell(code(t.Expr)), met, prose(run.ValueOf(t))})
	}
	m.table(3, []string{"threshold", "", "value"}, lines)
}

func (m *sheet) findings(run *Run) {
	var lines []string
	for i := range run.Findings {
		f := &run.Findings[i]
		line := "**" + prose(f.Severity) + "**: " + prose(f.Title)
		if items := f.evidence(); len(items) > 0 {
			line += " (" + prose(strings.Join(items, " · ")) + ")"
		}
		if f.Remedy != "" {
			line += ", try: " + prose(f.Remedy)
		}
		lines = append(lines, line)
	}
	m.list(lines)
}

// breachLines says which bounds an invalid run broke, and what to try.
func (r *Run) breachLines() []string {
	if r.Verdict != Invalid {
		return nil
	}
	var lines []string
	for _, b := range r.Client.Breaches {
		line := "INVALID: the client, not the server, was the limit: " + b.String()
		if try := r.Advice(b); try != "" {
			line += ", try: " + try
		}
		lines = append(lines, prose(line))
	}
	return lines
}

func texts(items []item) []string {
	out := make([]string, len(items))
	for i, it := range items {
		out[i] = it.text
	}
	return out
}
