package report

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The schema knows every field that is written, and no other.
func TestSchemaKnowsEveryField(t *testing.T) {
	s := walker{t: t, defs: published(t)["$defs"].(map[string]any)}
	s.walk("run", reflect.TypeFor[Run](), published(t))
}

// A walker holds Go types against schemas.
type walker struct {
	t    *testing.T
	defs map[string]any
}

func (w *walker) walk(path string, t reflect.Type, schema map[string]any) {
	if want, got := kindsOf(t), w.kinds(schema); !cmp.Equal(want, got) {
		w.t.Errorf("%s: the schema says %v, it is %v", path, got, want)
		return
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	schema = w.resolve(schema)
	switch {
	case isOrdered(t):
		entry, _ := t.Elem().FieldByName("Value")
		if values, ok := schema["additionalProperties"].(map[string]any); ok || entry.Type.Kind() != reflect.Interface {
			w.walk(path+".*", entry.Type, values)
		}
	case t.Kind() == reflect.Slice:
		w.walk(path+"[]", t.Elem(), schema["items"].(map[string]any))
	case t.Kind() == reflect.Struct:
		properties, _ := schema["properties"].(map[string]any)
		var names, required []string
		for f := range t.Fields() {
			name := f.Tag.Get("json")
			names = append(names, name)
			property, ok := properties[name].(map[string]any)
			if !ok {
				w.t.Errorf("%s.%s is not in the schema", path, name)
				continue
			}
			w.walk(path+"."+name, f.Type, property)
		}
		for _, v := range schema["required"].([]any) {
			required = append(required, v.(string))
		}
		slices.Sort(names)
		if got := slices.Sorted(maps.Keys(properties)); !slices.Equal(names, got) {
			w.t.Errorf("%s: fields (-written +in the schema):\n%s", path, cmp.Diff(names, got))
		}
		if slices.Sort(required); !slices.Equal(names, required) {
			w.t.Errorf("%s: required (-written +in the schema):\n%s", path, cmp.Diff(names, required))
		}
	}
}

func isOrdered(t reflect.Type) bool { return strings.HasPrefix(t.Name(), "Ordered[") }

// kindsOf lists the kinds of JSON value that a Go type is written as.
func kindsOf(t reflect.Type) []string {
	switch t.Kind() {
	case reflect.Pointer:
		return slices.Sorted(slices.Values(append(kindsOf(t.Elem()), "null")))
	case reflect.Bool:
		return []string{"boolean"}
	case reflect.String:
		return []string{"string"}
	case reflect.Float64:
		return []string{"number"}
	case reflect.Slice:
		if isOrdered(t) {
			return []string{"object"}
		}
		return []string{"array"}
	case reflect.Struct:
		return []string{"object"}
	default:
		return []string{"integer"}
	}
}

// kinds lists the kinds of JSON value that a schema takes.
func (w *walker) kinds(schema map[string]any) []string {
	found := map[string]bool{}
	add := func(v any) {
		switch v.(type) {
		case nil:
			found["null"] = true
		case string:
			found["string"] = true
		}
	}
	switch kind := schema["type"].(type) {
	case string:
		found[kind] = true
	case []any:
		for _, k := range kind {
			found[k.(string)] = true
		}
	}
	if v, ok := schema["const"]; ok {
		add(v)
	}
	enum, _ := schema["enum"].([]any)
	for _, v := range enum {
		add(v)
	}
	some, _ := schema["anyOf"].([]any)
	if ref, ok := schema["$ref"].(string); ok {
		some = append(some, w.def(ref))
	}
	for _, s := range some {
		for _, k := range w.kinds(s.(map[string]any)) {
			found[k] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func (w *walker) def(ref string) any {
	def, ok := w.defs[strings.TrimPrefix(ref, "#/$defs/")]
	if !ok {
		w.t.Fatalf("no %s", ref)
	}
	return def
}

// resolve follows a reference, past a null that is allowed beside it.
func (w *walker) resolve(schema map[string]any) map[string]any {
	if some, ok := schema["anyOf"].([]any); ok {
		schema = some[0].(map[string]any)
	}
	ref, ok := schema["$ref"].(string)
	if !ok {
		return schema
	}
	all := maps.Clone(w.def(ref).(map[string]any))
	maps.Copy(all, schema)
	return all
}
