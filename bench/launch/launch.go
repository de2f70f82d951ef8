package launch

import (
	"context"
	cryptorand "crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	defaultTimeout = 60 * time.Second
	defaultGrace   = 10 * time.Second
)

// Command is a server to be started. It is a plain value; zero means default.
type Command struct {
	// Line is what the shell runs: /bin/sh, or cmd.exe on Windows. {addr} (127.0.0.1:PORT), {port} and one {k} for
	// each of Vars are replaced in it as [Expand] says.
	Line string
	// Vars are more placeholders, and their values. addr and port are not theirs to give.
	Vars map[string]string
	// Dir is the directory to run it in; "": this process's.
	Dir string
	// Env is added to the environment of this process, which the server inherits.
	Env []string
	// Ready is the path that answers with 2xx or 3xx once the server is ready; "": any HTTP answer on / will do.
	Ready string
	// Timeout is how long the server may take to be ready: 60 s.
	Timeout time.Duration
	// Grace is how long it may take to end when asked to, before it is killed: 10 s.
	Grace time.Duration
	// Hurry, when it is closed, leaves no time to end any more: what is left of Grace is waived. nil: nobody hurries.
	Hurry <-chan struct{}
}

// Server is a server that was started. Its methods may be called at any time, by any goroutine.
type Server struct {
	command string // as the shell was given it
	addr    string
	cmd     *exec.Cmd
	tree    *tree
	log     *tail
	logged  chan struct{} // closed when no more is read into log
	logPipe *os.File      // what it is read from
	grace   time.Duration
	hurry   <-chan struct{}

	stopping atomic.Bool
	died     chan struct{} // closed when cmd has ended
	exit     error         // how it ended by itself; not before died

	watched sync.WaitGroup // the watch over the tree
	unwatch chan struct{}  // ends it
	once    sync.Once      // guards stopErr
	stopErr error
}

// Start starts a server and returns when it is ready; the caller stops it. ctx bounds the start alone: when it ends
// first, the server is stopped. A server that ends, or that is not ready in time, is a [*NotReadyError]; a placeholder
// that nobody gave is a [*PlaceholderError]. On Linux the server is asked to end when this process dies, however it
// dies.
//
// Ready is an answer in HTTP: a port that is open while the application behind it still loads is not, and a server that
// never speaks HTTP never is. On Linux an answer does not count while the port is held by a process that was there
// before the server.
func Start(ctx context.Context, c Command) (*Server, error) {
	port, err := freePort()
	if err != nil {
		return nil, fmt.Errorf("start server: %w", err)
	}
	line, addr, err := c.expand(port)
	if err != nil {
		return nil, err
	}
	s := &Server{
		command: line, addr: addr, grace: c.Grace, hurry: c.Hurry, log: &tail{}, logged: make(chan struct{}),
		died: make(chan struct{}), unwatch: make(chan struct{}),
	}
	if s.grace <= 0 {
		s.grace = defaultGrace
	}
	if err := s.run(c); err != nil {
		return nil, fmt.Errorf("start server %q: %w", line, err)
	}
	if err := s.await(ctx, c); err != nil {
		return nil, err
	}
	return s, nil
}

const (
	// firstPort and lastPort bound the choice: beneath what systems give to connections of their own (32768 on Linux,
	// 49152 elsewhere), for a machine under load may give such a port away before the server has bound it.
	firstPort = 20000
	lastPort  = 29999
	// portTries is after how many ports in use any other will do.
	portTries = 100
)

// freePort is a loopback port that nobody listens on. Somebody else may still take it before the server does, which
// then cannot bind, and ends.
func freePort() (int, error) {
	for range portTries {
		if l, err := net.Listen("tcp", addrOf(firstPort+rand.IntN(lastPort-firstPort+1))); err == nil {
			return l.Addr().(*net.TCPAddr).Port, l.Close()
		}
	}
	l, err := net.Listen("tcp", addrOf(0))
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// expand returns the line for the shell and the address that is in it.
func (c Command) expand(port int) (line, addr string, err error) {
	vars := map[string]string{}
	maps.Copy(vars, c.Vars)
	for _, name := range []string{"addr", "port"} {
		if _, ok := vars[name]; ok {
			return "", "", fmt.Errorf("start server %q: {%s} is chosen here, it cannot be given", c.Line, name)
		}
	}
	vars["port"] = strconv.Itoa(port)
	vars["addr"] = addrOf(port)
	if line, err = Expand(c.Line, vars); err != nil {
		return "", "", err
	}
	if !takesAddress(c.Line) {
		return "", "", fmt.Errorf("start server %q: it is to listen on a port that is chosen here, so {addr} or {port} must be in the command", c.Line)
	}
	return line, vars["addr"], nil
}

func addrOf(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// run starts the processes: the server, and the goroutines that read its log, wait for its end and watch its tree.
func (s *Server) run(c Command) error {
	mark := "_LAUNCHED_" + cryptorand.Text()
	s.cmd = shell(s.command)
	s.cmd.Dir = c.Dir
	s.cmd.Env = append(append(s.cmd.Environ(), c.Env...), mark+"=1")
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	widen(w)
	s.cmd.Stdout, s.cmd.Stderr, s.logPipe = w, w, r
	started := make(chan error)
	go s.live(started)
	if err := <-started; err != nil {
		return errors.Join(err, w.Close(), r.Close())
	}
	_ = w.Close() // now only the server can write to it
	go s.readLog()
	s.tree = newTree(s.cmd.Process.Pid, mark)
	s.watched.Go(func() { s.tree.watch(s.unwatch) })
	return nil
}

// live is the server's life. The thread that starts a process is the parent whose death the process is told of, so this
// one is kept until the server has ended.
func (s *Server) live(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := s.cmd.Start()
	started <- err
	if err != nil {
		return
	}
	err = s.cmd.Wait()
	switch {
	case s.stopping.Load():
	case err != nil:
		s.exit = fmt.Errorf("the server ended by itself: %w", err)
	default:
		s.exit = errors.New("the server ended by itself: exit status 0 (was it to go on in the background?)")
	}
	close(s.died)
}

// readLog reads what the server writes until nobody can write any more. It never waits for anybody, so the server never
// waits for it.
func (s *Server) readLog() {
	defer close(s.logged)
	_, _ = io.Copy(s.log, s.logPipe) // it ends when the last writer has, or Stop wants no more
}

// URL is where the server answers: http://127.0.0.1:PORT.
func (s *Server) URL() string { return "http://" + s.addr }

// Command is what the shell was given.
func (s *Server) Command() string { return s.command }

// PID is the process that the command became.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Died is closed when that process has ended, by itself or by [Server.Stop]. Others of the server may live on until
// Stop returns.
func (s *Server) Died() <-chan struct{} { return s.died }

// Err tells how the server ended by itself; nil while it runs, and when it was stopped.
func (s *Server) Err() error {
	select {
	case <-s.died:
		return s.exit
	default:
		return nil
	}
}

// Log is the end of what the server wrote to its standard output and error, by lines: up to 64 KiB, without control
// sequences.
func (s *Server) Log() []string { return s.log.lines() }

// Usage is what the server has used so far, and, once it has ended, what it had used. It wraps [errors.ErrUnsupported]
// where the system does not tell. To know PSS, the kernel walks the server's pages, some 4 ms for 100 MB, in which the
// server may have to wait for memory: ask before and after what is measured, not during it.
func (s *Server) Usage() (Usage, error) { return s.tree.usage() }
