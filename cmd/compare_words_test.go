package cmd

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestSpreadSides(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, args, want string // in want, + stands between the words of one side
	}{
		{"one word each", "gate --base a --head b", "gate --base=a --head=b"},
		{"as a shell expands", "gate --base a1 a2 --head b1 b2 b3", "gate --base=a1+a2 --head=b1+b2+b3"},
		{"with an equals sign", "compare --base=a1 a2 --head=b", "compare --base=a1+a2 --head=b"},
		{"several heads", "compare --base a --head b --head c d", "compare --base=a --head=b --head=c+d"},
		{"up to a flag", "gate --base a1 a2 --strict --head b -o x.json", "gate --base=a1+a2 --strict --head=b -o x.json"},
		{"up to the load", "gate --head b --base a -- stream --base c d", "gate --head=b --base=a -- stream --base c d"},
		{"a forgotten --", "gate --base a --head b stream -c 5", "gate --base=a --head=b stream -c 5"},
		{"stdin", "gate --base - --head b", "gate --base=- --head=b"},
		{"no value", "gate --head b --base", "gate --head=b --base"},
		{"another verb", "report --base a b", "report --base a b"},
		{"nothing", "", ""},
	}
	for _, tt := range tests {
		got := strings.Join(spreadSides(strings.Fields(tt.args)), " ")
		if want := strings.ReplaceAll(tt.want, "+", oneSide); got != want {
			t.Errorf("%s: got %q, want %q", tt.name, got, want)
		}
	}
}

func TestCutName(t *testing.T) {
	t.Parallel()
	tests := []struct{ s, name, rest string }{
		{"base=gunicorn app:app", "base", "gunicorn app:app"},
		{"v1.2-rc_3=x", "v1.2-rc_3", "x"},
		{"PORT=1 gunicorn", "", "PORT=1 gunicorn"},
		{"head=PORT=1 gunicorn", "head", "PORT=1 gunicorn"},
		{"gunicorn -b x=y", "", "gunicorn -b x=y"},
		{"http://h/?a=b", "", "http://h/?a=b"},
		{"new=http://h/?a=b", "new", "http://h/?a=b"},
		{"head=a\nb", "head", "a\nb"},
		{"=x", "", "=x"},
	}
	for _, tt := range tests {
		if name, rest := cutName(tt.s); name != tt.name || rest != tt.rest {
			t.Errorf("cutName(%q) = %q, %q, want %q, %q", tt.s, name, rest, tt.name, tt.rest)
		}
	}
}

// FuzzSpreadSides: the words of the sides and everything else come back in
// their order.
func FuzzSpreadSides(f *testing.F) {
	f.Add("gate --base a b --head c -- stream")
	f.Add("compare --head=x y --base")
	f.Fuzz(func(t *testing.T, line string) {
		args := strings.Fields(strings.ReplaceAll(line, oneSide, ""))
		flat := func(args []string) string {
			return strings.NewReplacer(oneSide, " ", "--base=", "--base ", "--head=", "--head ").Replace(strings.Join(args, " "))
		}
		if got, want := flat(spreadSides(slices.Clone(args))), flat(args); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"a1.json", "a2.json", "b[1].json", "v2=c.json"} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct{ words, want, wrong string }{
		{"a1.json", "a1.json", ""},
		{"a*.json", "a1.json a2.json", ""},
		{"b[1].json", "b[1].json", ""},
		{"gone.json", "gone.json", ""}, // reading it says what is wrong
		{"gone/*.json", "", "no file matches gone/*.json"},
		{"[", "", "not a pattern"},
	}
	for _, tt := range tests {
		got, err := files(strings.Fields(tt.words))
		if tt.wrong != "" && (err == nil || !strings.Contains(err.Error(), tt.wrong)) {
			t.Errorf("files(%q): %v, want %q", tt.words, err, tt.wrong)
		}
		if strings.Join(got, " ") != filepath.FromSlash(tt.want) {
			t.Errorf("files(%q) = %q, want %q", tt.words, got, tt.want)
		}
	}
	if name, words := named([]string{"v2=c.json"}); name != "" || words[0] != "v2=c.json" {
		t.Errorf("a file of that name is a file, got the name %q and %q", name, words)
	}
	if name, words := named([]string{"new=a1.json", "a2.json"}); name != "new" || words[0] != "a1.json" || len(words) != 2 {
		t.Errorf("got the name %q and %q", name, words)
	}
}
