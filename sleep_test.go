package aibench_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// TestNoTestSleeps refuses time.Sleep in a test, except in the virtual time of a synctest bubble: a test that waits
// for real is slow when it passes and wrong when the machine is busy. A bubble is the function given to synctest.Test,
// written there or named there; a helper that only bubbles call says "in a bubble" in its comment.
func TestNoTestSleeps(t *testing.T) {
	t.Parallel()
	for _, at := range sleeps(goFiles(t)) {
		t.Errorf("%s sleeps outside a synctest bubble", at)
	}
}

func sleeps(files []goFile) []token.Position {
	named := map[string]bool{} // directory and function given to synctest.Test by name
	for _, f := range files {
		for _, arg := range f.bubbles() {
			if id, ok := arg.(*ast.Ident); ok {
				named[f.dir+"."+id.Name] = true
			}
		}
	}
	var at []token.Position
	for _, f := range files {
		if !f.test {
			continue
		}
		for _, decl := range f.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if ok && (named[f.dir+"."+fn.Name.Name] || strings.Contains(fn.Doc.Text(), "in a bubble")) {
				continue
			}
			at = append(at, f.awake(decl)...)
		}
	}
	return at
}

// awake lists each time.Sleep beneath a node that no bubble holds.
func (f goFile) awake(root ast.Node) []token.Position {
	var at []token.Position
	ast.Inspect(root, func(n ast.Node) bool {
		if f.refers(n, "time", "Sleep") {
			at = append(at, f.fset.Position(n.Pos()))
		}
		call, ok := n.(*ast.CallExpr)
		return !ok || !f.refers(call.Fun, "testing/synctest", "Test")
	})
	return at
}

// bubbles lists what the file gives to synctest.Test.
func (f goFile) bubbles() []ast.Expr {
	var fns []ast.Expr
	ast.Inspect(f.File, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if ok && f.refers(call.Fun, "testing/synctest", "Test") && len(call.Args) == 2 {
			fns = append(fns, call.Args[1])
		}
		return true
	})
	return fns
}

// TestSleeps shows that the rule can refuse, whatever the tree looks like today.
func TestSleeps(t *testing.T) {
	t.Parallel()
	const head = "package p\nimport (\"testing\"; \"testing/synctest\"; clock \"time\")\n"
	for _, c := range []struct {
		name, src string
		want      int
	}{
		{"outside", `func TestX(t *testing.T) { clock.Sleep(1) }`, 1},
		{"handed over", `func TestX(t *testing.T) { wait(clock.Sleep) }`, 1},
		{"in a bubble", `func TestX(t *testing.T) { synctest.Test(t, func(t *testing.T) { clock.Sleep(1) }) }`, 0},
		{"beside a bubble", `func TestX(t *testing.T) { synctest.Test(t, func(t *testing.T) {}); clock.Sleep(1) }`, 1},
		{"in a named bubble", `func TestX(t *testing.T) { synctest.Test(t, x) }; func x(t *testing.T) { clock.Sleep(1) }`, 0},
		{"in a helper", `func wait() { clock.Sleep(1) }`, 1},
		{"in a helper of bubbles", "// wait is called in a bubble.\nfunc wait() { clock.Sleep(1) }", 0},
		{"another Sleep", `func TestX(t *testing.T) { var clock bed; clock.Sleep(1) }`, 0},
	} {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "x_test.go", head+c.src, parser.ParseComments)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := sleeps([]goFile{{f, fset, ".", true}}); len(got) != c.want {
			t.Errorf("%s: got %v, want %d refused", c.name, got, c.want)
		}
	}
}
