package mockllm

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestBlockFreezesEveryStreamOfTheWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stream := streamer(2, 20*time.Millisecond)
		w := startWorker(t, Config{}, func(x *exchange) {
			if x.req.URL.Path == "/block" {
				x.block(250*time.Millisecond, "fault header")
				echo(x)
				return
			}
			stream(x)
		})
		start := time.Now()
		a, b := w.dial(t), w.dial(t)
		io.WriteString(a, get)
		ra, err := http.ReadResponse(bufio.NewReader(a), nil)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
		io.WriteString(b, "GET /block HTTP/1.1\r\nHost: h\r\n\r\n")
		if _, err := io.Copy(io.Discard, ra.Body); err != nil {
			t.Fatal(err)
		}
		if got, want := time.Since(start), 260*time.Millisecond; got != want {
			t.Errorf("stream ended after %v, want %v", got, want)
		}
		blocks := w.lines(t, "block")
		if len(blocks) != 1 || blocks[0].Cause != "fault header" || blocks[0].Path != "/block" || blocks[0].End-blocks[0].Start != 250e6 {
			t.Errorf("blocks %+v, want one of 250 ms on /block", blocks)
		}
	})
}

func TestFrozenWorkerAcceptsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWorker(t, Config{}, echo)
		w.loop.Post(func() { w.block(time.Second, "test", "") })
		synctest.Wait()
		start := time.Now()
		w.say(t, "GET / HTTP/1.0\r\n\r\n")
		if got := time.Since(start); got != time.Second {
			t.Errorf("answered after %v, want 1s", got)
		}
	})
}

func TestShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWorker(t, Config{}, streamer(10, 100*time.Millisecond))
		idle, busy := w.dial(t), w.dial(t)
		io.WriteString(busy, get)
		resp, err := http.ReadResponse(bufio.NewReader(busy), nil)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		start := time.Now()
		go func() {
			if _, err := io.Copy(io.Discard, resp.Body); err != nil {
				t.Errorf("stream during shutdown: %v", err)
			}
			busy.Close()
		}()
		go func() {
			if _, err := idle.Read(make([]byte, 1)); err != io.EOF || time.Since(start) != retireTimeout {
				t.Errorf("idle connection: %v after %v, want EOF after %v", err, time.Since(start), retireTimeout)
			}
			idle.Close()
		}()
		if err := w.Shutdown(context.Background()); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		if got := time.Since(start); got != time.Second {
			t.Errorf("shutdown took %v, want 1s", got)
		}
		if err := <-w.result; err != nil {
			t.Errorf("serve: %v", err)
		}
		if _, err := w.net.Dial(context.Background(), "", ""); err == nil {
			t.Error("the listener is still open")
		}
		if lines := w.lines(t, "request"); len(lines) != 1 || lines[0].Tokens != 10 {
			t.Errorf("ledger %+v, want one line of 10 tokens", lines)
		}
	})
}

func TestGracefulTimeoutKills(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWorker(t, Config{GracefulTimeout: 500 * time.Millisecond}, streamer(10, 100*time.Millisecond))
		c := w.dial(t)
		io.WriteString(c, get)
		synctest.Wait()
		w.Stop()
		if err := <-w.result; !errors.Is(err, ErrKilled) {
			t.Errorf("serve: %v, want ErrKilled", err)
		}
		lines := w.lines(t, "request")
		if len(lines) != 1 || lines[0].finish() != "killed" || lines[0].Tokens < 4 || lines[0].Tokens > 5 {
			t.Errorf("ledger %+v, want one killed line", lines)
		}
	})
}

func TestShutdownContextKills(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWorker(t, Config{}, streamer(1000, 100*time.Millisecond))
		c := w.dial(t)
		io.WriteString(c, get)
		synctest.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := w.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("shutdown: %v, want the context's error", err)
		}
	})
}

func TestCrashKeepsTheLedgerWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stream := streamer(100, 20*time.Millisecond)
		w := startWorker(t, Config{}, func(x *exchange) {
			if x.req.URL.Path == "/crash" {
				x.entry.fault = "crash"
				x.srv.crash()
			}
			stream(x)
		})
		a, b := w.dial(t), w.dial(t)
		io.WriteString(a, get)
		time.Sleep(50 * time.Millisecond)
		io.WriteString(b, "GET /crash HTTP/1.1\r\nHost: h\r\n\r\n")
		if err := <-w.result; !errors.Is(err, ErrCrashed) {
			t.Errorf("serve: %v, want ErrCrashed", err)
		}
		if lines := w.lines(t, "request"); len(lines) != 2 {
			t.Errorf("ledger has %d lines, want 2", len(lines))
		}
		if _, err := b.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("the crashing request got %v, want EOF", err)
		}
	})
}

func TestMaxRequestsEndsTheWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWorker(t, Config{MaxRequests: 2}, echo)
		w.say(t, "GET / HTTP/1.0\r\n\r\n")
		w.say(t, "GET / HTTP/1.0\r\n\r\n")
		if err := <-w.result; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
}
