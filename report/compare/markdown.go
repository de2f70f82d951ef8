package compare

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/aibench/aibench/report"
)

// WriteMarkdown writes the comparison as GitHub and GitLab show it: the verdict first, then the tables. Texts from
// outside mean nothing in it: no markup, no HTML, no mention.
func (c *Comparison) WriteMarkdown(w io.Writer) error {
	return c.writeMarkdown(w, math.MaxInt)
}

// summaryLimit is the size that GitHub refuses in a job's summary.
const summaryLimit = 1 << 20

// Summary writes the same in less than 1 MiB, which is what a job's summary in GitHub Actions may have: of very many
// rows it shows as many as there is room for.
func (c *Comparison) Summary(w io.Writer) error {
	for most := 4096; ; most /= 2 {
		if text := c.markdown(most); len(text) < summaryLimit {
			_, err := io.WriteString(w, text)
			return err
		}
	}
}

func (c *Comparison) writeMarkdown(w io.Writer, most int) error {
	if _, err := io.WriteString(w, c.markdown(most)); err != nil {
		return fmt.Errorf("write the comparison: %w", err)
	}
	return nil
}

// markdown renders at most so many lines of every list and table.
func (c *Comparison) markdown(most int) string {
	m := &sheet{most: most}
	m.block(c.mark() + " **" + prose(c.headed(c.brief(), c.Missed())) + "**")
	m.block(prose(c.subjectLine()) + "  \n" + prose(c.methodLine()))
	m.metrics(c)
	m.sides(c)
	m.demands(c)
	var notes []string
	for _, d := range c.Differences {
		notes = append(notes, "**compared by force** in spite of "+prose(d.String()))
	}
	if len(c.Repeated) > 0 {
		notes = append(notes, prose(c.again()))
	}
	for _, why := range c.becauseInvalid() {
		notes = append(notes, "**invalid** "+prose(why))
	}
	for _, l := range c.LeftOut {
		notes = append(notes, "left out: "+prose(c.leftOut(l)))
	}
	for _, warning := range c.Warnings {
		notes = append(notes, "warning: "+prose(warning))
	}
	m.list(notes)
	if c.Advice != nil {
		m.block("**Recommendation**")
		m.list(proses(c.Advice.Words))
	}
	m.noise(c.AA)
	return m.String()
}

// mark is a sign that is seen from afar.
func (c *Comparison) mark() string {
	switch {
	case c.Verdict == Regression || len(c.Missed()) > 0:
		return "❌"
	case c.Verdict == Pass:
		return "✅"
	}
	return "⚠️"
}

// A sheet collects the blocks of a Markdown document.
type sheet struct {
	strings.Builder
	most int // lines of any list or table
}

// block writes a block of finished Markdown, apart from the one before.
func (m *sheet) block(markdown string) {
	if m.Len() > 0 {
		m.WriteByte('\n')
	}
	m.WriteString(markdown + "\n")
}

// list writes finished Markdown, a point each.
func (m *sheet) list(points []string) {
	if len(points) == 0 {
		return
	}
	shown := points[:min(len(points), m.most)]
	text := "- " + strings.Join(shown, "\n- ")
	if more := len(points) - len(shown); more > 0 {
		text += fmt.Sprintf("\n- … and %s more", report.Grouped(int64(more)))
	}
	m.block(text)
}

// table writes rows of finished cells under a head. Of each column align says l for words and r for numbers.
func (m *sheet) table(align string, head []string, rows [][]string) {
	rule := strings.NewReplacer("l", "|---", "r", "|---:").Replace(align) + "|"
	lines := []string{"| " + strings.Join(head, " | ") + " |", rule}
	shown := rows[:min(len(rows), m.most)]
	for _, row := range shown {
		lines = append(lines, "| "+strings.Join(row, " | ")+" |")
	}
	if more := len(rows) - len(shown); more > 0 {
		lines = append(lines, fmt.Sprintf("| … and %s more |", report.Grouped(int64(more))))
	}
	m.block(strings.Join(lines, "\n"))
}

// prose makes a text from outside plain words of a line of Markdown, as far as a reader would go on reading.
func prose(s string) string {
	const most = 1000
	return report.Prose(cut(s, most))
}

func proses(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = prose(s)
	}
	return out
}
