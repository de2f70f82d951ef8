package aibench_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// TestNoTestSleeps refuses time.Sleep in a test, except in the virtual time of a synctest bubble: a test that waits
// for real is slow when it passes and wrong when the machine is busy. A bubble is a function given, written out or by
// name, to synctest.Test or to a helper that calls it; a helper that only bubbles call says "bubble" in its comment.
func TestNoTestSleeps(t *testing.T) {
	t.Parallel()
	for _, at := range sleeps(goFiles(t)) {
		t.Errorf("%s sleeps outside a synctest bubble", at)
	}
}

func sleeps(files []goFile) []token.Position {
	r := sleepRule{opens: map[string]bool{}, bubble: map[string]bool{}}
	for _, f := range files {
		r.learnOpeners(f)
	}
	for _, f := range files {
		r.learnBubbles(f)
	}
	var at []token.Position
	for _, f := range files {
		if f.test {
			at = append(at, r.awake(f)...)
		}
	}
	return at
}

// sleepRule knows functions by directory and name: those that open a bubble for the function they are given, and
// those that run in one.
type sleepRule struct{ opens, bubble map[string]bool }

// learnOpeners notes the functions that call synctest.Test.
func (r sleepRule) learnOpeners(f goFile) {
	for _, decl := range f.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			if f.refers(n, "testing/synctest", "Test") {
				r.opens[f.dir+"."+fn.Name.Name] = true
			}
			return true
		})
	}
}

// learnBubbles notes the functions given by name, and those whose comment says so.
func (r sleepRule) learnBubbles(f goFile) {
	ast.Inspect(f.File, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if strings.Contains(n.Doc.Text(), "bubble") {
				r.bubble[f.dir+"."+n.Name.Name] = true
			}
		case *ast.CallExpr:
			for _, arg := range n.Args {
				if id, ok := arg.(*ast.Ident); ok && r.opensBubble(f, n) {
					r.bubble[f.dir+"."+id.Name] = true
				}
			}
		}
		return true
	})
}

// awake lists each time.Sleep of a file that no bubble holds.
func (r sleepRule) awake(f goFile) []token.Position {
	var at []token.Position
	ast.Inspect(f.File, func(n ast.Node) bool {
		if f.refers(n, "time", "Sleep") {
			at = append(at, f.fset.Position(n.Pos()))
		}
		switch n := n.(type) {
		case *ast.FuncDecl:
			return !r.bubble[f.dir+"."+n.Name.Name]
		case *ast.CallExpr:
			return !r.opensBubble(f, n)
		}
		return true
	})
	return at
}

func (r sleepRule) opensBubble(f goFile, call *ast.CallExpr) bool {
	id, ok := call.Fun.(*ast.Ident)
	return ok && r.opens[f.dir+"."+id.Name] || f.refers(call.Fun, "testing/synctest", "Test")
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
		{"in a bubble that a helper opens", `func open(t *testing.T, f func()) { synctest.Test(t, func(t *testing.T) { f() }) }
			func TestX(t *testing.T) { open(t, func() { clock.Sleep(1) }) }`, 0},
		{"in the helper that opens one", `func open(t *testing.T, f func()) { clock.Sleep(1); synctest.Test(t, func(t *testing.T) { f() }) }`, 1},
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
