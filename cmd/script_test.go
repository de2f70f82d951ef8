package cmd_test

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/aibench/aibench/cmd"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"aibench": func() { os.Exit(cmd.System().Main(context.Background(), os.Args[1:])) },
	})
}

// TestScripts runs every script of testdata: one per behaviour of the command
// line. $URL is a server of many moods at $HOST, $TLS_URL one with a certificate that
// nobody signed, $REFUSED a port at which nobody listens;
// measure is a run of aibench that may be invalid.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"measure": measure},
		Setup: func(env *testscript.Env) error {
			plain, secure := newMoods(), newMoods()
			plain.Start()
			secure.StartTLS()
			env.Defer(func() { plain.Close(); secure.Close() })
			env.Setenv("URL", plain.URL)
			env.Setenv("HOST", strings.TrimPrefix(plain.URL, "http://"))
			env.Setenv("TLS_URL", secure.URL)
			refused, err := freePort()
			env.Setenv("REFUSED", "http://"+refused)
			return err
		},
	})
}

// measure runs aibench and takes exit code 97 for 0: whether the machine of a
// test is quiet enough for a valid run is not what a script is about.
func measure(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("measure cannot be negated: say ! exec aibench")
	}
	err := ts.Exec("aibench", args...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == 97 {
		return
	}
	ts.Check(err)
}

// freePort is an address at which nobody listens any more.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
