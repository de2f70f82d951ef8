package cmd

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// oneSide stands between the words of one side in a flag's value. No argument
// can hold it: arguments end with it.
const oneSide = "\x00"

// spreadSides lets several words follow --base and --head, which a shell makes
// of base/*.json: all words up to the next flag become the value of one.
func spreadSides(args []string) []string {
	if len(args) == 0 || !slices.Contains([]string{"compare", "gate"}, args[0]) {
		return args
	}
	var out []string
	for i := 0; i < len(args); i++ {
		if args[i] == "--" {
			return append(out, args[i:]...)
		}
		name, value, given := strings.Cut(args[i], "=")
		if name != "--base" && name != "--head" || !given && i+1 == len(args) {
			out = append(out, args[i])
			continue
		}
		if !given {
			i++
			value = args[i]
		}
		for i+1 < len(args) && continues(args[i+1]) {
			i++
			value += oneSide + args[i]
		}
		out = append(out, name+"="+value)
	}
	return out
}

// continues reports whether a word after a side's first belongs to the side
// too. The name of a verb does not: its "--" was forgotten.
func continues(word string) bool {
	return (!strings.HasPrefix(word, "-") || word == "-") && !isLoad(word)
}

// sideWords collects the words of --base and --head, one list for each time
// that the flag is given.
type sideWords struct{ list [][]string }

func (s *sideWords) Type() string   { return "URL|FILES" }
func (s *sideWords) String() string { return "" }

func (s *sideWords) Set(value string) error {
	s.list = append(s.list, strings.Split(value, oneSide))
	return nil
}

// cutName cuts a leading NAME= off, in lower case, so that a variable in front
// of a command (PORT=1 server) is none.
func cutName(s string) (name, rest string) {
	if m := regexp.MustCompile(`^([a-z0-9][a-z0-9._-]*)=(?s:(.*))$`).FindStringSubmatch(s); m != nil {
		return m[1], m[2]
	}
	return "", s
}

// named cuts the name off the words of one side. A file whose name looks like
// one is a file.
func named(words []string) (name string, rest []string) {
	if exists(words[0]) {
		return "", words
	}
	name, first := cutName(words[0])
	return name, append([]string{first}, words[1:]...)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// files gives the files that words name. Patterns that no shell has expanded
// are expanded here, in the order of the names.
func files(words []string) ([]string, error) {
	var all []string
	for _, word := range words {
		if word == "-" || exists(word) || !strings.ContainsAny(word, "*?[") {
			all = append(all, word)
			continue
		}
		matches, err := filepath.Glob(word)
		if err != nil {
			return nil, usage("a pattern such as base/*.json", "%s is not a pattern", quoted(word))
		}
		if len(matches) == 0 {
			return nil, usage("files that -o x.json or --runs DIR wrote", "no file matches %s", word)
		}
		all = append(all, matches...)
	}
	return all, nil
}
