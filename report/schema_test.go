package report

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const schemaFile = "../docs/run.schema.json"

// published is the schema of the run file, as JSON.
func published(t *testing.T) map[string]any {
	t.Helper()
	data, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return doc.(map[string]any)
}

// compiled is the schema of the run file, ready to judge documents.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	if err := c.AddResource("urn:aibench:run:v1", published(t)); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("urn:aibench:run:v1")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func document(t *testing.T, data []byte) any {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func written(t *testing.T, run *Run) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, run); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Every run file that there is an example of, and every kind of run, is one.
func TestRunFilesFollowTheSchema(t *testing.T) {
	schema := compiled(t)
	goldens, err := filepath.Glob("testdata/*.json")
	if err != nil || len(goldens) < 4 {
		t.Fatalf("%d run files: %v", len(goldens), err)
	}
	for _, name := range goldens {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(document(t, data)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, run := range cases(t) {
		if err := schema.Validate(document(t, written(t, run))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A run file in which any one value is of a kind that it cannot be, or any one
// field is gone, is none. What names itself (metrics, outcomes, evidence) may be
// absent.
func TestMangledRunFilesDoNotFollowTheSchema(t *testing.T) {
	schema := compiled(t)
	jobs, limited := sample(t, "job_losses"), sample(t, "invalid")
	all := sample(t, "gated") // with something of everything, and not much of it
	all.Metrics, all.Histograms, all.Findings = jobs.Metrics[len(jobs.Metrics)-2:], all.Histograms[:1], jobs.Findings[:1]
	all.Verdict, all.Client = limited.Verdict, limited.Client
	doc, tried := document(t, written(t, all)), 0
	if err := schema.Validate(doc); err != nil {
		t.Fatal(err)
	}
	mangle(doc, "", func(what string) {
		tried++
		if schema.Validate(doc) == nil {
			t.Errorf("%s, and it passes", what)
		}
	})
	if tried < 300 {
		t.Errorf("only %d changes were tried", tried)
	}
}

// mangle changes doc in one place after another, calls seen, and undoes the
// change.
func mangle(doc any, path string, seen func(what string)) {
	alien := []any{[]any{map[string]any{}}}
	switch doc := doc.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(doc)) {
			if strings.HasSuffix(path, ".evidence") {
				return // holds anything
			}
			at, kept := path+"."+name, doc[name]
			doc[name] = alien
			seen(at + " is strange")
			if !namesItself(path) {
				delete(doc, name)
				seen(at + " is gone")
			}
			doc[name] = kept
			mangle(kept, at, seen)
		}
	case []any:
		for i, kept := range doc[:min(len(doc), 3)] {
			doc[i] = alien
			seen(element(path, i) + " is strange")
			doc[i] = kept
			mangle(kept, element(path, i), seen)
		}
	}
}

// namesItself tells whether the members of an object are data.
func namesItself(path string) bool {
	last := path[strings.LastIndexByte(path, '.')+1:]
	return slices.Contains([]string{"metrics", "histograms", "outcomes", "outcome_details", "withheld", "above", "evidence"}, last)
}

// Values that contradict each other, or their own range, are refused as well.
func TestContradictionsDoNotFollowTheSchema(t *testing.T) {
	schema, good := compiled(t), string(written(t, sample(t, "gated")))
	for _, change := range [][2]string{
		{`"schema":"aibench/run/v1"`, `"schema":"aibench/run/v2"`},
		{`"verdict":"valid"`, `"verdict":"invalid"`},
		{`"ending":"stopped"`, `"ending":"over"`},
		{`"started":"2026-01-02T15:04:05Z"`, `"started":"yesterday"`},
		{`"kind":"closed"`, `"kind":"open"`},
		{`"wait":null`, `"wait":"hope"`},
		{`"requests":1000`, `"requests":-1`},
		{`"requests":1000`, `"requests":0.5`},
		{`"p999":{"have"`, `"p42":{"have"`},
		{`"ttft":{"unit"`, `"TTFT!":{"unit"`},
		{`"hdr":"HISTF`, `"hdr":"??`},
		{`"value":null,"ok":false`, `"value":null,"ok":true`},
		{`"why":"withheld`, `"why":null,"x":"`},
		{`"stamps":"kernel"`, `"stamps":"sun"`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good || schema.Validate(document(t, []byte(bad))) == nil {
			t.Errorf("%s instead of %s passes, or was not there", change[1], change[0])
		}
	}
	more := strings.Replace(good, `"id":`, `"new_field":[1],"id":`, 1)
	if err := schema.Validate(document(t, []byte(more))); err != nil {
		t.Errorf("a field that was added: %v", err)
	}
}

// Nothing must be fetched to read the schema.
func TestSchemaStandsAlone(t *testing.T) {
	data, err := json.Marshal(published(t))
	if err != nil {
		t.Fatal(err)
	}
	refs := strings.Count(string(data), `"$ref":`)
	if local := strings.Count(string(data), `"$ref":"#/$defs/`); refs != local || refs == 0 {
		t.Errorf("%d references, %d of them into the schema itself", refs, local)
	}
}
