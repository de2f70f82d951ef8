package wire

import (
	"io"
	"net"
	"testing"
	"testing/synctest"
)

// How responses end before their time, and what the caller is told.
func TestCutResponses(t *testing.T) {
	tests := []struct {
		name   string
		pieces []string
		op     Op
		body   string
		want   error
	}{
		{"no byte", nil, OpHead, "", ErrNoResponse},
		{"no byte, as an unexpected end", nil, OpHead, "", io.ErrUnexpectedEOF},
		{"inside the head", []string{"HTTP/1.1 200 OK\r\nContent-"}, OpHead, "", io.ErrUnexpectedEOF},
		{"behind an interim head", []string{"HTTP/1.1 100 Continue\r\n\r\n"}, OpHead, "", io.ErrUnexpectedEOF},
		{"inside a length", []string{ok + "Content-Length: 9\r\n\r\n", "hello"}, OpBody, "hello", io.ErrUnexpectedEOF},
		{"behind a chunk", []string{chunkedHead, "5\r\nhello\r\n"}, OpBody, "hello", io.ErrUnexpectedEOF},
		{"inside a chunk", []string{chunkedHead + "5\r\nhel"}, OpBody, "hel", io.ErrUnexpectedEOF},
		{"inside the trailers", []string{chunkedHead + "0\r\nX: y\r\n"}, OpBody, "", io.ErrUnexpectedEOF},
		{"malformed head", []string{"HTTP/1.1 OK\r\n\r\n"}, OpHead, "", ErrMalformed},
		{"malformed chunk, its bytes first", []string{chunkedHead, "5\r\nhello\r\nx"}, OpBody, "hello", ErrMalformed},
		{"giant chunk line", []string{chunkedHead + "5;", string(make([]byte, 10)), "\r\n"}, OpBody, "", ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := scripted(t, Config{}, once(tt.pieces...))
				conn, _ := send(t, c, get)
				_, body, err := readAll(conn)
				wantOp(t, err, tt.op, tt.want)
				if body != tt.body {
					t.Errorf("got %q before the error, want %q", body, tt.body)
				}
				if _, _, again := conn.ReadBody(); again == nil || again.Error() == "" {
					t.Error("a second read after the error succeeded")
				}
				conn.Release()
				if len(c.idle) != 0 {
					t.Error("the connection was kept")
				}
			})
		})
	}
}

func TestByteAtATime(t *testing.T) {
	bubble(t, func(t *testing.T) {
		raw := "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + chunkedHead + "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nX: y\r\n\r\n"
		var bytes []string
		for i := range raw {
			bytes = append(bytes, raw[i:i+1])
		}
		c := scripted(t, Config{}, say(bytes...))
		for i, want := range []bool{false, true} {
			status, body, reused := exchange(t, c, get)
			if status != 200 || body != "hello world" || reused != want {
				t.Errorf("request %d: %d %q, reused %v; want 200, hello world, %v", i, status, body, reused, want)
			}
		}
	})
}

// Which responses leave a connection that can be used again.
func TestReuse(t *testing.T) {
	whole := ok + "Content-Length: 2\r\n\r\nhi"
	tests := []struct {
		name    string
		cfg     Config
		request string
		pieces  []string
		want    bool
	}{
		{"length", Config{}, get, []string{whole}, true},
		{"chunked", Config{}, get, []string{chunkedHead, "2\r\nhi\r\n0\r\n\r\n"}, true},
		{"204", Config{}, get, []string{"HTTP/1.1 204 No Content\r\n\r\n"}, true},
		{"HEAD", Config{}, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", []string{ok + "Content-Length: 2\r\n\r\n"}, true},
		{"trailers", Config{}, get, []string{chunkedHead + "0\r\nX: y\r\n\r\n"}, true},
		{"turned off", Config{NoKeepAlive: true}, get, []string{whole}, false},
		{"connection close", Config{}, get, []string{ok + "Connection: close\r\nContent-Length: 0\r\n\r\n"}, false},
		{"HTTP/1.0", Config{}, get, []string{"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi"}, false},
		{"bytes behind the end", Config{}, get, []string{whole + "!"}, false},
		{"a second response, unasked", Config{}, get, []string{whole + whole}, false},
		{"bytes behind a chunked end", Config{}, get, []string{chunkedHead + "0\r\n\r\n\r\n"}, false},
		{"body of a 204", Config{}, get, []string{"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nhi"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := scripted(t, tt.cfg, say(tt.pieces...), say(tt.pieces...))
				if _, _, reused := exchange(t, c, tt.request); reused {
					t.Error("the first connection cannot be a used one")
				}
				synctest.Wait()
				if _, _, reused := exchange(t, c, tt.request); reused != tt.want {
					t.Errorf("reused %v, want %v", reused, tt.want)
				}
			})
		})
	}
}

