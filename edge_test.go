package aibench_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// edge is what only the process edge may touch: the package named, or some of its names.
type edge struct {
	path  string
	names []string // empty: all of them
	why   string
}

func edges() []edge {
	return []edge{
		{"os", []string{"Args", "Getenv", "LookupEnv", "Environ", "ExpandEnv", "Setenv", "Unsetenv", "Clearenv"},
			"arguments and environment enter through cmd.App, so that a test can give others"},
		{"os", []string{"Stdin", "Stdout", "Stderr"},
			"streams enter through cmd.App: stdout is the report, and nobody else writes to it"},
		{"os", []string{"Exit"},
			"errors meet exit codes in one file, and an exit below it would skip every deferred clean-up"},
		{"os/signal", nil,
			"signals enter through cmd.App, where the first drains and the second leaves"},
		{"flag", nil,
			"flags are read once, at the edge"},
		{"fmt", []string{"Print", "Printf", "Println", "Scan", "Scanf", "Scanln"},
			"they reach for the standard streams, which enter through cmd.App"},
		{"log", []string{"Print", "Printf", "Println", "Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln", "Default"},
			"return errors or record them; there is no logger below cmd"},
		{"log/slog", nil,
			"return errors or record them; there is no logger below cmd"},
	}
}

// atEdge are the packages that are the process edge.
func atEdge() []string { return []string{"cmd", "cmd/aibench", "bench/floor"} }

// TestOnlyTheEdgeTouchesTheProcess keeps arguments, environment, streams, signals and exits above the floors: what is
// beneath runs twice in one process, and in a test, without noticing.
func TestOnlyTheEdgeTouchesTheProcess(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		if f.test || slices.Contains(atEdge(), f.dir) {
			continue
		}
		for _, e := range edges() {
			for _, pos := range f.uses(e.path, e.names...) {
				t.Errorf("%s uses %s: %s", pos, e.path, e.why)
			}
		}
	}
}

// goFile is one parsed source file of the module.
type goFile struct {
	*ast.File
	fset *token.FileSet
	dir  string // with slashes, relative to the module: "bench/wire", "." for the root
	test bool
}

// goFiles parses every Go file that is ours, whatever system it is for.
func goFiles(t *testing.T) []goFile {
	t.Helper()
	fset := token.NewFileSet()
	var files []goFile
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")) {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(name))
		files = append(files, goFile{f, fset, dir, strings.HasSuffix(name, "_test.go")})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// uses lists where the file names one of the names of the package, or any of them when none is given.
func (f goFile) uses(importPath string, names ...string) []token.Position {
	var at []token.Position
	ast.Inspect(f.File, func(n ast.Node) bool {
		if f.refers(n, importPath, names...) {
			at = append(at, f.fset.Position(n.Pos()))
		}
		return true
	})
	return at
}

// refers says whether a node is pkg.Name, with the file's own name for the package.
func (f goFile) refers(n ast.Node, importPath string, names ...string) bool {
	sel, ok := n.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok || x.Obj != nil || x.Name != f.nameOf(importPath) { // Obj: a variable that hides the package
		return false
	}
	return len(names) == 0 || slices.Contains(names, sel.Sel.Name)
}

// nameOf is what the file calls the package, empty when it does not import it.
func (f goFile) nameOf(importPath string) string {
	for _, spec := range f.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err != nil || p != importPath {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(importPath)
	}
	return ""
}
