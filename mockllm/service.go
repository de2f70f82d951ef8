package mockllm

// health answers GET /healthz. It says no more than that the loop turns.
func (a *api) health(c *call) {
	c.entry.finish = finishStop
	c.answerJSON(struct {
		Status string `json:"status"`
	}{"ok"})
}

// metrics answers GET /metrics in Prometheus' format.
func (a *api) metrics(c *call) {
	c.entry.finish = finishStop
	a.srv.serveMetrics(c.exchange)
}
