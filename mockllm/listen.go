package mockllm

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

// unixPrefix begins the address of a unix socket.
const unixPrefix = "unix:"

// listen opens the listener that cfg.Bind names. A socket file that nobody listens on any more is replaced.
func listen(cfg Config) (net.Listener, error) {
	network, address := "tcp", cfg.Bind
	if path, ok := strings.CutPrefix(cfg.Bind, unixPrefix); ok {
		network, address = "unix", path
		if err := removeStale(path); err != nil {
			return nil, fmt.Errorf("listen on %s: %w", cfg.Bind, err)
		}
	}
	ln, err := net.Listen(network, address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", cfg.Bind, cause(err))
	}
	if err := setBacklog(ln, cfg.Backlog); err != nil {
		return nil, errors.Join(fmt.Errorf("listen on %s: set backlog: %w", cfg.Bind, err), ln.Close())
	}
	return ln, nil
}

// cause leaves out what net says about the address, which the caller says already.
func cause(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err
	}
	return err
}

// removeStale removes the socket file of a server that is gone. Anything else at path is left alone.
func removeStale(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().Type() != os.ModeSocket:
		return fmt.Errorf("%w, and it is no socket", os.ErrExist)
	}
	c, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		return errors.Join(syscall.EADDRINUSE, c.Close())
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("a socket is there, and whether it is in use is unclear: %w", cause(err))
	}
	return os.Remove(path)
}

// address is where clients find the listener: a URL, or unix:PATH.
func address(ln net.Listener, cfg Config) string {
	switch {
	case ln.Addr().Network() == "unix":
		return unixPrefix + ln.Addr().String()
	case cfg.CertFile != "":
		return "https://" + ln.Addr().String()
	}
	return "http://" + ln.Addr().String()
}
