//go:build unix

package mockllm

import (
	"bytes"
	"io"
	"net"
	"sync"
	"testing"
)

// connect returns both ends of a TCP connection.
func connect(t *testing.T) (client, server net.Conn) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	client, err = net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err = ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		client.Close()
		server.Close()
	})
	return client, server
}

// What does not fit into the kernel's buffer must arrive all the same, in order, and before the end.
func TestOutletKeepsOrderOnASocket(t *testing.T) {
	client, server := connect(t)
	var wg sync.WaitGroup
	o := newOutlet(server, &wg)
	sent := make([]byte, maxQueued)
	for i := range sent {
		sent[i] = byte(i >> 8)
	}
	for rest := sent; len(rest) > 0; {
		n, err := o.Write(rest[:min(len(rest), 100_000)])
		if err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	if o.taken() {
		t.Fatal("the kernel took everything: the test tests nothing")
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(client)
	if err != nil || !bytes.Equal(got, sent) {
		t.Errorf("got %d bytes (%v), want the %d that were sent", len(got), err, len(sent))
	}
	wg.Wait()
	if _, err := o.Write([]byte("x")); err == nil {
		t.Error("a write after the end succeeded")
	}
}

// taken tells whether the kernel has all.
func (o *outlet) taken() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !o.draining
}

func TestOutletGivesUpOnAClientThatDoesNotRead(t *testing.T) {
	client, server := connect(t)
	var wg sync.WaitGroup
	o := newOutlet(server, &wg)
	piece := make([]byte, 1<<20)
	var err error
	for range 64 {
		if _, err = o.Write(piece); err != nil {
			break
		}
	}
	if err == nil {
		t.Fatal("64 MiB were queued")
	}
	wg.Wait()
	if n, err := io.Copy(io.Discard, client); n >= 64<<20 {
		t.Errorf("the client got %d bytes, %v", n, err)
	}
}

func TestOutletSendsWithoutAllocating(t *testing.T) {
	client, server := connect(t)
	var wg sync.WaitGroup
	o := newOutlet(server, &wg)
	token := bytes.Repeat([]byte("x"), 200)
	buf := make([]byte, len(token))
	if n := testing.AllocsPerRun(100, func() {
		if _, err := o.Write(token); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(client, buf); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations per write, want 0", n)
	}
}
