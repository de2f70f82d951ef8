package compare

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aibench/aibench/report"
)

// cases are comparisons of each kind that an encoder must tell apart.
func cases(t *testing.T) map[string]*Comparison {
	t.Helper()
	jobs := []Side{sideOf("base", 8, 1, 1000, 0.03, jobRun), sideOf("head", 8, 2, 1250, 0.03, jobRun)}
	each(jobs[0], func(run *report.Run) { run.Metrics = run.Metrics[:2] })
	invalid := pair(1)
	for _, i := range []int{2, 5} {
		limit(invalid[1].Runs[i])
	}
	errors := pair(1)
	each(errors[1], func(run *report.Run) { fail(run, 30) })
	forced := pair(1)
	each(forced[1], func(run *report.Run) { run.Load.Concurrency = new(200); run.Environment.Version = "v1.2.4" })
	few := []Side{sideOf("base", 4, 1, 100, 0.03, streamRun), sideOf("head", 4, 2, 130, 0.03, streamRun)}
	again := pair(1.1)
	again[1].Discarded = []*report.Run{limitedIn(3, "head-3"), limitedIn(3, "head-3-again")}
	again[0].Discarded = []*report.Run{streamRun("base-3", 3, 100), limitedIn(5, "base-5")}
	return map[string]*Comparison{
		"again":      compared(t, again, Options{Paired: true}),
		"regression": compared(t, pair(1.3), Options{Paired: true}),
		"pass":       compared(t, pair(0.7), Options{Paired: true}),
		"errors":     compared(t, errors, Options{Paired: true}),
		"invalid":    compared(t, invalid, Options{Paired: true}),
		"few":        compared(t, few, Options{Paired: true}),
		"forced":     compared(t, forced, Options{Paired: true, Force: true}),
		"jobs":       compared(t, jobs, Options{Paired: true}),
		"workers":    compared(t, workers(), Options{Paired: true, Metrics: []string{"ttft.p50", "ttft.p95", "errors"}}),
		"aa":         compared(t, pair(1), Options{Paired: true, AA: true}),
	}
}

func TestGoldens(t *testing.T) {
	for name, c := range cases(t) {
		for _, format := range []struct {
			ext   string
			write func(io.Writer) error
		}{
			{"txt", func(w io.Writer) error { return Text{}.Write(w, c) }},
			{"md", c.WriteMarkdown},
			{"xml", c.WriteJUnit},
			{"csv", c.WriteCSV},
			{"json", c.Write},
			{"commands", c.Annotations},
		} {
			var b bytes.Buffer
			if err := format.write(&b); err != nil {
				t.Fatal(err)
			}
			golden(t, name+"."+format.ext, b.String())
		}
	}
	var b bytes.Buffer
	if err := (Text{Width: 130, Colour: true}).Write(&b, cases(t)["regression"]); err != nil {
		t.Fatal(err)
	}
	golden(t, "wide.txt", strings.ReplaceAll(b.String(), "\x1b", "␛"))
}

// Whatever is written is read back as it was.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for name, c := range cases(t) {
		var b bytes.Buffer
		if err := c.Write(&b); err != nil {
			t.Fatal(err)
		}
		again, err := Read(&b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, again); diff != "" {
			t.Errorf("%s (-written +read):\n%s", name, diff)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ in, want string }{
		{"", "read a comparison"},
		{`{"schema":"aibench/run/v1"}`, "aibench/run/v1"},
		{`{"schema":"aibench/compare/v1","verdict":"fine"}`, "field verdict"},
		{`{"schema":"aibench/compare/v1","rows":[{"p":"small"}]}`, "rows.p"},
		{`{"schema":"aibench/compare/v1","verdict":"pass","sides":[{"name":"a"}]}`, "field sides"},
	} {
		if _, err := Read(strings.NewReader(test.in)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.in, err, test.want)
		}
	}
}

