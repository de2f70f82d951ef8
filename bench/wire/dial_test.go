package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// closedPort returns a loopback address where nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestConnectErrors(t *testing.T) {
	t.Parallel()
	refused := closedPort(t)
	tests := []struct {
		name string
		cfg  Config
		op   Op
		is   func(error) bool
		text string
	}{
		{"refused", Config{Address: refused}, OpDial, Refused, "connect: " + refused + ": connection refused"},
		{"refused at the place to connect to", Config{Address: "no.such.host.invalid:80", ConnectTo: refused}, OpDial, Refused, refused},
		{"no such name", Config{Address: "not a name:80"}, OpResolve, func(err error) bool {
			dns, ok := errors.AsType[*net.DNSError](err)
			return ok && dns.IsNotFound
		}, "resolve: lookup not a name: no such host"},
		{"no port", Config{Address: "127.0.0.1"}, OpResolve, anyError, "missing port"},
		{"port without a number", Config{Address: "127.0.0.1:http"}, OpResolve, anyError, "port of 127.0.0.1:http"},
		{"port too high", Config{Address: "127.0.0.1:65536"}, OpResolve, anyError, "port of 127.0.0.1:65536"},
		{"no such socket", Config{Network: "unix", Address: "/nonexistent/socket"}, OpDial, func(err error) bool {
			return errors.Is(err, os.ErrNotExist)
		}, "connect: /nonexistent/socket: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := New(tt.cfg).Get(t.Context())
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Op != tt.op || !tt.is(err) {
				t.Fatalf("got %v, want another error at %q", err, tt.op)
			}
			if runtime.GOOS != "windows" && !strings.Contains(err.Error(), tt.text) { // it has its own words
				t.Errorf("got %q, want %q", err, tt.text)
			}
		})
	}
}

func anyError(err error) bool { return err != nil }

// stuck is a network that never answers.
func stuck(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestConnectTimeouts(t *testing.T) {
	tests := []struct {
		name  string
		cfg   time.Duration // ConnectTimeout
		ctx   time.Duration // of the context
		after time.Duration
		is    []error
		text  string
	}{
		{"own timeout", time.Second, time.Minute, time.Second, []error{os.ErrDeadlineExceeded}, "no connection within 1s"},
		{"context's timeout", time.Minute, time.Second, time.Second, []error{os.ErrDeadlineExceeded, context.DeadlineExceeded}, "deadline"},
		{"no own timeout", 0, time.Second, time.Second, []error{os.ErrDeadlineExceeded, context.DeadlineExceeded}, "deadline"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), tt.ctx)
				defer cancel()
				c := New(Config{Address: "x:80", ConnectTimeout: tt.cfg, Dial: stuck})
				_, _, err := c.Get(ctx)
				for _, is := range tt.is {
					wantOp(t, err, OpDial, is)
				}
				if c.now() != tt.after || !strings.Contains(fmt.Sprint(err), tt.text) {
					t.Errorf("%v after %v, want %q after %v", err, c.now(), tt.text, tt.after)
				}
			})
		})
	}
}

func TestConnectCancelled(t *testing.T) {
	bubble(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, _, err := New(Config{Address: "x:80", Dial: stuck}).Get(ctx)
		wantOp(t, err, OpDial, context.Canceled)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error("a cancellation passed for a timeout")
		}
	})
}

func TestResolve(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"127.0.0.1:80":      "127.0.0.1:80",
		"[::1]:8080":        "[::1]:8080",
		"[fe80::1%eth0]:80": "[fe80::1%eth0]:80",
	} {
		addrs, resolved, err := resolve(t.Context(), "tcp", address)
		if err != nil || resolved || len(addrs) != 1 || addrs[0].String() != want {
			t.Errorf("%s: got %v, resolved %v, %v; want %s as it is", address, addrs, resolved, err, want)
		}
	}
	addrs, resolved, err := resolve(t.Context(), "tcp", "localhost:80")
	if err != nil || !resolved || len(addrs) == 0 || !addrs[0].Addr().IsLoopback() {
		t.Errorf("localhost: got %v, resolved %v, %v; want loopback addresses", addrs, resolved, err)
	}
}

// The second address is tried when the first refuses; when all do, the error
// shows each.
func TestDialInTurn(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	bad, good := netip.MustParseAddrPort(closedPort(t)), netip.MustParseAddrPort(l.Addr().String())
	nc, err := dialInTurn(t.Context(), &net.Dialer{}, "tcp", []netip.AddrPort{bad, good})
	if err != nil {
		t.Fatal(err)
	}
	if got := nc.RemoteAddr().String(); got != good.String() {
		t.Errorf("connected to %s, want %s", got, good)
	}
	_ = nc.Close()
	_, err = dialInTurn(t.Context(), &net.Dialer{}, "tcp", []netip.AddrPort{bad, bad})
	if !Refused(err) || strings.Count(err.Error(), bad.String()) != 2 {
		t.Errorf("got %v, want both refusals", err)
	}
	if _, err := dialInTurn(t.Context(), &net.Dialer{}, "tcp", nil); err == nil {
		t.Error("no address, no error")
	}
}

func TestShare(t *testing.T) {
	bubble(t, func(t *testing.T) {
		if got := share(t.Context(), 2); !got.IsZero() {
			t.Errorf("without a deadline: %v, want none", got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
		defer cancel()
		for tries, want := range map[int]time.Duration{1: 9 * time.Second, 3: 3 * time.Second} {
			if got := time.Until(share(ctx, tries)); got != want {
				t.Errorf("first of %d tries: %v, want %v", tries, got, want)
			}
		}
	})
}

func TestTiming(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := New(Config{Address: "x:80", Dial: func(context.Context, string, string) (net.Conn, error) {
			time.Sleep(30 * time.Millisecond)
			client, server := net.Pipe()
			return client, server.Close()
		}})
		time.Sleep(time.Millisecond)
		conn, _, err := c.Get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := Timing{Dial: time.Millisecond, Resolved: Absent, Connected: 31 * time.Millisecond, Secured: Absent}
		if got := conn.Timing(); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
}

// Dialling in memory is told where the bytes shall go, not what they say.
func TestDialIsGivenThePlace(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		cfg  Config
		want string
	}{
		{Config{Address: "a:1"}, "tcp a:1"},
		{Config{Address: "a:1", ConnectTo: "b:2"}, "tcp b:2"},
		{Config{Network: "unix", Address: "/s"}, "unix /s"},
	} {
		var got string
		tt.cfg.Dial = func(_ context.Context, network, address string) (net.Conn, error) {
			got = network + " " + address
			return nil, errors.New("no")
		}
		if _, _, err := New(tt.cfg).Get(t.Context()); err == nil || got != tt.want {
			t.Errorf("dialled %q, %v; want %q", got, err, tt.want)
		}
	}
}
