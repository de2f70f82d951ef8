package launch

import (
	"context"
	"errors"
	"time"
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
}

// Server is a server that was started. Its methods may be called at any time, by any goroutine.
type Server struct {
	url  string
	pid  int
	died chan struct{}
}

// Start starts a server and returns when it is ready; the caller stops it. ctx bounds the start alone: when it ends
// first, the server is stopped. A server that ends, or that is not ready in time, is a [*NotReadyError]; a placeholder
// that nobody gave is a [*PlaceholderError].
func Start(ctx context.Context, c Command) (*Server, error) {
	return nil, errors.ErrUnsupported
}

// URL is where the server answers: http://127.0.0.1:PORT.
func (s *Server) URL() string { return s.url }

// PID is the process that the command became.
func (s *Server) PID() int { return s.pid }

// Died is closed when that process has ended, by itself or by [Server.Stop]. Others of the server may live on until
// then.
func (s *Server) Died() <-chan struct{} { return s.died }

// Err tells how the server ended by itself; nil while it runs, and when it was stopped.
func (s *Server) Err() error { return nil }

// Log is the end of what the server wrote to its standard output and error, by lines: up to 64 KiB.
func (s *Server) Log() []string { return nil }

// Usage is what the server has used so far. It wraps [errors.ErrUnsupported] where the system does not tell.
func (s *Server) Usage() (Usage, error) { return Usage{}, errors.ErrUnsupported }

// Stop ends the server: it is asked to, and killed after Grace. When Stop returns, nothing of it is left, or the error
// is a [*StopError] that names what had to be killed. All calls return the same.
func (s *Server) Stop() error { return nil }
