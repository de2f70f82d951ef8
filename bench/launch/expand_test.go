package launch

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestExpand(t *testing.T) {
	t.Parallel()
	vars := map[string]string{"addr": "127.0.0.1:81", "port": "81", "w": "4", "empty": "", "braces": "{port}"}
	for _, c := range []struct{ name, line, want string }{
		{"gunicorn", "gunicorn app:app -k uvicorn.workers.UvicornWorker -w {w} -b {addr}", "gunicorn app:app -k uvicorn.workers.UvicornWorker -w 4 -b 127.0.0.1:81"},
		{"twice, and side by side", "{port}{port}-{w}", "8181-4"},
		{"nothing", "", ""},
		{"an empty value", "a{empty}b", "ab"},
		{"a value is not looked into", "{braces}", "{port}"},
		{"the shell's", "${HOME} ${port} $HOME", "${HOME} ${port} $HOME"},
		{"the shell's list", "{1,2} {a,b} {a..c} {}", "{1,2} {a,b} {a..c} {}"},
		{"JSON", `'{"port":{"a":{}}}' {port}`, `'{"port":{"a":{}}}' 81`},
		{"a block", "{ true; }", "{ true; }"},
		{"text in braces", "awk '{{print}}' {{port}}", "awk '{print}' {port}"},
		{"a value in braces", "{ {port} } {{{port}}}", "{ 81 } {{port}}"},
		{"half a pair", "{{port} {port", "{81 {port"},
		{"not a name", "{9} {a-b} {a b} {é}", "{9} {a-b} {a b} {é}"},
	} {
		if got, err := Expand(c.line, vars); err != nil || got != c.want {
			t.Errorf("%s: %s: got %q, %v; want %q", c.name, c.line, got, err, c.want)
		}
	}
}

func TestExpandUnknown(t *testing.T) {
	t.Parallel()
	_, err := Expand("serve {workers}", map[string]string{"port": "1", "addr": "a"})
	e, ok := errors.AsType[*PlaceholderError](err)
	if !ok || e.Name != "workers" || e.Offset != 6 || !slices.Equal(e.Known, []string{"addr", "port"}) {
		t.Fatalf("got %#v", err)
	}
	const want = "{workers} in the server's command has no value: there is {addr}, {port} (for the text itself write {{workers}})"
	if err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
}

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	got := Placeholders("{b} {a} ${c} {{d}} {b} {e_1}")
	if want := []string{"b", "a", "e_1"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// With a value for every name that Placeholders lists, Expand succeeds, and a line without braces is left as it is.
func FuzzExpand(f *testing.F) {
	f.Add("serve {addr} {{x}} ${y} '{\"a\":1}' {{{z}}}", "v")
	f.Add("{{a}{b}}", "}")
	f.Fuzz(func(t *testing.T, line, value string) {
		vars := map[string]string{}
		for _, name := range Placeholders(line) {
			vars[name] = value
		}
		got, err := Expand(line, vars)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.ContainsAny(line, "{}") && got != line {
			t.Errorf("got %q from %q", got, line)
		}
		delete(vars, "a")
		if _, err := Expand(line, vars); (err != nil) != slices.Contains(Placeholders(line), "a") {
			t.Errorf("without {a}: %v", err)
		}
	})
}
