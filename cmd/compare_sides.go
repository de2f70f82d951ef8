package cmd

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/aibench/aibench/bench/launch"
	"github.com/aibench/aibench/report/compare"
)

// mostSides bounds what the values of several --vary make together.
const mostSides = 32

// A side is one of the things compared: a URL, a server to start, or files of
// saved runs.
type side struct {
	name  string
	url   string
	line  string // the command that starts the server
	vars  []compare.Var
	files []string
}

// values are what stands in the placeholders of a command.
func values(vars []compare.Var) map[string]string {
	m := map[string]string{}
	for _, v := range vars {
		m[v.Key] = v.Value
	}
	return m
}

// A sideKind is how the sides of a comparison are given.
type sideKind int

const (
	servers  sideKind = iota // started from commands
	services                 // at URLs
	saved                    // in files
)

// sides gives what is to be compared, the control first.
func (o *comparisonFlags) sides() (list []side, kind sideKind, err error) {
	addressed := len(o.base.list)+len(o.head.list) > 0
	switch {
	case addressed && len(o.serve.list) > 0:
		return nil, 0, usage("--serve base='…' --serve head='…'", "--serve starts the sides, and --base and --head name others")
	case addressed && len(o.vary.list) > 0, len(o.vary.list) > 0 && len(o.serve.list) == 0:
		return nil, 0, usage("--serve 'server --workers {w} --bind {addr}' --vary w=1,2,4", "--vary belongs to a command, and there is no --serve")
	case len(o.serve.list) > 0:
		list, err = o.grid()
		kind = servers
	case addressed:
		list, kind, err = o.named()
	default:
		return nil, 0, usage("--base URL --head URL -- stream -c 50 -d 10s\n--serve 'COMMAND {addr}' --vary w=1,2,4 -- stream -c 50 -d 10s\n--base base/*.json --head head/*.json",
			"there is nothing to compare")
	}
	if err == nil && o.aa {
		list, err = twice(list[0], kind)
	}
	if err != nil {
		return nil, 0, err
	}
	return list, kind, distinct(list)
}

// twice sets a side against itself.
func twice(s side, kind sideKind) ([]side, error) {
	if kind == saved {
		return nil, usage("--base URL, or --serve COMMAND", "--aa makes runs of its own, and these are saved ones")
	}
	again := s
	again.name += "-again"
	return []side{s, again}, nil
}

// distinct refuses two sides of one name: nobody could tell them apart.
func distinct(list []side) error {
	if len(list) > mostSides {
		return usage("fewer values", "%d configurations are too many: %d at most", len(list), mostSides)
	}
	for i, s := range list {
		if slices.ContainsFunc(list[:i], func(other side) bool { return other.name == s.name }) {
			return usage("another NAME= in front of one of them", "two sides are called %s", s.name)
		}
	}
	return nil
}

// named gives the sides of --base and --head.
func (o *comparisonFlags) named() ([]side, sideKind, error) {
	switch {
	case len(o.base.list) == 0:
		return nil, 0, usage("--base URL, or --base FILES", "there is a --head and no --base")
	case len(o.base.list) > 1:
		return nil, 0, usage("--head for each of the others", "there is one control, and --base is given %d times", len(o.base.list))
	case len(o.head.list) == 0 && !o.aa:
		return nil, 0, usage("--head URL, or --head FILES; --aa to set base against itself", "there is a --base and no --head")
	}
	kind := saved
	if strings.Contains(o.base.list[0][0], "://") {
		kind = services
	}
	list := []side{{name: "base"}}
	for i := range o.head.list {
		name := "head"
		if len(o.head.list) > 1 {
			name = fmt.Sprintf("head%d", i+1)
		}
		list = append(list, side{name: name})
	}
	for i, words := range append(slices.Clone(o.base.list), o.head.list...) {
		if err := list[i].locate(words, kind); err != nil {
			return nil, 0, err
		}
	}
	return list, kind, nil
}

// locate reads the words of one side.
func (s *side) locate(words []string, kind sideKind) error {
	name, words := named(words)
	if name != "" {
		s.name = name
	}
	isURL := func(w string) bool { return strings.Contains(w, "://") }
	switch {
	case kind == services && slices.ContainsFunc(words, func(w string) bool { return !isURL(w) }),
		kind == saved && slices.ContainsFunc(words, isURL):
		return usage("URLs on both sides, or files on both", "%s: a URL cannot be compared with a file", s.name)
	case kind == services && len(words) > 1:
		return usage("--head once for each", "%s: one URL is enough, and there are %d", s.name, len(words))
	case kind == services:
		s.url = words[0]
		_, err := parseEndpoint(s.url)
		return err
	}
	var err error
	s.files, err = files(words)
	return err
}

// grid gives a side for each command and each combination of the values that
// the command has placeholders for, the first key varying slowest.
func (o *comparisonFlags) grid() ([]side, error) {
	var list []side
	used := map[string]bool{}
	for i, c := range o.serve.list {
		name := c.name
		if name == "" && len(o.serve.list) > 1 {
			name = sideName(i, len(o.serve.list))
		}
		grown := []side{{name: name, line: c.line}}
		for _, v := range o.vary.list {
			if !slices.Contains(launch.Placeholders(c.line), v.key) {
				continue
			}
			used[v.key] = true
			grown = v.vary(grown)
		}
		list = append(list, grown...)
		if len(list) > mostSides {
			return nil, distinct(list)
		}
	}
	for _, v := range o.vary.list {
		if !used[v.key] {
			return nil, usage("{"+v.key+"} where the command takes the value", "--vary %s: no --serve says {%s}", v.key, v.key)
		}
	}
	if len(list) == 1 {
		if !o.aa {
			return nil, usage("--vary w=1,2,4, a second --serve, or --aa to set it against itself", "one command alone cannot be compared")
		}
		list[0].name = cmp.Or(list[0].name, "base")
	}
	return list, o.checkCommands(list)
}

// sideName names the i-th of n commands that have no name of their own.
func sideName(i, n int) string {
	switch {
	case i == 0:
		return "base"
	case n == 2:
		return "head"
	}
	return fmt.Sprintf("head%d", i)
}

// vary multiplies sides by the values of one variable.
func (v varied) vary(list []side) []side {
	var out []side
	for _, s := range list {
		for _, value := range v.values {
			grown := s
			grown.vars = append(slices.Clone(s.vars), compare.Var{Key: v.key, Value: value})
			grown.name = strings.TrimSpace(s.name + " " + v.key + "=" + value)
			out = append(out, grown)
		}
	}
	return out
}

// checkCommands finds a placeholder that nothing fills before a server is
// started.
func (o *comparisonFlags) checkCommands(list []side) error {
	for _, s := range list {
		names := launch.Placeholders(s.line)
		if !slices.Contains(names, "addr") && !slices.Contains(names, "port") {
			return usage("{addr} where the command takes HOST:PORT, or {port}",
				"--serve: %s has no place for {addr} or {port}, and a port is chosen for each run", quoted(s.line))
		}
		vars := values(s.vars)
		vars["addr"], vars["port"] = "127.0.0.1:8000", "8000"
		if _, err := launch.Expand(s.line, vars); err != nil {
			return usage("{addr}, {port}, or a --vary of that name", "--serve: %v", err)
		}
	}
	return nil
}
