package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func docsPage(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../docs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The page on run files explains every field of a run and of its load.
func TestRunFilePageKnowsEveryField(t *testing.T) {
	page := docsPage(t, "run-file.md")
	for _, of := range []reflect.Type{reflect.TypeFor[Run](), reflect.TypeFor[Heat](), reflect.TypeFor[Steered](), reflect.TypeFor[Aborted](), reflect.TypeFor[ThresholdResult]()} {
		for f := range of.Fields() {
			if name := "`" + f.Tag.Get("json") + "`"; !strings.Contains(page, name) {
				t.Errorf("docs/run-file.md says nothing of %s", name)
			}
		}
	}
}

// The page on outputs lists every format, and so does no other.
func TestOutputsPageKnowsEveryFormat(t *testing.T) {
	page := docsPage(t, "outputs.md")
	for _, f := range Formats() {
		if !strings.Contains(page, "`"+f.Ext+"`") {
			t.Errorf("docs/outputs.md says nothing of %s", f.Ext)
		}
	}
	if !strings.Contains(page, SamplesExt) {
		t.Errorf("docs/outputs.md says nothing of %s", SamplesExt)
	}
}

// A field of raw samples is of one type or null in every line of its kind, and
// docs/samples.md explains it: a reader of columns can take it as it is.
func TestSamplesHaveTypes(t *testing.T) {
	page, types := docsPage(t, "samples.md"), map[string][]string{}
	for _, name := range []string{"testdata/samples.jsonl", "testdata/job_samples.jsonl"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(data) {
			var fields map[string]any
			if err := json.Unmarshal(line, &fields); err != nil {
				t.Fatalf("%v: %s", err, line)
			}
			for name, v := range fields {
				if kind := fmt.Sprintf("%T", v); v != nil && !slices.Contains(types[name], kind) {
					types[name] = append(types[name], kind)
				}
				if !strings.Contains(page, "`"+name+"`") {
					t.Errorf("docs/samples.md says nothing of %s", name)
				}
			}
		}
	}
	for name, kinds := range types {
		if len(kinds) != 1 {
			t.Errorf("%s is %v", name, kinds)
		}
	}
	if len(types) < 30 {
		t.Errorf("only %d fields", len(types))
	}
}
