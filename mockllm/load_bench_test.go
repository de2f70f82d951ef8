//go:build unix

package mockllm

import (
	"fmt"
	"io"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// BenchmarkOneWorker tells how late one worker process writes its tokens, by its own ledger, while this process reads
// them on the other processors:
//
//	go test -run '^$' -bench OneWorker ./mockllm
func BenchmarkOneWorker(b *testing.B) {
	shareOut(b)
	for _, load := range []struct {
		streams int
		gap     time.Duration
	}{
		{1, 20 * time.Millisecond},
		{1000, 20 * time.Millisecond},
		{2000, 40 * time.Millisecond},
		{5000, 100 * time.Millisecond},
	} {
		b.Run(fmt.Sprintf("%dx%v", load.streams, load.gap), func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				ledger := filepath.Join(b.TempDir(), "ledger")
				a, err := startBenchWorker(b, Config{ITL: load.gap, TTFT: 3 * time.Second, Ledger: ledger, Bind: "127.0.0.1:0"})
				if err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				readStreams(b, a.address, load.streams, int(5*time.Second/load.gap))
				b.StopTimer()
				before := childrenCPU(b)
				a.orders <- Stop
				if err := <-a.result; err != nil {
					b.Fatal(err)
				}
				reportLateness(b, ledger, childrenCPU(b)-before)
			}
		})
	}
}

// benchArbiter is an arbiter with one worker.
type benchArbiter struct {
	address string
	orders  chan Order
	result  chan error
}

func startBenchWorker(b *testing.B, cfg Config) (*benchArbiter, error) {
	ready := make(chan string, 1)
	a, err := NewArbiter(cfg, ArbiterOptions{
		Command: selfWorker,
		Ready:   func(s Serving) { ready <- strings.TrimPrefix(s.Address, "http://") },
	})
	if err != nil {
		return nil, err
	}
	run := &benchArbiter{orders: make(chan Order), result: make(chan error, 1)}
	go func() { run.result <- a.Run(run.orders) }()
	run.address = <-ready
	return run, nil
}

// readStreams reads streams of n tokens each to their ends.
func readStreams(b *testing.B, address string, streams, n int) {
	body := fmt.Sprintf(`{"model":"mock-1","stream":true,"max_tokens":%d,"messages":[{"role":"user","content":"hi"}]}`, n)
	request := fmt.Sprintf("POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	var wg sync.WaitGroup
	for range streams {
		c, err := net.Dial("tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		wg.Go(func() {
			defer c.Close()
			if _, err := io.WriteString(c, request); err != nil {
				b.Error(err)
			}
			if err := drainSocket(c.(*net.TCPConn)); err != nil {
				b.Error(err)
			}
		})
	}
	wg.Wait()
}

// drainSocket reads c to its end as cheaply as a goroutine can: a client that is short of time would make the server late.
func drainSocket(c *net.TCPConn) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var (
		buf [4096]byte
		n   int
		bad error
	)
	read := func(fd uintptr) bool {
		n, bad = unix.Read(int(fd), buf[:])
		return bad != unix.EAGAIN
	}
	for {
		if err := raw.Read(read); err != nil {
			return err
		}
		if bad != nil || n == 0 {
			return bad
		}
	}
}

// childrenCPU is what all processes have used that this one has waited for.
func childrenCPU(b *testing.B) time.Duration {
	var used unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_CHILDREN, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func reportLateness(b *testing.B, ledger string, cpu time.Duration) {
	var late []int64
	for _, line := range readLedger(b, ledger, "request") {
		for i, at := range line.Writes {
			late = append(late, at-line.Planned[i])
		}
	}
	slices.Sort(late)
	for _, q := range []struct {
		name string
		at   float64
	}{{"p50", .5}, {"p99", .99}, {"p99.9", .999}, {"max", 1}} {
		b.ReportMetric(float64(late[int(q.at*float64(len(late)-1))])/1e6, q.name+"-late-ms")
	}
	b.ReportMetric(float64(len(late)), "tokens")
	b.ReportMetric(float64(cpu.Microseconds())/float64(len(late)), "cpu-us/token")
	b.ReportMetric(0, "ns/op")
}
