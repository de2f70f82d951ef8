package mockllm

import "time"

// metrics counts what one worker does.
type metrics struct{}

func newMetrics(worker int) *metrics { return &metrics{} }

// token counts n tokens sent.
func (m *metrics) token(n int) {}

// late records how long after its planned instant a token was written.
func (m *metrics) late(d time.Duration) {}

// running sets how many sequences hold a batch slot.
func (m *metrics) running(n int) {}

// waiting sets how many requests wait for a batch slot.
func (m *metrics) waiting(n int) {}
