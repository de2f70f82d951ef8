package compare

import (
	"fmt"
	"io"
	"strings"

	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/verdict"
)

// maxAnnotations is how many of one kind GitHub shows of a step.
const maxAnnotations = 10

// Annotations writes the verdict as workflow commands of GitHub Actions, which become annotations of the run: an error
// for every threshold that is missed and every metric that is worse, or one for a comparison that is invalid or had too
// few runs, which fail a job as well; a warning for an inconclusive one; a notice where all is well. At most ten lines;
// the last then counts what has no line.
func (c *Comparison) Annotations(w io.Writer) error {
	lines := c.annotations()
	if more := len(lines) - maxAnnotations + 1; more > 1 {
		lines = append(lines[:maxAnnotations-1], command("error", "aibench gate", fmt.Sprintf("and %d more", more)))
	}
	if _, err := io.WriteString(w, strings.Join(lines, "")); err != nil {
		return fmt.Errorf("write annotations: %w", err)
	}
	return nil
}

func (c *Comparison) annotations() []string {
	out := c.missedCommands()
	if len(c.Differences) > 0 {
		out = append(out, command("warning", "aibench gate: compared by force", (&Mismatch{c.Differences}).Error()))
	}
	if len(c.Repeated) > 0 {
		out = append(out, command("notice", "aibench gate: "+c.repeated(), c.again()))
	}
	switch c.Verdict {
	case Pass:
		if len(c.Missed()) > 0 {
			return out // beside a missed threshold "pass" would be read as the gate's word
		}
		return append(out, command("notice", "aibench gate: pass", c.Sentence))
	case Inconclusive:
		return append(out, command("warning", "aibench gate: inconclusive", c.Sentence))
	case Invalid, Undecidable:
		return append(out, command("error", "aibench gate: "+c.Verdict, c.Sentence))
	}
	why := c.becauseOf(verdict.Worse)
	for i, name := range c.called(verdict.Worse) {
		out = append(out, command("error", "aibench gate: "+name+" is worse", why[i]))
	}
	return out
}

// command writes a workflow command in one line. Whatever a text holds, it ends neither the line nor the title:
// percent signs and line ends are escaped, in a title also what separates properties.
func command(kind, title, message string) string {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	return "::" + kind + " title=" + property.Replace(report.Printable(title)) + "::" + data.Replace(report.Printable(message)) + "\n"
}