func TestReadToTheEnd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := scripted(t, Config{}, once(ok+"\r\n", "hel", "lo"), once("HTTP/1.0 200 OK\r\n\r\nold"))
		if _, body, _ := exchange(t, c, get); body != "hello" {
			t.Errorf("got %q, want hello", body)
		}
		if _, body, reused := exchange(t, c, get); body != "old" || reused {
			t.Errorf("got %q, reused %v; want old over a new connection", body, reused)
		}
	})
}

// A body that was not read to its end leaves bytes that the next response
// would begin with.
func TestUnreadBodyIsNotReused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := scripted(t, Config{}, say(ok+"Content-Length: 4\r\n\r\n", "hi", "ho"), say(ok+"Content-Length: 0\r\n\r\n"))
		conn, _ := send(t, c, get)
		if _, _, err := conn.ReadHead(); err != nil {
			t.Fatal(err)
		}
		conn.Release()
		if _, _, reused := exchange(t, c, get); reused {
			t.Error("a connection with an unread body was used again")
		}
	})
}

func TestServerClosedTheIdleConnection(t *testing.T) {
	bubble(t, func(t *testing.T) {
		answer := ok + "Content-Length: 2\r\n\r\nhi"
		c := scripted(t, Config{}, once(answer), once(answer))
		exchange(t, c, get)
		synctest.Wait()
		if _, body, reused := exchange(t, c, get); body != "hi" || reused {
			t.Errorf("got %q, reused %v; want hi over a new connection", body, reused)
		}
	})
}

// The connection used last is taken first: the others may idle out.
func TestLastUsedFirst(t *testing.T) {
	bubble(t, func(t *testing.T) {
		answer := say(ok + "Content-Length: 0\r\n\r\n")
		c := scripted(t, Config{}, answer, answer)
		one, _ := send(t, c, get)
		two, _ := send(t, c, get)
		last := one.link
		for _, conn := range []*Conn{two, one} {
			if _, _, err := readAll(conn); err != nil {
				t.Fatal(err)
			}
			conn.Release()
			conn.Release() // a second time is nothing
		}
		next, reused := send(t, c, get)
		defer next.Close()
		if !reused || next.link != last || len(c.idle) != 1 {
			t.Errorf("reused %v, the last one %v, %d left; want true, true, 1", reused, next.link == last, len(c.idle))
		}
	})
}

func TestClosedConn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := scripted(t, Config{}, say(chunkedHead+"5\r\nhello\r\n"))
		conn, _ := send(t, c, get)
		if _, _, err := conn.ReadHead(); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := conn.Close(); err != nil {
				t.Error(err)
			}
		}
		_, _, err := conn.ReadBody()
		wantOp(t, err, OpBody, net.ErrClosed)
		_, _, err = conn.Write([]byte(get))
		wantOp(t, err, OpWrite, net.ErrClosed)
		if err := conn.SetReadDeadline(0); err == nil {
			t.Error("a deadline on a closed connection was accepted")
		}
	})
}

// After Client.Close a connection in use goes on, and is then closed.
func TestReleaseAfterClientClose(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := scripted(t, Config{}, say(ok+"Content-Length: 2\r\n\r\nhi"))
		conn, _ := send(t, c, get)
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if _, body, err := readAll(conn); body != "hi" || err != nil {
			t.Errorf("got %q, %v; want hi", body, err)
		}
		conn.Release()
		if len(c.idle) != 0 {
			t.Error("a closed client kept a connection")
		}
	})
}
