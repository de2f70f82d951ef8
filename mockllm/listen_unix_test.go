//go:build unix

package mockllm

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// leaveSocket leaves a socket's file as a server does that was killed. Nobody ever listens on it: a listener would go on
// for a moment, after it was closed, in a process that another test is just starting.
func leaveSocket(t *testing.T, path string) {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	if err := syscall.Bind(fd, &syscall.SockaddrUnix{Name: path}); err != nil {
		t.Fatal(err)
	}
}

func TestUnixSocket(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s")
	leaveSocket(t, path)
	c := startArbiter(t, Config{Bind: "unix:" + path})
	if c.base != "unix:"+path {
		t.Errorf("ready at %q", c.base)
	}
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		},
	}}
	resp, err := client.Get("http://server/healthz")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	second, err := NewArbiter(Config{Bind: "unix:" + path}, ArbiterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Run(nil); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("a second server on the socket: %v", err)
	}
	c.stop()
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket file is still there: %v", err)
	}
}

func TestSocketPathIsNotTakenFromAFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "precious")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := NewArbiter(Config{Bind: "unix:" + path}, ArbiterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Run(nil); !errors.Is(err, os.ErrExist) {
		t.Errorf("run: %v, want that a file exists", err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func TestPortInUse(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	a, err := NewArbiter(Config{Bind: ln.Addr().String()}, ArbiterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Run(nil); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("run: %v", err)
	}
}
