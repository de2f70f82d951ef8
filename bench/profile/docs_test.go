package profile

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

const manual = "../../docs/profiles.md"

// The profiles that the manual shows can be read, and it names every shipped
// one and every field there is.
func TestManual(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	blocks := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(text, -1)
	if len(blocks) == 0 {
		t.Error("no profile is shown: the pattern is wrong")
	}
	for _, b := range blocks {
		if _, err := Parse([]byte(b[1])); err != nil {
			t.Errorf("%s%v", b[1], err)
		}
	}
	for _, name := range Names() {
		if !strings.Contains(text, "`"+name+"`") {
			t.Errorf("the profile %s is not named", name)
		}
	}
	for _, field := range everyField(reflect.TypeFor[Profile]()) {
		switch field {
		case "name", "doc", "auto":
			continue // what auto is has a chapter
		}
		if !regexp.MustCompile("[`\"]" + field + "[`\"]").MatchString(text) {
			t.Errorf("the field %s is not named", field)
		}
	}
}

func everyField(t reflect.Type) []string {
	switch t {
	case reflect.TypeFor[json.RawMessage]():
		return nil
	case reflect.TypeFor[Backoff]():
		t = reflect.TypeFor[backoffJSON]()
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		return everyField(t.Elem())
	case reflect.Struct:
		types, names := fieldsOf(t)
		for _, name := range names {
			names = append(names, everyField(types[name])...)
		}
		return names
	default:
		return nil
	}
}
