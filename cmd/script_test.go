package cmd_test

import (
	"context"
	"encoding/pem"
	"errors"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
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
// line. $URL is a server of many moods at $HOST, $TLS_URL one whose certificate
// only ca.pem vouches for, $REFUSED a port at which nobody listens;
// measure is a run of aibench that may be invalid, saved writes run files,
// gone checks that processes have ended.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"measure": measure, "saved": saved, "gone": gone},
		Setup:               startServers,
	})
}

// startServers starts what the scripts talk to.
func startServers(env *testscript.Env) error {
	plain, secure := newMoods(), newMoods()
	plain.Start()
	secure.StartTLS()
	local := newMoods()
	local.Listener.Close()
	var err error
	if local.Listener, err = net.Listen("unix", filepath.Join(env.Getenv("WORK"), "s.sock")); err != nil {
		return err
	}
	local.Start()
	env.Setenv("SOCKET", "s.sock")
	env.Defer(func() { plain.Close(); secure.Close(); local.Close() })
	env.Setenv("URL", plain.URL)
	if err := os.WriteFile(env.Getenv("WORK")+"/ca.pem", certificate(secure), 0o600); err != nil {
		return err
	}
	env.Setenv("HOST", strings.TrimPrefix(plain.URL, "http://"))
	env.Setenv("TLS_URL", secure.URL)
	refused, err := freePort()
	env.Setenv("REFUSED", "http://"+refused)
	return err
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

// certificate is that of a server, in PEM.
func certificate(s *httptest.Server) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
}

// freePort is an address at which nobody listens any more.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
