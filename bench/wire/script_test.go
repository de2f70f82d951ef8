package wire

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// script is what a server does with one connection. It is closed afterwards.
type script func(nc net.Conn, requests *bufio.Reader)

// scripted returns a Client whose first connection meets the first script, and
// so on. The network is in memory: in a bubble, time stands still while
// anything can move.
func scripted(t *testing.T, cfg Config, scripts ...script) *Client {
	t.Helper()
	var wg sync.WaitGroup
	next := 0
	cfg.Address = "server:80"
	cfg.Dial = func(context.Context, string, string) (net.Conn, error) {
		if next == len(scripts) {
			return nil, errors.New("no script is left")
		}
		run := scripts[next]
		next++
		client, server := net.Pipe()
		wg.Go(func() {
			defer server.Close()
			run(server, bufio.NewReader(server))
		})
		return client, nil
	}
	c := New(cfg)
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		wg.Wait()
	})
	return c
}

// expect reads one request, without a body.
func expect(r *bufio.Reader) bool {
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return false
		}
		if line == "\r\n" {
			return true
		}
	}
}

// say answers every request with the same pieces, one write each, and then
// waits for the client to close.
func say(pieces ...string) script {
	return func(nc net.Conn, r *bufio.Reader) {
		for expect(r) {
			for _, p := range pieces {
				if _, err := io.WriteString(nc, p); err != nil {
					return
				}
			}
		}
	}
}

// once answers one request and closes.
func once(pieces ...string) script {
	return func(nc net.Conn, r *bufio.Reader) {
		expect(r)
		for _, p := range pieces {
			if _, err := io.WriteString(nc, p); err != nil {
				return
			}
		}
	}
}

const get = "GET / HTTP/1.1\r\nHost: server\r\n\r\n"

// send gets a connection and writes a request.
func send(t *testing.T, c *Client, request string) (conn *Conn, reused bool) {
	t.Helper()
	conn, reused, err := c.Get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, _, err := conn.Write([]byte(request)); err != nil {
		t.Fatal(err)
	}
	return conn, reused
}

// readAll reads a response to its end.
func readAll(conn *Conn) (status int, body string, err error) {
	h, _, err := conn.ReadHead()
	if err != nil {
		return 0, "", err
	}
	var all strings.Builder
	for {
		b, _, err := conn.ReadBody()
		all.Write(b)
		if err == io.EOF {
			return h.Status, all.String(), nil
		}
		if err != nil {
			return h.Status, all.String(), err
		}
	}
}

// exchange sends a request and reads the response.
func exchange(t *testing.T, c *Client, request string) (status int, body string, reused bool) {
	t.Helper()
	conn, reused := send(t, c, request)
	status, body, err := readAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	conn.Release()
	return status, body, reused
}

// wantOp fails unless err is an *Error of that step that wraps target.
func wantOp(t *testing.T, err error, op Op, target error) {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Op != op || !errors.Is(err, target) {
		t.Errorf("got error %v, want one at %q that wraps %q", err, op, target)
	}
}

// after waits, then writes; in a bubble.
func after(nc net.Conn, d time.Duration, s string) {
	time.Sleep(d)
	_, _ = io.WriteString(nc, s) // a client that has left is the test's business
}
