package queue

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// store is an empty queue of one engine.
type store struct {
	spec  string
	queue Queue
}

// engine makes stores.
type engine struct {
	name   string
	shared bool // by processes
	make   func(t testing.TB) string
}

// engines are all there are. Redis is one server for all stores, each with a prefix of its own.
func engines(t testing.TB) []engine {
	var server *redisServer
	return []engine{
		{"memory", false, func(testing.TB) string { return "memory" }},
		{"remote", true, serveMemory},
		{"sqlite", true, func(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "jobs ?%.db") }},
		{"redis", true, func(inner testing.TB) string {
			if server == nil {
				server = startRedis(t, inner)
			}
			return server.spec(inner.Name() + ":")
		}},
	}
}

// open returns an empty store.
func (e engine) open(t testing.TB) store {
	t.Helper()
	s := store{spec: e.make(t)}
	s.queue = open(t, s.spec)
	return s
}

// again opens the store a second time, where another process could.
func (s store) again(t testing.TB) Queue {
	t.Helper()
	if s.spec == "memory" {
		return s.queue
	}
	return open(t, s.spec)
}

func open(t testing.TB, spec string) Queue {
	t.Helper()
	q, err := Open(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	})
	return q
}

// serveMemory shares a new memory over a socket.
func serveMemory(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "queue") // t.TempDir's paths are too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "s")
	ln, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	q := newMemory()
	var served sync.WaitGroup
	served.Go(func() {
		if err := Serve(ln, q); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		ln.Close()
		served.Wait()
		if err := errors.Join(q.Close(), os.RemoveAll(dir)); err != nil {
			t.Error(err)
		}
	})
	return "remote:unix:" + path
}

// redisServer is a real one, which a test may kill.
type redisServer struct {
	t    testing.TB
	dir  string
	addr string
	cmd  *exec.Cmd
}

// startRedis starts a server that lives as long as the test life. A test that asks for it is skipped where there is
// none, unless real parts are required.
func startRedis(life, t testing.TB) *redisServer {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("AIBENCH_REQUIRE_REAL") == "1" {
			t.Fatal(err)
		}
		t.Skip("without redis-server nothing is shown here:", err)
	}
	r := &redisServer{t: life, dir: life.TempDir(), addr: freeAddress(t)}
	life.Cleanup(func() { r.kill() })
	r.start(t)
	return r
}

// start runs the server on the files that it may have left. With appendfsync no, it hands every write to the system
// before it answers; everysec can hold some back while the disk is slow.
func (r *redisServer) start(t testing.TB) {
	t.Helper()
	_, port, _ := net.SplitHostPort(r.addr)
	r.cmd = exec.Command("redis-server", "--bind", "127.0.0.1", "--port", port, "--dir", r.dir,
		"--appendonly", "yes", "--appendfsync", "no", "--save", "", "--logfile", "log")
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, "redis-server answers", func() bool {
		conn, err := net.Dial("tcp", r.addr)
		if err != nil {
			return false
		}
		defer conn.Close()
		fmt.Fprint(conn, "PING\r\n")
		answer := make([]byte, 64)
		n, _ := conn.Read(answer)
		return strings.HasPrefix(string(answer[:n]), "+PONG")
	})
}

// kill is kill -9.
func (r *redisServer) kill() {
	if err := r.cmd.Process.Kill(); err == nil {
		_ = r.cmd.Wait()
	}
}

func (r *redisServer) spec(prefix string) string {
	return "redis://" + r.addr + "/0?prefix=" + prefix
}

// freeAddress is a loopback address that nobody listens on.
func freeAddress(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// within is a context that no test should see the end of.
func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	t.Cleanup(cancel)
	return ctx
}