// FuzzRead: what reads once is written and reads again as the same, and can be written as everything else.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"schema":"aibench/compare/v1","verdict":"pass","sides":[{"name":"a"},{"name":"b"}],"rows":[{"low":1e3}]}`))
	f.Add([]byte(`{"schema":"aibench/compare/v1","verdict":"regression","control":"b","sides":[{"name":"a"},{},{}],"recommendation":{},` +
		`"rows":[{"call":"worse"},{"absolute":true,"unit":"ms","change":-3}],"aa":{"metrics":[{}]},"left_out":[{}],"tests":5}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := c.Write(&b); err != nil {
			t.Fatal(err)
		}
		again, err := Read(&b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, again); diff != "" {
			t.Fatal(diff)
		}
		for _, write := range []func(io.Writer) error{
			func(w io.Writer) error { return Text{Width: 40}.Write(w, c) }, c.WriteMarkdown, c.Summary, c.WriteJUnit, c.WriteCSV, c.Annotations,
		} {
			if err := write(io.Discard); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// hostile is a comparison whose every text from outside tries to be more than text.
func hostile(t *testing.T) *Comparison {
	t.Helper()
	sides := pair(1.3)
	sides[0].Name = "base\n::error::not ours\x1b[31m"
	sides[1].Name = "head|<script>alert(1)</script>`@all` *x* ::warning title=a,b:c::100%\r\n"
	sides[1].Runs[0].Target.Dialect = new("]]>\x00\x1b]0;title\x07")
	return compared(t, sides, Options{Paired: true, Force: true})
}

func TestHostileNamesStayText(t *testing.T) {
	t.Parallel()
	c := hostile(t)
	out := map[string]string{}
	for name, write := range map[string]func(io.Writer) error{
		"text": func(w io.Writer) error { return Text{}.Write(w, c) },
		"md":   c.WriteMarkdown, "annotations": c.Annotations, "junit": c.WriteJUnit, "csv": c.WriteCSV, "json": c.Write,
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		out[name] = b.String()
	}
	for _, name := range []string{"text", "md", "annotations", "junit"} {
		if strings.ContainsAny(out[name], "\x1b\x00\x07") {
			t.Errorf("%s: a control character came through", name)
		}
	}
	for line := range strings.Lines(out["annotations"]) {
		if !strings.HasPrefix(line, "::error title=aibench gate%3A ") && !strings.HasPrefix(line, "::warning title=aibench gate%3A compared by force::") {
			t.Errorf("annotation %q", line)
		}
	}
	meant := strings.NewReplacer(`\<`, "", "\\`", "", `\*`, "", `\|`, "").Replace(out["md"])
	for _, bad := range []string{"<", "`", "*x*", "head|"} {
		if strings.Contains(meant, bad) {
			t.Errorf("Markdown holds %q", bad)
		}
	}
	// A reference for the character would still call them: GitHub looks for names in what the Markdown has become.
	if !strings.Contains(out["md"], "@\u200ball") || strings.Contains(html.UnescapeString(out["md"]), "@all") {
		t.Error("Markdown calls people")
	}
	d := xml.NewDecoder(strings.NewReader(out["junit"]))
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	rows, err := csv.NewReader(strings.NewReader(out["csv"])).ReadAll()
	if err != nil || len(rows) != 1+len(c.Rows)+len(c.LeftOut) {
		t.Errorf("%d rows of CSV, %v", len(rows), err)
	}
}

func TestTextKeepsToItsWidth(t *testing.T) {
	t.Parallel()
	for name, c := range cases(t) {
		for _, width := range []int{80, 100, 130} {
			var b bytes.Buffer
			if err := (Text{Width: width}).Write(&b, c); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				if n := len([]rune(strings.TrimRight(line, "\n"))); n > width {
					t.Errorf("%s: %d columns in %d: %s", name, n, width, line)
				}
			}
		}
	}
}

func TestAnnotationsAreAtMostTen(t *testing.T) {
	t.Parallel()
	sides := []Side{sideOf("base", 10, 1, 100, 0.01, streamRun)}
	for i := range 4 {
		sides = append(sides, sideOf(fmt.Sprintf("head%d", i), 10, uint64(i+2), 200, 0.01, streamRun))
	}
	c := compared(t, sides, Options{Paired: true})
	var b bytes.Buffer
	if err := c.Annotations(&b); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != 10 || lines[9] != "::error title=aibench gate::and 11 more" {
		t.Errorf("%d lines, the last %q", len(lines), lines[len(lines)-1])
	}
}

// GitHub refuses a summary of 1 MiB.
func TestSummaryIsBounded(t *testing.T) {
	t.Parallel()
	c := compared(t, pair(1.3), Options{Paired: true})
	for i := range 20_000 {
		r := c.Rows[0]
		r.Side = strings.Repeat("<", 900) + fmt.Sprint(i)
		c.Rows = append(c.Rows, r)
	}
	var b bytes.Buffer
	if err := c.Summary(&b); err != nil {
		t.Fatal(err)
	}
	if b.Len() >= 1<<20 || !strings.Contains(b.String(), " more |") || !strings.HasPrefix(b.String(), "❌ **regression") {
		t.Errorf("%d bytes: %.200s", b.Len(), b.String())
	}
}
