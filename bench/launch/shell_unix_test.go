//go:build unix

package launch

import "testing"

func TestScript(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line string
		exec bool
	}{
		{"gunicorn app:app -b 127.0.0.1:1", true},
		{"./run rq 81 >log 2>&1 <&-", true},
		{`serve --body '{"a;b":"(c)&|"}' "x;y" a\;b`, true},
		{"env X=1 serve", true},
		{"serve --x=1", true},
		{"X=1 serve", false},
		{"cd app && serve", false},
		{"cd app", false},
		{"exec serve", false},
		{"serve; true", false},
		{"serve & wait", false},
		{"serve | tee log", false},
		{"(serve)", false},
		{"{ serve; }", false},
		{"serve $(nproc)", false}, // harmless, but told apart by no more than its parenthesis
		{"one\ntwo", false},
		{"serve 'unfinished", false},
		{"", false},
	} {
		want := c.line
		if c.exec {
			want = "exec " + c.line
		}
		if got := script(c.line); got != want {
			t.Errorf("%q: got %q, want %q", c.line, got, want)
		}
	}
}
