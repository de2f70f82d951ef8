package profile

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// checkFields holds a document against the fields of Profile. It walks their
// types, because encoding/json neither says where an unknown field stands nor
// minds how it is spelled, and a second list of the fields would differ from
// the first one day.
func checkFields(doc map[string]any) error {
	return checkValue(doc, reflect.TypeFor[Profile](), "")
}

func checkValue(v any, t reflect.Type, at string) error {
	switch t {
	case reflect.TypeFor[json.RawMessage]():
		return nil
	case reflect.TypeFor[Word]():
		if scalar(v) == "" {
			return wrong(at, "is %s, not a word", emptyOr(v))
		}
		return nil
	case reflect.TypeFor[Backoff]():
		t = reflect.TypeFor[backoffJSON]()
	}
	switch t.Kind() {
	case reflect.Pointer:
		if v == nil {
			return nil
		}
		return checkValue(v, t.Elem(), at)
	case reflect.Struct:
		return checkObject(v, t, at)
	case reflect.Slice:
		return checkList(v, t, at)
	case reflect.Map:
		return checkMap(v, t, at)
	default:
		return checkScalar(v, t, at)
	}
}

func checkObject(v any, t reflect.Type, at string) error {
	object, ok := v.(map[string]any)
	if !ok {
		return wrong(at, "is %s, not an object", kind(v))
	}
	types, known := fieldsOf(t)
	if at == "" {
		known = append(known, "extends")
	}
	for _, name := range sorted(object) {
		field, ok := types[name]
		if !ok {
			return &FieldError{Field: oneLine(below(at, name), 4*maxWord), Nearest: nearest(name, known), What: "does not exist"}
		}
		if err := checkValue(object[name], field, below(at, name)); err != nil {
			return err
		}
	}
	return nil
}

// fieldsOf are the fields of a struct by their names in JSON.
func fieldsOf(t reflect.Type) (types map[string]reflect.Type, names []string) {
	types = map[string]reflect.Type{}
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "" {
			types[name] = f.Type
			names = append(names, name)
		}
	}
	return types, names
}

func checkList(v any, t reflect.Type, at string) error {
	if v == nil {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		return wrong(at, "is %s, not a list", kind(v))
	}
	for i, element := range list {
		if err := checkValue(element, t.Elem(), fmt.Sprintf("%s[%d]", at, i)); err != nil {
			return err
		}
	}
	return nil
}

func checkMap(v any, t reflect.Type, at string) error {
	object, ok := v.(map[string]any)
	if !ok {
		return wrong(at, "is %s, not an object", kind(v))
	}
	for _, name := range sorted(object) {
		if err := checkValue(object[name], t.Elem(), below(at, name)); err != nil {
			return err
		}
	}
	return nil
}

func checkScalar(v any, t reflect.Type, at string) error {
	ok, want := false, ""
	switch t.Kind() {
	case reflect.String:
		_, ok = v.(string)
		want = "a text"
	case reflect.Bool:
		_, ok = v.(bool)
		want = "true or false"
	case reflect.Int:
		n, isNumber := v.(json.Number)
		i, err := n.Int64()
		ok = isNumber && err == nil && i >= 0 && i <= 1<<30
		want = "a whole number"
		if isNumber && !ok {
			return wrong(at, "is %s, not a whole number", cut(n.String(), maxWord))
		}
	case reflect.Float64:
		n, isNumber := v.(json.Number)
		_, err := n.Float64()
		ok = isNumber && err == nil
		want = "a number"
	default:
		want = "of a kind that can be read"
	}
	if !ok {
		return wrong(at, "is %s, not %s", kind(v), want)
	}
	return nil
}

func below(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}
