//go:build unix

package wire

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"testing"
)

// benchStepper returns a connection whose server answers each byte with the
// given chunk.
func benchStepper(b *testing.B, event []byte) *Conn {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	go func() {
		nc, err := l.Accept()
		if err != nil {
			return
		}
		defer nc.Close()
		answerBytes(nc, bufio.NewReader(nc), event)
	}()
	c := New(Config{Address: l.Addr().String()})
	b.Cleanup(func() { _ = c.Close() })
	conn, _, err := c.Get(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	if _, _, err := conn.Write([]byte(get)); err != nil {
		b.Fatal(err)
	}
	if _, _, err := conn.ReadHead(); err != nil {
		b.Fatal(err)
	}
	return conn
}

// answerBytes answers a request with a head and then each byte it gets with
// one write, without allocating.
func answerBytes(nc net.Conn, r *bufio.Reader, event []byte) {
	expect(r)
	_, _ = io.WriteString(nc, chunkedHead)
	var b [1]byte
	for {
		if _, err := nc.Read(b[:]); err != nil {
			return
		}
		if _, err := nc.Write(event); err != nil {
			return
		}
	}
}

// One packet, one read, and the sender's work beside it. The cost of paced
// streams, receiver alone, is what bench/floor measures.
func BenchmarkPacket(b *testing.B) {
	conn := benchStepper(b, []byte("e\r\ndata: {\"a\":1}\n\r\n"))
	one := []byte("x")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := conn.link.nc.Write(one); err != nil {
			b.Fatal(err)
		}
		if _, _, err := conn.ReadBody(); err != nil {
			b.Fatal(err)
		}
	}
}

// Bursts of 200 events in one send, each event a chunk; ns/op is per event.
func BenchmarkBurst(b *testing.B) {
	const events = 200
	payload := "data: " + string(bytes.Repeat([]byte("x"), 174)) + "\n\n"
	conn := benchStepper(b, bytes.Repeat(fmt.Appendf(nil, "%x\r\n%s\r\n", len(payload), payload), events))
	one := []byte("x")
	b.ReportAllocs()
	reads := 0
	for n := 0; n < b.N; n += events {
		if _, err := conn.link.nc.Write(one); err != nil {
			b.Fatal(err)
		}
		for got := 0; got < events*len(payload); reads++ {
			p, _, err := conn.ReadBody()
			if err != nil {
				b.Fatal(err)
			}
			got += len(p)
		}
	}
	b.ReportMetric(float64(b.N)/float64(reads), "events/read")
}
