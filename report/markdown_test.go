package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func markdown(t *testing.T, run *Run) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteMarkdown(&b, run); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestMarkdown(t *testing.T) {
	for name, run := range cases(t) {
		got := markdown(t, run)
		if !strings.HasPrefix(got, "**"+prose(run.Sentence())+"**\n\n") {
			t.Errorf("%s does not begin with the verdict:\n%s", name, got)
		}
		tables(t, name, got)
		switch name {
		case "gated", "failing", "invalid", "job_losses":
			golden(t, name+".md", got)
		}
	}
}

// tables checks that every row of a table has as many cells as its head.
func tables(t *testing.T, name, markdown string) {
	t.Helper()
	columns := 0
	for line := range strings.Lines(markdown) {
		if !strings.HasPrefix(line, "| ") {
			columns = 0
			continue
		}
		n := cellsOf(line)
		if columns == 0 {
			columns = n
		}
		if n != columns {
			t.Errorf("%s: %d cells where the head has %d: %s", name, n, columns, line)
		}
	}
}

// cellsOf counts the cells of a row as GitHub cuts it: at each bar before which
// there is no backslash, wherever it stands. A backslash takes the punctuation
// that follows it along.
func cellsOf(row string) int {
	n := -1
	for i := 0; i < len(row); i++ {
		switch {
		case row[i] == '\\' && i+1 < len(row) && strings.IndexByte("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", row[i+1]) >= 0:
			i++
		case row[i] == '|':
			n++
		}
	}
	return n
}

// outline is Markdown without what has no meaning in it: code spans and
// escaped characters, which CommonMark reads from left to right.
func outline(markdown string) string {
	var b strings.Builder
	for i := 0; i < len(markdown); {
		switch c := markdown[i]; c {
		case '\\':
			b.WriteString("e")
			i += 2
		case '`':
			n := len(markdown[i:]) - len(strings.TrimLeft(markdown[i:], "`"))
			i += n
			if end := closing(markdown[i:], n); end >= 0 {
				b.WriteString("CODE")
				i += end + n
			} else {
				b.WriteString(strings.Repeat("`", n))
			}
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String()
}

// closing finds the run of exactly n backticks that ends a code span.
func closing(s string, n int) int {
	for i := 0; i < len(s); {
		if s[i] != '`' {
			i++
			continue
		}
		run := len(s[i:]) - len(strings.TrimLeft(s[i:], "`"))
		if run == n {
			return i
		}
		i += run
	}
	return -1
}

// hostile puts a text wherever a server, or a file from elsewhere, has one.
func hostile(t *testing.T, text string) *Run {
	run := sample(t, "failing")
	run.Target.URL, run.Label = text, &text
	for i := range run.Counts.Details {
		run.Counts.Details[i].Value = []string{text}
	}
	run.Thresholds = []ThresholdResult{{Expr: text, Value: new(1.0)}}
	return run
}

func hostileTexts() []string {
	return []string{
		"<script>alert(1)</script>", "a | b", `a \| b`, `a \\| b\`, "`", "``` x", "x ``", "a``b`c", "*", "**bold**", "[x](http://evil)",
		"@team", "![](http://evil/x.png)", "line\nbreak\n\n# heading", "\u2028- x", "", "   ", "\x1b[31m", "-->", "&lt;", "\xff", "$x$",
	}
}

// Whatever a server says, the report around it stays what it is.
func TestMarkdownOfHostileTexts(t *testing.T) {
	want := outline(markdown(t, hostile(t, "harmless")))
	for _, text := range hostileTexts() {
		got := markdown(t, hostile(t, text))
		// Where there is nothing to show, there is a dash and no span.
		if diff := cmp.Diff(want, outline(got)); diff != "" && strings.TrimSpace(printable(text)) != "" {
			t.Errorf("%q (-harmless +hostile):\n%s", text, diff)
		}
		tables(t, text, got)
	}
}

// FuzzMarkdown: the report around a text from outside is the same, whatever
// the text is.
func FuzzMarkdown(f *testing.F) {
	for _, text := range hostileTexts() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.TrimSpace(printable(text)) == "" {
			return
		}
		want := outline(code("harmless") + " " + inCell(code("harmless")) + " " + prose("harmless"))
		got := outline(code(text) + " " + inCell(code(text)) + " ")
		if strings.TrimSuffix(want, "harmless") != got {
			t.Fatalf("%q gives %q", text, got)
		}
		if row := "| " + inCell(code(text)) + " | x |"; cellsOf(row) != 2 {
			t.Fatalf("%d cells: %s", cellsOf(row), row)
		}
		if bare := outline(prose(text)); strings.ContainsAny(bare, "*_[]<>#|~&$!`{}\n") || strings.Contains(bare, "://") {
			t.Fatalf("%q is written as %q", text, bare)
		}
	})
}

// What is printed can be pasted.
func TestShell(t *testing.T) {
	got := shell([]string{"aibench", "stream", "http://h/?a=b&c", "--slo", "ttft<1s", "-b", `{"x":"it's"}`, "", "a=b", "-c100"})
	want := `aibench stream 'http://h/?a=b&c' --slo 'ttft<1s' -b '{"x":"it'\''s"}' '' a=b -c100`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Text and Markdown rest on the same figures.
func TestMarkdownHoldsWhatTheTextHolds(t *testing.T) {
	for name, run := range cases(t) {
		var text bytes.Buffer
		if err := (Text{Width: 400}).Write(&text, run); err != nil {
			t.Fatal(err)
		}
		plain := strings.NewReplacer("\\", "", "\u200b", "").Replace(markdown(t, run))
		for _, figures := range [][]string{run.passed(), texts(run.endings()), texts(run.health()), run.asking()} {
			for _, figure := range figures {
				if run.Measured() && !(strings.Contains(text.String(), figure) && strings.Contains(plain, figure)) {
					t.Errorf("%s: %s is missing", name, figure)
				}
			}
		}
		for _, r := range run.Rows() {
			if want := r.Metric.Show("p99"); !slices.Contains(strings.Fields(plain), strings.Fields(want)[0]) {
				t.Errorf("%s: %s of %s is missing", name, want, r.Title)
			}
		}
	}
}
