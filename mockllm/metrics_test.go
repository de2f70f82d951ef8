package mockllm

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stream := streamer(3, 20*time.Millisecond)
		w := startWorker(t, Config{}, func(x *exchange) {
			switch x.req.URL.Path {
			case "/metrics":
				x.route = "/metrics"
				x.srv.serveMetrics(x)
			case "/block":
				x.block(250*time.Millisecond, "test")
				x.end()
			default:
				x.route = "/s"
				stream(x)
			}
		})
		w.say(t, "GET /s HTTP/1.0\r\n\r\n")
		w.say(t, "GET /block HTTP/1.0\r\n\r\n")
		w.say(t, "hello\r\n\r\n")
		text := w.say(t, "GET /metrics HTTP/1.0\r\n\r\n")
		for _, want := range []string{
			`aibench_requests_total{path="/s",status="200",worker="1"} 1`,
			`aibench_requests_total{path="other",status="500",worker="1"} 1`,
			`aibench_requests_total{path="other",status="400",worker="1"} 1`,
			`aibench_requests_in_flight{worker="1"} 1`,
			`aibench_sequences_running{worker="1"} 0`,
			`aibench_sequences_waiting{worker="1"} 0`,
			`aibench_tokens_total{worker="1"} 3`,
			`aibench_token_lateness_seconds_bucket{worker="1",le="0.0001"} 3`,
			`aibench_token_lateness_seconds_count{worker="1"} 3`,
			`aibench_loop_blocks_total{worker="1"} 1`,
			`aibench_loop_blocked_seconds_total{worker="1"} 0.25`,
			`aibench_loop_lag_seconds_count{worker="1"} 3`,
		} {
			if !strings.Contains(text, want+"\n") {
				t.Errorf("no %s in\n%s", want, text)
			}
		}
	})
}
