package mockllm

import (
	"fmt"
	"net"
	"net/http"
	"testing"
)

// sink is a connection that takes everything and costs nothing.
type sink struct {
	net.Conn
	bytes int
}

func (s *sink) tryWrite(p []byte) int {
	s.bytes += len(p)
	return len(p)
}

// sunkStream is a chat stream of n tokens into a sink. Each token is due a nanosecond after the one before it, so that
// running the loop's timers sends one after the other.
func sunkStream(tb testing.TB, n int) (*Server, *sink) {
	tb.Helper()
	srv := NewServer(Config{TTFT: -1, ITL: 1})
	to := new(sink)
	c := &conn{srv: srv, raw: to, out: newOutlet(to, &srv.helpers)}
	c.stream = c.out
	req, err := http.NewRequest(http.MethodPost, "/v1/chat/completions", nil)
	if err != nil {
		tb.Fatal(err)
	}
	body := fmt.Sprintf(`{"model":"mock-1","messages":[{"role":"user","content":"hi"}],"stream":true,"max_tokens":%d}`, n)
	c.begin(req, []byte(body))
	srv.handle(c.x)
	return srv, to
}

// BenchmarkToken is all of a token but the kernel's part: its timer, its instant, its event, its framing, its metrics.
func BenchmarkToken(b *testing.B) {
	b.ReportAllocs()
	bytes := 0
	for left := b.N; left > 0; left -= min(left, maxTokens) {
		srv, to := sunkStream(b, min(left, maxTokens))
		for len(srv.exchanges) > 0 {
			srv.loop.runTimers()
		}
		bytes += to.bytes
	}
	b.SetBytes(int64(bytes / b.N))
}

func TestTokenAllocatesNothing(t *testing.T) {
	srv, to := sunkStream(t, maxTokens)
	srv.loop.runTimers()
	before := to.bytes
	if n := testing.AllocsPerRun(100, srv.loop.runTimers); n != 0 {
		t.Errorf("%v allocations per turn of the loop, want 0", n)
	}
	if to.bytes == before || len(srv.exchanges) == 0 {
		t.Errorf("%d bytes were written, %d streams are left: nothing was measured", to.bytes-before, len(srv.exchanges))
	}
}
