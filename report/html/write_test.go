package html

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aibench/aibench/report"
)

// pageFor writes the page of some runs.
func pageFor(t testing.TB, runs ...*report.Run) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, runs); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// saved reads the run files that the encoders are tested with.
func saved(t testing.TB) map[string]*report.Run {
	t.Helper()
	names, err := filepath.Glob("../testdata/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no run files: %v", err)
	}
	runs := map[string]*report.Run{}
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		run, err := report.Read(f)
		f.Close()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		runs[filepath.Base(name)] = run
	}
	return runs
}

func TestPagesAreWellFormed(t *testing.T) {
	t.Parallel()
	runs := saved(t)
	var all []*report.Run
	for _, run := range runs {
		all = append(all, run)
	}
	cases := map[string][]*report.Run{
		"a long one": {lasting(90)}, "all at once": append(all, lasting(30)), "nothing in it": {{}},
	}
	for name, run := range runs {
		cases[name] = []*report.Run{run}
	}
	for name, runs := range cases {
		t.Run(name, func(t *testing.T) {
			page := pageFor(t, runs...)
			wellFormed(t, page)
			unsoiled(t, page)
		})
	}
}

// wellFormed holds a page to what every page must be.
func wellFormed(t testing.TB, page string) {
	t.Helper()
	for _, m := range regexp.MustCompile(`(?:src|href|action|xlink:href)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if m[1] != "data:," && !strings.HasPrefix(m[1], "#") {
			t.Errorf("the page refers to %q", m[1])
		}
	}
	for _, svg := range regexp.MustCompile(`(?s)<svg[^>]*class="chart".*?</details>`).FindAllString(page, -1) {
		svg, _, _ = strings.Cut(svg, "</div>")
		if err := strict(svg); err != nil {
			t.Errorf("a chart is no XML: %v\n%.300s", err, svg)
		}
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if ids[m[1]] {
			t.Errorf("two elements have the id %q", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`(?:aria-labelledby|href)="#?([^"]*)"`).FindAllStringSubmatch(page, -1) {
		for id := range strings.FieldsSeq(m[1]) {
			if !ids[id] && id != "data:," {
				t.Errorf("nothing has the id %q", id)
			}
		}
	}
}

// unsoiled holds a page of tame runs to what none of them explains: numbers
// that are none, values where the template does not allow them, styles and
// scripts that the policy forbids.
func unsoiled(t testing.TB, page string) {
	t.Helper()
	for _, bad := range []string{"ZgotmplZ", " style=", " onclick=", " onload=", "NaN", "Inf ", "%!"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q: %s", bad, around50(page, bad))
		}
	}
}

// around50 quotes a text's surroundings.
func around50(page, text string) string {
	i := strings.Index(page, text)
	return page[max(0, i-50):min(len(page), i+50)]
}

// strict reads XML to its end.
func strict(text string) error {
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		if _, err := d.Token(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

func TestSameRunsGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	for name, run := range saved(t) {
		if first, again := pageFor(t, run, lasting(20)), pageFor(t, run, lasting(20)); first != again {
			t.Errorf("%s: two pages of one run differ", name)
		}
	}
}

// TestPolicyAllowsOnlyOurOwn: a page that runs what a server's text smuggled in
// would hand its reader's machine to that server.
func TestPolicyAllowsOnlyOurOwn(t *testing.T) {
	t.Parallel()
	page := strings.ReplaceAll(pageFor(t, lasting(5)), "&#43;", "+")
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)
	if policy == nil {
		t.Fatal("the page has no policy")
	}
	directives := strings.ReplaceAll(policy[1], "&#39;", "'")
	for _, part := range []struct{ element, directive string }{{"style", "style-src"}, {"script", "script-src"}} {
		content := regexp.MustCompile(`(?s)<` + part.element + `>(.*?)</` + part.element + `>`).FindStringSubmatch(page)
		if content == nil {
			t.Fatalf("the page has no %s", part.element)
		}
		// What was replaced above is only in the policy.
		sum := sha256.Sum256([]byte(content[1]))
		want := part.directive + " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		if !strings.Contains(directives, want) {
			t.Errorf("policy: got %q, want it to hold %q", directives, want)
		}
	}
	if !strings.HasPrefix(directives, "default-src 'none'; ") || strings.Contains(directives, "unsafe") {
		t.Errorf("policy: got %q, want it to forbid what it does not name", directives)
	}
}

// TestSize: a page is sent and kept.
func TestSize(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		seconds int
		most    int
		merged  string
	}{
		{"ten minutes", 600, 1_100_000, ""},
		{"two hours", 7200, 1_700_000, "Each column is 8 seconds"},
	} {
		page := pageFor(t, lasting(c.seconds))
		t.Logf("%s: %d bytes", c.name, len(page))
		if len(page) > c.most {
			t.Errorf("%s: got %d bytes, want at most %d", c.name, len(page), c.most)
		}
		if got := strings.Contains(page, "Each column is"); got != (c.merged != "") || !strings.Contains(page, c.merged) {
			t.Errorf("%s: does it say that seconds were merged? got %v, want %q", c.name, got, c.merged)
		}
	}
}

func TestHowManyRuns(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, MostRuns, MostRuns + 1} {
		runs := make([]*report.Run, n)
		for i := range runs {
			runs[i] = lasting(3)
		}
		err := Write(io.Discard, runs)
		if want := n >= 1 && n <= MostRuns; (err == nil) != want {
			t.Errorf("%d runs: got error %v, want success %v", n, err, want)
		}
	}
}
