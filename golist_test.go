package aibench_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/aibench/aibench"

// pkg is one package of the module as the build sees it: what it imports outside tests, on every system together.
type pkg struct {
	path    string // relative to the module: "bench/wire"
	imports []string
}

// packages lists the module's packages in order of path. Build constraints hide files, so the list is taken for each
// system that aibench is built for and the imports are joined.
func packages(t *testing.T) []pkg {
	t.Helper()
	byPath := map[string][]string{}
	for _, goos := range []string{"linux", "darwin", "windows"} {
		list(t, goos, byPath)
	}
	var all []pkg
	for path, imports := range byPath {
		slices.Sort(imports)
		all = append(all, pkg{path, slices.Compact(imports)})
	}
	slices.SortFunc(all, func(a, b pkg) int { return strings.Compare(a.path, b.path) })
	return all
}

func list(t *testing.T, goos string, byPath map[string][]string) {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Imports", "./...")
	cmd.Env = append(os.Environ(), "GOOS="+goos, "CGO_ENABLED=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list for %s: %v\n%s", goos, err, stderr.Bytes())
	}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("go list for %s: %v", goos, err)
		}
		if path, ok := ours(p.ImportPath); ok {
			byPath[path] = append(byPath[path], p.Imports...)
		}
	}
}

// ours says whether an import path is a package of this module, and which. The module root holds tests alone and is
// not one.
func ours(importPath string) (path string, ok bool) {
	return strings.CutPrefix(importPath, module+"/")
}

// thirdParty says whether an import path is neither this module's nor the standard library's.
func thirdParty(importPath string) bool {
	host, _, _ := strings.Cut(importPath, "/")
	return strings.Contains(host, ".") && importPath != module && !strings.HasPrefix(importPath, module+"/")
}
