package mockllm

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func isReset(err error) bool { return errors.Is(err, syscall.ECONNRESET) }

// dialPipe returns both ends of a connection.
func dialPipe(t *testing.T) (client, server net.Conn) {
	t.Helper()
	p := NewPipe()
	client, err := p.Dial(context.Background(), "tcp", "anywhere:80")
	if err != nil {
		t.Fatal(err)
	}
	server, err = p.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return client, server
}

func TestPipeBuffersWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := dialPipe(t)
		sent := make([]byte, PipeBuffer)
		for i := range sent {
			sent[i] = byte(i)
		}
		if n, err := client.Write(sent); n != len(sent) || err != nil {
			t.Fatalf("write: %d, %v", n, err)
		}
		client.SetWriteDeadline(time.Now().Add(time.Second))
		start := time.Now()
		if n, err := client.Write(sent); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(start) != time.Second {
			t.Fatalf("write to a full buffer: %d, %v after %v", n, err, time.Since(start))
		}
		client.SetWriteDeadline(time.Time{})
		go func() {
			client.Write(sent)
			client.Close()
		}()
		got, err := io.ReadAll(server)
		if err != nil || !bytes.Equal(got, append(bytes.Clone(sent), sent...)) {
			t.Errorf("read %d bytes (%v), want both writes", len(got), err)
		}
	})
}

func TestPipeEnds(t *testing.T) {
	read := func(c net.Conn) (string, error) {
		b, err := io.ReadAll(c)
		return string(b), err
	}
	t.Run("close lets the peer read what was sent", func(t *testing.T) {
		client, server := dialPipe(t)
		io.WriteString(server, "last")
		server.Close()
		if got, err := read(client); got != "last" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		if _, err := io.WriteString(client, "x"); !isReset(err) {
			t.Errorf("write to a closed peer: %v, want a reset", err)
		}
		if _, err := server.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
			t.Errorf("read after close: %v", err)
		}
		if _, err := server.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
			t.Errorf("write after close: %v", err)
		}
	})
	t.Run("reset drops what was sent", func(t *testing.T) {
		client, server := dialPipe(t)
		io.WriteString(server, "last")
		server.(*pipeConn).SetLinger(0)
		server.Close()
		if got, err := read(client); got != "" || !isReset(err) {
			t.Errorf("read %q, %v, want a reset", got, err)
		}
	})
	t.Run("close of one half leaves the other", func(t *testing.T) {
		client, server := dialPipe(t)
		client.(*pipeConn).CloseWrite()
		if got, err := read(server); got != "" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		io.WriteString(server, "answer")
		server.Close()
		if got, err := read(client); got != "answer" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
	})
}

func TestPipeDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := dialPipe(t)
		start := time.Now()
		client.SetReadDeadline(start.Add(time.Hour))
		go func() {
			time.Sleep(time.Second)
			client.SetReadDeadline(time.Now().Add(time.Second)) // moves a wait that is going on
		}()
		_, err := client.Read(make([]byte, 1))
		if !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(start) != 2*time.Second {
			t.Errorf("read ended with %v after %v, want a deadline after 2s", err, time.Since(start))
		}
		var ne net.Error
		if !errors.As(err, &ne) || !ne.Timeout() {
			t.Errorf("%v is no timeout", err)
		}
		if _, err := client.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("read after the deadline: %v", err)
		}
		client.SetDeadline(time.Time{})
		go func() {
			time.Sleep(time.Second)
			client.Close()
		}()
		if _, err := client.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
			t.Errorf("read across close: %v", err)
		}
	})
}

func TestPipeListener(t *testing.T) {
	p := NewPipe()
	waiting, err := p.Dial(context.Background(), "tcp", "x")
	if err != nil {
		t.Fatal(err)
	}
	p.Close()
	if _, err := waiting.Read(make([]byte, 1)); !isReset(err) {
		t.Errorf("a connection that was never accepted reads %v, want a reset", err)
	}
	if _, err := p.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("accept: %v", err)
	}
	if _, err := p.Dial(context.Background(), "tcp", "x"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dial: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := NewPipe().Dial(ctx, "tcp", "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("dial: %v", err)
	}
}

func TestPipeAcceptWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPipe()
		accepted := make(chan error)
		go func() {
			_, err := p.Accept()
			accepted <- err
		}()
		synctest.Wait()
		if _, err := p.Dial(context.Background(), "tcp", "x"); err != nil {
			t.Fatal(err)
		}
		if err := <-accepted; err != nil {
			t.Error(err)
		}
	})
}
