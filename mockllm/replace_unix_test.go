//go:build unix

package mockllm

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// hammer is clients that each send one request after the other on a connection that they keep for as long as the server
// lets them.
type hammer struct {
	wg       sync.WaitGroup
	over     atomic.Bool
	answered atomic.Int64
	others   int64 // requests of goOn
	losses   chan error
}

func (c *court) hammer(clients int) *hammer {
	h := &hammer{losses: make(chan error, clients)}
	for range clients {
		h.wg.Go(func() {
			for !h.over.Load() {
				if err := h.visit(strings.TrimPrefix(c.base, "http://")); err != nil {
					h.losses <- err
					return
				}
			}
		})
	}
	return h
}

// visit uses one connection until the server says that it is over. Unlike net/http's client it repeats no request.
func (h *hammer) visit(address string) error {
	conn, err := net.DialTimeout("tcp", address, patience)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	answers := bufio.NewReader(conn)
	for n := 0; !h.over.Load(); n++ {
		if _, err := io.WriteString(conn, "GET /v1/models HTTP/1.1\r\nHost: h\r\n\r\n"); err != nil {
			return fmt.Errorf("request %d of a connection: %w", n, err)
		}
		resp, err := http.ReadResponse(answers, nil)
		if err != nil {
			return fmt.Errorf("answer %d of a connection: %w", n, err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			return fmt.Errorf("body %d of a connection: %w", n, err)
		}
		h.answered.Add(1)
		if resp.Close {
			return nil
		}
	}
	return nil
}

// goOn returns when n more answers were given. It asks for the server's health meanwhile.
func (h *hammer) goOn(c *court, n int64) {
	c.t.Helper()
	enough := h.answered.Load() + n
	for deadline := time.Now().Add(patience); h.answered.Load() < enough && len(h.losses) == 0 && time.Now().Before(deadline); {
		if _, _, err := c.get("/healthz", ""); err != nil {
			c.t.Fatal(err)
		}
		h.others++
	}
}

// end lets the clients finish and returns what they lost.
func (h *hammer) end() []error {
	h.over.Store(true)
	h.wg.Wait()
	close(h.losses)
	var all []error
	for err := range h.losses {
		all = append(all, err)
	}
	return all
}

func TestReplacementUnderLoadLosesNothing(t *testing.T) {
	tests := []struct {
		name  string
		cfg   Config
		order Order
		await []string
	}{
		{"reload", Config{Workers: 2}, Reload, []string{`worker 1 .* restarted`, `worker 2 .* restarted`}},
		{"one worker fewer", Config{Workers: 2}, Fewer, []string{`^1 worker`}},
		{"max requests", Config{MaxRequests: 50}, 0, []string{`retires`, `restarted`, `restarted`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := startArbiter(t, test.cfg)
			h := c.hammer(4)
			if test.order != 0 {
				c.order(test.order)
			}
			for _, line := range test.await {
				c.await(line)
			}
			h.goOn(c, 200)
			if losses := h.end(); losses != nil {
				t.Errorf("clients lost %v", losses)
			}
			c.stop()
			if got, want := len(readLedger(t, c.ledger, "request")), int(h.answered.Load()+h.others); got != want {
				t.Errorf("%d requests in the ledger, want the %d that were answered", got, want)
			}
		})
	}
}

// After a stop there is nobody to hold a connection that waits, so it must be refused, not left to hang. One that nobody
// had accepted is reset, be it established already or still in its handshake; one that has served is not.
func TestStopUnderLoadRefusesAndLosesNothing(t *testing.T) {
	t.Parallel()
	c := startArbiter(t, Config{Workers: 2})
	h := c.hammer(4)
	h.goOn(c, 20)
	c.stop()
	for _, err := range h.end() {
		if !neverAccepted(err) {
			t.Errorf("a client lost %v", err)
		}
	}
	answered := 0
	for _, line := range readLedger(t, c.ledger, "request") {
		if line.Path == "/v1/models" && line.Status == http.StatusOK {
			answered++
		}
	}
	if want := int(h.answered.Load()); answered != want {
		t.Errorf("%d answered requests in the ledger, want %d", answered, want)
	}
}

// neverAccepted tells whether err is the end of a connection that no worker ever had.
func neverAccepted(err error) bool {
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET)
	}
	return strings.Contains(err.Error(), " 0 of a connection")
}
