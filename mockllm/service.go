package mockllm

import (
	"context"
	"time"

	"github.com/aibench/aibench/mockllm/queue"
)

// health answers GET /healthz. It says no more than that the loop turns.
func (a *api) health(c *call) {
	c.entry.finish = finishStop
	c.answerJSON(struct {
		Status string `json:"status"`
	}{"ok"})
}

// metricsTimeout bounds the question to the queue: a scraper waits for 10 s.
const metricsTimeout = 2 * time.Second

// metrics answers GET /metrics in Prometheus' format. Of a queue that nobody uses, or that does not answer, it says what
// it knew last.
func (a *api) metrics(c *call) {
	c.entry.finish = finishStop
	if !a.srv.jobsAsked {
		a.srv.serveMetrics(c.exchange)
		return
	}
	var stats queue.Stats
	var err error
	a.srv.errands.run(metricsTimeout, func(ctx context.Context) {
		var q queue.Queue
		if q, err = a.srv.store.open(ctx); err == nil {
			stats, err = q.Stats(ctx)
		}
	}, func() {
		if err == nil {
			a.srv.metrics.stored(stats)
		}
		a.srv.serveMetrics(c.exchange)
	})
}
