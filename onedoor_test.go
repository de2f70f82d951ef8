package aibench_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// door says which packages may import something that brings an idea of its own, and why no others. It opens onto a
// third-party module, or onto a package of the standard library or of this module where the floors alone say too
// little.
type door struct {
	onto string
	from []string // empty: every package
	why  string
}

// doors is in plain sight on purpose. A new dependency is a row here and a sentence in docs/decisions.md.
func doors() []door {
	return []door{
		{"github.com/spf13/cobra", []string{"cmd"},
			"verbs and flags are the process edge; what is beneath it takes plain values"},
		{"github.com/spf13/pflag", []string{"cmd"},
			"cobra's flag sets, so behind cobra's door"},
		{"github.com/HdrHistogram/hdrhistogram-go", []string{"bench"},
			"it reports values that it drops, and only one place must remember to count them"},
		{"github.com/tmaxmax/go-sse", []string{"mockllm"},
			"the server writes with it and the client reads with our parser, so that neither checks itself"},
		{"github.com/prometheus/client_golang", []string{"mockllm"},
			"metrics are scraped from the server; the client reports through the run file"},
		{"github.com/prometheus/common", []string{"mockllm"},
			"the text encoding of those metrics: client_golang gives it only as a net/http handler, which the server has none of"},
		{"github.com/coder/websocket", []string{"bench/target", "mockllm"},
			"client and server each hold their own end, and neither shows the other a frame"},
		{"modernc.org/sqlite", []string{"mockllm/queue"},
			"a store of jobs behind the Queue interface; nobody else needs a database"},
		{"github.com/redis/go-redis/v9", []string{"mockllm/queue"},
			"another store of jobs behind the same interface"},
		{"charm.land", []string{"report/tui"},
			"a terminal that is redrawn is one display's affair; everything else prints lines"},
		{"github.com/charmbracelet/x/ansi", []string{"report/tui"},
			"the width of a line with escapes in it, which comes with the display"},
		{"golang.org/x/perf/benchmath", []string{"report/verdict"},
			"a statistic that decides is in one place, with its tests"},
		{"golang.org/x/sys", nil,
			"the operating system, not an idea"},
		{module + "/mockllm", []string{"cmd"},
			"a ruler does not check itself: what measures shares no code with the server that it is held against"},
		{"os/exec", []string{"cmd", "mockllm", "bench/floor", "bench/launch"},
			"the server starts its workers, a verb without a URL the server, the floor program its own, and a comparison the servers that it was given; what measures starts nothing"},
	}
}

// opens says whether an import leads through the door. A module's packages are all behind it.
func (d door) opens(imp string) bool {
	return imp == d.onto || strings.HasPrefix(imp, d.onto+"/")
}

// admits says whether a package may go through: it is named, or it lives behind the door itself.
func (d door) admits(path string) bool {
	return len(d.from) == 0 || slices.Contains(d.from, path) || d.opens(module+"/"+path)
}

// TestOneDoor holds each dependency behind the packages that own it, so that it can be replaced in one place.
func TestOneDoor(t *testing.T) {
	t.Parallel()
	all := packages(t)
	for _, p := range all {
		for _, imp := range p.imports {
			if why := trespass(p.path, imp); why != "" {
				t.Errorf("%s imports %s: %s", p.path, imp, why)
			}
		}
	}
	for _, d := range doors() {
		for _, p := range all {
			if slices.Contains(d.from, p.path) && !slices.ContainsFunc(p.imports, d.opens) {
				t.Errorf("%s no longer imports %s: take it out of the row in onedoor_test.go, so that the table tells the truth", p.path, d.onto)
			}
		}
	}
}

// trespass says why a package may not import something, or nothing when it may.
func trespass(path, imp string) string {
	known := false
	for _, d := range doors() {
		if !d.opens(imp) {
			continue
		}
		if !d.admits(path) {
			return fmt.Sprintf("only %s may: %s", strings.Join(d.from, " and "), d.why)
		}
		known = true
	}
	if thirdParty(imp) && !known {
		return "it has no door: name the one package that may import it in onedoor_test.go, and say in docs/decisions.md what it saves"
	}
	return ""
}

// TestTrespass shows that the rule can refuse, whatever the tree looks like today.
func TestTrespass(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, path, imp string
		refused         bool
	}{
		{"through the door", "cmd", "github.com/spf13/cobra", false},
		{"a package of the module behind the door", "mockllm", "github.com/prometheus/client_golang/prometheus/promhttp", false},
		{"past the door", "report", "github.com/spf13/cobra", true},
		{"a module whose name only begins alike", "cmd", "github.com/spf13/cobrax", true},
		{"no door", "bench", "github.com/stretchr/testify/assert", true},
		{"free", "sse", "golang.org/x/sys/unix", false},
		{"the standard library", "bench/wire", "crypto/tls", false},
		{"a process started by what measures", "bench/target", "os/exec", true},
		{"the server by what measures", "bench/target", module + "/mockllm", true},
		{"the server by its own package", "mockllm", module + "/mockllm/queue", false},
		{"the server by the verb that runs it", "cmd", module + "/mockllm", false},
	} {
		if why := trespass(c.path, c.imp); (why != "") != c.refused {
			t.Errorf("%s: %s imports %s: got %q, want refused %v", c.name, c.path, c.imp, why, c.refused)
		}
	}
}
