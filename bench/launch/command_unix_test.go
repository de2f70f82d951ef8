//go:build unix

package launch

import (
	"errors"
	"os"
	"strings"
	"testing"
)

func TestCommandsOfTheShell(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, c := range []struct{ name, line string }{
		{"one program", "{self} {addr}"},
		{"two commands", "true && {self} {addr}"},
		{"a variable first", "X=1 {self} {addr}"},
		{"an exec of its own", "exec {self} {addr}"},
		{"a pipe", "{self} {addr} | cat"},
		{"a script that does not pass signals on", "{self} {addr}; exit $?"},
		{"the port alone", "{self} 127.0.0.1:{port}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			order := command("healthy")
			order.Line, order.Dir = c.line, dir
			order.Vars = map[string]string{"self": "'" + os.Args[0] + "'"}
			s := launch(t, order)
			pid := brood(t, s, "idle")
			if err := s.Stop(); err != nil {
				t.Errorf("stop: %v, want all to end when asked", err)
			}
			if !gone(pid) {
				t.Errorf("the child %d is still there", pid)
			}
		})
	}
}

func TestCommandThatDoesNotExist(t *testing.T) {
	t.Parallel()
	_, err := Start(t.Context(), Command{Line: "no-such-server --bind {addr}"})
	if e, ok := errors.AsType[*NotReadyError](err); !ok || !strings.Contains(e.Why, "exit status 127") || len(e.Log) == 0 {
		t.Errorf("got %v, want exit status 127 and what the shell says", err)
	}
}

func TestCommandsThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		Command
		want string
	}{
		{"no address", Command{Line: "true"}, "{addr} or {port} must be in the command"},
		{"its own address", Command{Line: "true {addr}", Vars: map[string]string{"port": "1"}}, "{port} is chosen here"},
		{"unknown", Command{Line: "true {addr} {w}", Vars: map[string]string{"v": "1"}}, "there is {addr}, {port}, {v}"},
		{"no directory", Command{Line: "true {addr}", Dir: "/no/such/directory"}, "no such file or directory"},
	} {
		if _, err := Start(t.Context(), c.Command); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}
