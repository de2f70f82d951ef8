package tui

import (
	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
)

// results is how the requests ended, with what was said, the thresholds, and
// the notes.
func (m *model) results(h int) []string {
	lines := append([]string{m.ink.rule("outcomes", "", m.w)}, m.endings()...)
	if len(m.judged) > 0 {
		lines = append(lines, m.ink.rule("thresholds", "", m.w))
		for _, j := range m.judged {
			s := m.threshold(j)
			if !j.Known {
				s.text += ": " + printable(j.Value)
			}
			lines = append(lines, "  "+m.ink.in(s.c, s.text))
		}
	}
	lines = append(lines, m.client())
	room := h - len(lines)
	told := m.notes.all()
	if room < 2 || len(told) == 0 {
		return lines
	}
	lines = append(lines, m.ink.rule("notes", "", m.w))
	for _, n := range told[max(len(told)-room+1, 0):] {
		lines = append(lines, "  "+n.text)
	}
	return lines
}

// endings is a line for each outcome, the most frequent first, with a sample
// of what was said beneath it.
func (m *model) endings() []string {
	t := &m.snap.Tally
	seen := m.ended()
	total := t.Requests()
	if len(seen) == 0 {
		return []string{m.ink.in(faint, "  no request has ended yet")}
	}
	var lines []string
	for _, o := range seen {
		c := bad
		if o == bench.OK {
			c = good
		}
		n := t.Outcomes[o]
		count, share := report.Grouped(n), report.Share(n, total)
		if m.w < 2+18+12+10 { // a number that is cut is another one
			lines = append(lines, sides("  "+m.ink.in(c, o.String()), count+"  "+share, m.w))
		} else {
			lines = append(lines, "  "+m.ink.in(c, fill(o.String(), 18))+right(count, 12)+right(share, 10))
		}
		for _, text := range t.Details[o] {
			lines = append(lines, "    "+m.ink.in(faint, printable(m.masked(text))))
		}
	}
	return lines
}

// masked is what a server said without the credentials that it repeats.
func (m *model) masked(said string) string {
	if m.cfg.Mask == nil {
		return said
	}
	return m.cfg.Mask(said)
}
