package aibench_test

import (
	"fmt"
	"testing"
)

// floor is where a package stands. It may import what stands on a lower floor, and nothing else of this module.
type floor struct {
	level int
	path  string
}

// floors is the whole building. A package that is not here has no place yet: give it one, or better, put its code
// into the package that it belongs to.
func floors() []floor {
	return []floor{
		{6, "cmd/aibench"},
		{5, "cmd"},
		{4, "report/tui"},
		{4, "report/html"},
		{4, "report/compare"},
		{3, "report"},
		{2, "report/verdict"},
		{1, "bench/target"},
		{1, "bench/diagnose"},
		{0, "bench"},
		{0, "bench/wire"},
		{0, "bench/profile"},
		{0, "bench/launch"},
		{0, "sse"},
		{0, "mockllm"},
		{0, "mockllm/queue"},
	}
}

// stairs are imports between neighbours on one floor, each with its reason.
func stairs() map[[2]string]string {
	return map[[2]string]string{
		{"report/html", "report/compare"}: "a page may show a comparison; the comparison knows of no page",
		{"mockllm", "mockllm/queue"}:      "the server's own store of jobs, apart so that its databases stay behind one door",
	}
}

// outside are packages that stand on no floor, each with its reason. Nobody imports them.
func outside() map[string]string {
	return map[string]string{
		"bench/floor":           "a program that measures what receiving alone costs, so that anyone can repeat the comparison",
		"examples/fastapi-jobs": "a service that is not ours, and the test that measures it",
	}
}

// TestFloors holds every package to its floor: it knows what is beneath it, and nothing else.
func TestFloors(t *testing.T) {
	t.Parallel()
	level := map[string]int{}
	for _, f := range floors() {
		level[f.path] = f.level
	}
	for _, p := range packages(t) {
		if outside()[p.path] != "" {
			continue
		}
		at, ok := level[p.path]
		if !ok {
			t.Errorf("%s has no floor: say in floors_test.go where it stands, or put its code into the package it belongs to", p.path)
			continue
		}
		for _, imp := range p.imports {
			if why := climbs(p.path, imp, at, level); why != "" {
				t.Errorf("%s, on floor %d, imports %s: %s", p.path, at, imp, why)
			}
		}
	}
}

// climbs says why an import does not lead down, or nothing when it does.
func climbs(path, imp string, at int, level map[string]int) string {
	dep, ok := ours(imp)
	if !ok || stairs()[[2]string{path, dep}] != "" {
		return ""
	}
	if why := outside()[dep]; why != "" {
		return "that stands outside the floors: " + why
	}
	to, ok := level[dep]
	if ok && to >= at {
		return fmt.Sprintf("that stands on floor %d, and a package knows only what is beneath it", to)
	}
	return ""
}

// TestClimbs shows that the rule can refuse, whatever the tree looks like today.
func TestClimbs(t *testing.T) {
	t.Parallel()
	level := map[string]int{"sse": 0, "bench": 0, "bench/target": 1, "report": 3, "mockllm": 0, "mockllm/queue": 0}
	for _, c := range []struct {
		name, path, imp string
		refused         bool
	}{
		{"down", "bench/target", module + "/sse", false},
		{"up", "bench", module + "/bench/target", true},
		{"a neighbour", "bench", module + "/sse", true},
		{"a neighbour by the stairs", "mockllm", module + "/mockllm/queue", false},
		{"the stairs backwards", "mockllm/queue", module + "/mockllm", true},
		{"a program", "report", module + "/bench/floor", true},
		{"the standard library", "sse", "bytes", false},
	} {
		if why := climbs(c.path, c.imp, level[c.path], level); (why != "") != c.refused {
			t.Errorf("%s: %s imports %s: got %q, want refused %v", c.name, c.path, c.imp, why, c.refused)
		}
	}
}
