package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// An element is XML as it was read, names without their space.
type node struct {
	name     string
	attrs    map[string]string
	text     string
	children []*node
}

// parseXML reads a document strictly.
func parseXML(doc []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(doc))
	root := &node{}
	stack := []*node{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		top := stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			e := &node{name: token.Name.Local, attrs: map[string]string{}}
			for _, a := range token.Attr {
				if _, twice := e.attrs[a.Name.Local]; twice {
					return nil, fmt.Errorf("%s: %s twice", e.name, a.Name.Local)
				}
				e.attrs[a.Name.Local] = a.Value
			}
			top.children, stack = append(top.children, e), append(stack, e)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(token)
		}
	}
	if len(root.children) != 1 {
		return nil, fmt.Errorf("%d root elements", len(root.children))
	}
	return root.children[0], nil
}

// A rule is what an element may have: attributes with the pattern of their
// values (optional ones with a ?), and children in their order.
type rule struct {
	attrs    map[string]string
	children []string
	text     bool
}

// junitRules are what readers of such reports agree on.
func junitRules() map[string]rule {
	const number, seconds, name, text = `\d+`, `\d+\.\d{3}`, `(?s).+`, `(?s).*`
	problem := rule{attrs: map[string]string{"message": text, "type": name}, text: true}
	return map[string]rule{
		"testsuites": {
			attrs:    map[string]string{"name": name, "tests": number, "failures": number, "errors": number, "time": seconds},
			children: []string{"testsuite"},
		},
		"testsuite": {
			attrs: map[string]string{
				"name": name, "tests": number, "failures": number, "errors": number, "skipped": number,
				"time": seconds, "timestamp?": `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d`,
			},
			children: []string{"properties", "testcase"},
		},
		"properties": {children: []string{"property"}},
		"property":   {attrs: map[string]string{"name": name, "value": text}},
		"testcase": {
			attrs:    map[string]string{"classname": name, "name": name, "time": seconds},
			children: []string{"skipped", "error", "failure", "system-out"},
		},
		"skipped": {attrs: map[string]string{"message": text}}, "error": problem, "failure": problem, "system-out": {text: true},
	}
}

// obey says where an element breaks the rules.
func obey(e *node, rules map[string]rule) error {
	r, ok := rules[e.name]
	if !ok {
		return fmt.Errorf("an element %s", e.name)
	}
	left := len(e.attrs)
	for name, pattern := range r.attrs {
		name, optional := strings.CutSuffix(name, "?")
		v, ok := e.attrs[name]
		if !ok && !optional {
			return fmt.Errorf("%s without %s", e.name, name)
		}
		if ok {
			left--
		}
		if ok && !regexp.MustCompile(`^(?:`+pattern+`)$`).MatchString(v) {
			return fmt.Errorf("%s: %s=%q", e.name, name, v)
		}
	}
	if left > 0 {
		return fmt.Errorf("%s has other attributes: %v", e.name, e.attrs)
	}
	if !r.text && strings.TrimSpace(e.text) != "" {
		return fmt.Errorf("%s holds text %q", e.name, e.text)
	}
	at := 0
	for _, c := range e.children {
		for at < len(r.children) && r.children[at] != c.name {
			at++
		}
		if at == len(r.children) {
			return fmt.Errorf("%s in %s, or out of order", c.name, e.name)
		}
		if err := obey(c, rules); err != nil {
			return err
		}
	}
	return tally(e)
}

// tally compares the counts of an element with what it holds.
func tally(e *node) error {
	if e.name != "testsuites" && e.name != "testsuite" {
		return nil
	}
	have := map[string]int{}
	for _, suite := range append(e.children, e) {
		for _, c := range suite.children {
			if c.name != "testcase" {
				continue
			}
			have["tests"]++
			problems := 0
			for _, p := range c.children {
				if p.name != "system-out" {
					have[map[string]string{"error": "errors", "failure": "failures", "skipped": "skipped"}[p.name]]++
					problems++
				}
			}
			if problems > 1 {
				return fmt.Errorf("%d problems of one case", problems)
			}
		}
	}
	for _, name := range []string{"tests", "failures", "errors", "skipped"} {
		if v, ok := e.attrs[name]; ok && v != fmt.Sprint(have[name]) {
			return fmt.Errorf("%s: %s=%s, holds %d", e.name, name, v, have[name])
		}
	}
	return nil
}

