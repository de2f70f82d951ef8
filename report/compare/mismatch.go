package compare

import (
	"fmt"
	"strings"

	"github.com/aibench/aibench/report"
)

// A Difference is something in which runs must not differ to be compared.
type Difference struct {
	Field string `json:"field"` // as the run file spells it; command.model for a flag
	Base  string `json:"base"`  // the control's value, or the only one that will do
	Head  string `json:"head"`
	Side  string `json:"side"` // which has a run with the value Head
}

// String words the difference in one line.
func (d Difference) String() string {
	return fmt.Sprintf("%s: %s, but %s in %s", report.Printable(d.Field), quoted(d.Base), quoted(d.Head), report.Printable(d.Side))
}

// quoted makes a value of unknown content one that can be shown in a line.
func quoted(s string) string {
	const most = 60
	s = report.Printable(s)
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	if s == "" {
		return "not given"
	}
	return s
}

// A Mismatch is an error about runs that cannot be compared, and a hint: Options.Force.
type Mismatch struct{ Differences []Difference }

// Error names at most ten of the differences, one a line after the first.
func (m *Mismatch) Error() string {
	const most = 10
	lines := []string{"the runs cannot be compared, they differ in more than their sides:"}
	for i, d := range m.Differences {
		if i == most {
			lines = append(lines, fmt.Sprintf("and %d more", len(m.Differences)-most))
			break
		}
		lines = append(lines, d.String())
	}
	return strings.Join(lines, "\n  ")
}
