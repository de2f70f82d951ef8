package target

import (
	"errors"
	"testing"
)

func TestParsePathErrorsPointAtTheFault(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"", "a path starts with $, as in $.choices[0].delta.content (character 1):\n  \n  ^"},
		{"text", "a path starts with $, as in $.choices[0].delta.content (character 1):\n  text\n  ^"},
		{"$text", "a step starts with . or [ (character 2):\n  $text\n   ^"},
		{"$.a..b", "a member's name is missing (character 5):\n  $.a..b\n      ^"},
		{"$.", "a member's name is missing (character 3):\n  $.\n    ^"},
		{"$.a[", "this bracket is not closed (character 4):\n  $.a[\n     ^"},
		{"$.答['b]", "this bracket is not closed (character 4):\n  $.答['b]\n     ^"},
		{"$.a[-1]", "in brackets stands a number, * or a quoted name (character 5):\n  $.a[-1]\n      ^"},
		{"$.a[99999999999]", "in brackets stands a number, * or a quoted name (character 5):\n  $.a[99999999999]\n      ^"},
		{"$.*", "the wildcard is written [*] and stands for the elements of an array (character 3):\n  $.*\n    ^"},
		{"$[0]x", "a step starts with . or [ (character 5):\n  $[0]x\n      ^"},
	} {
		_, err := ParsePath(c.text)
		var fault *PathError
		if !errors.As(err, &fault) || err.Error() != c.want {
			t.Errorf("%q: got\n%v\nwant\n%s", c.text, err, c.want)
		}
	}
}

func TestPathFinds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, path, doc, want string }{
		{"the document", "$", ` "a" `, "a"},
		{"a member", "$.a", `{"b":1,"a":2}`, "2"},
		{"a member behind a like-named one inside", "$.a", `{"b":{"a":1},"a":2}`, "2"},
		{"nothing in another kind", "$.a", `[{"a":1}]`, ""},
		{"nothing in a scalar", "$.a.b", `{"a":"b"}`, ""},
		{"an element", "$.a[1]", `{"a":[1,[2,3],4]}`, "[2,3]"},
		{"no element", "$.a[3]", `{"a":[1,2,3]}`, ""},
		{"an element of an element", "$[1][0]", `[0,[5]]`, "5"},
		{"a quoted name", "$['a.b']", `{"a.b":1}`, "1"},
		{"a name with quotes", `$["it's"]['say "hi"']`, `{"it's":{"say \"hi\"":1}}`, "1"},
		{"a name with a bracket", `$['a[0]'].b`, `{"a[0]":{"b":1}}`, "1"},
		{"an escaped name", "$.答", `{"\u7b54":1}`, "1"},
		{"the empty name", "$['']", `{"":1}`, "1"},
		{"the last of twins", "$.a", `{"a":1,"a":2}`, "2"},
		{"the last of twins, without the rest", "$.a.b", `{"a":{"b":1},"a":{}}`, ""},
		{"the first filled element", "$[*].a", `[{},{"a":null},{"a":""},{"a":"x"},{"a":"y"}]`, "x"},
		{"an empty element, when none is filled", "$[*].a", `[{"a":null},{}]`, "null"},
		{"elements of elements", "$[*][*]", `[[],[""],["x"]]`, "x"},
		{"no elements of an object", "$[*]", `{"a":1}`, ""},
	} {
		path, err := ParsePath(c.path)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		v, ok := path.in([]byte(c.doc))
		if got := string(v.raw); !ok || got != c.want {
			t.Errorf("%s: got %q (valid: %v), want %q", c.name, got, ok, c.want)
		}
	}
}

// Property: what parses prints as it was written.
func FuzzParsePath(f *testing.F) {
	for _, s := range []string{"$", "$.a[0]['b c'][*].d", "$..", "$['", `$["']`, "$.\xff[", "$[00]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path, err := ParsePath(text)
		if err != nil {
			_ = err.Error() // the caret stays inside the text
			return
		}
		if path.String() != text {
			t.Errorf("got %q, want %q", path, text)
		}
		path.in([]byte(`{"a":[{"b c":[1]}]}`))
	})
}
