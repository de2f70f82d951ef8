//go:build unix

package launch

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

func TestReadyServers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, ready string }{
		{"any answer", ""},
		{"a path that answers later", "/loading"},
		{"a path without its slash", "loading"},
		{"a redirection, which is not followed", "/elsewhere"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			order := command("healthy")
			order.Ready = c.ready
			launch(t, order)
		})
	}
}

func TestServerThatIsNotReadyInTime(t *testing.T) {
	t.Parallel()
	order := command("idle")
	order.Timeout = 300 * time.Millisecond
	_, err := Start(t.Context(), order)
	e, ok := errors.AsType[*NotReadyError](err)
	if !ok || !strings.HasPrefix(e.Why, "not ready after 300ms: nothing listens on 127.0.0.1:") {
		t.Fatalf("got %v, want a NotReadyError that says why", err)
	}
	if !strings.HasPrefix(e.Command, "'"+os.Args[0]+"' 127.0.0.1:") {
		t.Errorf("command %q, want it as the shell was given it", e.Command)
	}
}

// listen is where fn has connections, until the test ends.
func listen(t *testing.T, fn func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if fn != nil {
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				fn(c)
			}
		}()
	}
	return l.Addr().String()
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(acts())
	t.Cleanup(web.Close)
	speaks := strings.TrimPrefix(web.URL, "http://")
	closed, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, addr, path string
		want             answer // why: a part of it
	}{
		{"any answer", speaks, "", answer{}},
		{"a redirection", speaks, "/elsewhere", answer{}},
		{"another status", speaks, "/nowhere", answer{why: "/nowhere is answered with 404 Not Found"}},
		{"nobody", addrOf(closed), "", answer{why: "nothing listens on " + addrOf(closed), closed: true}},
		{"a connection that is closed", listen(t, func(c net.Conn) { c.Close() }), "", answer{why: "it listens, and does not answer in HTTP"}},
		{"another protocol", listen(t, func(c net.Conn) {
			_, _ = c.Write([]byte("220 mail.example ESMTP\r\n"))
			c.Close()
		}), "", answer{why: "it listens, and does not answer in HTTP"}},
		{"a status that would steer the terminal", listen(t, func(c net.Conn) {
			_, _ = http.ReadRequest(bufio.NewReader(c)) // what is left unread would reset the connection
			_, _ = c.Write([]byte("HTTP/1.1 503 not\x1b[2J yet\a\r\n\r\n"))
			c.Close()
		}), "/", answer{why: "is answered with 503 not yet"}},
		{"a connection that waits", listen(t, nil), "", answer{why: "has no answer in HTTP yet", late: true}},
		{"a path that is none", speaks, "%zz", answer{why: "invalid URL escape"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &Server{addr: c.addr, tree: newTree(os.Getpid(), "_NO_SUCH_VARIABLE")}
			limit := patience
			if c.want.late {
				limit = 50 * time.Millisecond
			}
			got := s.probe(t.Context(), c.path, limit)
			if !strings.Contains(got.why, c.want.why) || (got.why == "") != (c.want.why == "") || got.late != c.want.late || got.closed != c.want.closed {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// A stream that never ends is an answer.
func TestAnswerThatGoesOn(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	t.Cleanup(web.Close)
	s := &Server{addr: strings.TrimPrefix(web.URL, "http://"), tree: newTree(os.Getpid(), "_NO_SUCH_VARIABLE")}
	if got := s.probe(t.Context(), "", patience); got.why != "" {
		t.Errorf("got %+v, want ready", got)
	}
}

// A port from the system's own range may become a connection's before the server has bound it.
func TestFreePortIsOutOfTheWay(t *testing.T) {
	t.Parallel()
	for range 100 {
		if port, err := freePort(); err != nil || port < firstPort || port > lastPort {
			t.Fatalf("got %d, %v; want one from %d to %d", port, err, firstPort, lastPort)
		}
	}
}