func junit(t *testing.T, run *Run) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteJUnit(&b, run); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func checkJUnit(doc []byte) error {
	root, err := parseXML(doc)
	if err != nil {
		return err
	}
	return obey(root, junitRules())
}

func TestJUnit(t *testing.T) {
	want := map[string]string{ // failures and errors
		"valid": "0 0", "gated": "6 0", "invalid": "0 1", "failing": "0 0", "hopeless": "0 1", "unmeasured": "0 1",
		"job_refused": "0 1", "job_losses": "0 0",
	}
	for name, run := range cases(t) {
		doc := junit(t, run)
		if err := checkJUnit(doc); err != nil {
			t.Errorf("%s: %v\n%s", name, err, doc)
		}
		root, _ := parseXML(doc)
		if got := root.attrs["failures"] + " " + root.attrs["errors"]; want[name] != "" && got != want[name] {
			t.Errorf("%s: failures and errors %s, want %s\n%s", name, got, want[name], doc)
		}
		switch name {
		case "gated", "invalid", "hopeless":
			golden(t, name+".xml", string(doc))
		}
	}
}

// The rules refuse what readers would: else the test above says nothing.
func TestJUnitRulesRefuse(t *testing.T) {
	good := string(junit(t, sample(t, "gated")))
	for _, change := range [][2]string{
		{`tests="11"`, `tests="10"`},
		{` failures="6" errors="0" skipped`, ` errors="0" skipped`},
		{` time="10.000"`, ` time="10 s"`},
		{`timestamp="2026-01-02T15:04:05"`, `timestamp="2026-01-02T15:04:05Z"`},
		{`<failure message=`, `<failed message=`},
		{`type="threshold"`, `kind="threshold"`},
		{`<testcase classname="aibench.stream"`, `<testcase`},
		{`<properties>`, "<testcase classname=\"a\" name=\"b\" time=\"0.000\"></testcase>\n<properties>"},
		{`</testsuites>`, ``},
		{`name="id"`, `name="id" name="x"`},
		{`name="id"`, "name=\"\x01\""},
	} {
		if bad := strings.Replace(good, change[0], change[1], 1); bad == good || checkJUnit([]byte(bad)) == nil {
			t.Errorf("%q instead of %q passes, or was not there", change[1], change[0])
		}
	}
}

// Whatever stands in a text, the report is XML, and tells the text without
// what XML cannot hold.
func TestJUnitOfAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text") + rapid.SampledFrom([]string{"", "\x00", "]]>", "\xff", "\ufffe", "\r\n", "<&\"'>"}).Draw(t, "end")
		suites := []JUnitSuite{{
			Name: "s" + text, Started: time.Unix(0, 0), Properties: []JUnitProperty{{"p" + text, text}},
			Cases: []JUnitCase{
				{Class: "c" + text, Name: "n" + text, Took: 1500 * time.Millisecond, Output: text},
				{Class: "c", Name: "n", Problem: &JUnitProblem{Error: true, Type: "t" + text, Message: text, Text: text}},
				{Class: "c", Name: "n", Problem: &JUnitProblem{Type: "t", Message: text}, Skipped: "no"},
				{Class: "c", Name: "n", Skipped: "s" + text},
			},
		}, {Name: "empty"}}
		var b bytes.Buffer
		if err := WriteJUnitSuites(&b, suites); err != nil {
			t.Fatal(err)
		}
		if err := checkJUnit(b.Bytes()); err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		root, _ := parseXML(b.Bytes())
		problem := root.children[0].children[2].children[0]
		if diff := cmp.Diff(allowed(text), problem.attrs["message"]); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		if !utf8.Valid(b.Bytes()) {
			t.Fatal("no UTF-8")
		}
	})
}

// A second opinion: the same rules as a schema, held by another program.
func TestJUnitByXMLLint(t *testing.T) {
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed")
	}
	for name, run := range cases(t) {
		run.Counts.Details.Add("ok", hostileTexts())
		file := filepath.Join(t.TempDir(), name+".xml")
		if err := os.WriteFile(file, junit(t, run), 0o644); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(lint, "--noout", "--nonet", "--schema", "testdata/junit.xsd", file).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}
