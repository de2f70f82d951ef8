package mockllm

import (
	"bytes"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"github.com/aibench/aibench/mockllm/queue"
)

// metrics counts what one worker does, in a registry of its own: the numbers of one scrape are those of the worker that
// happened to answer it, and their label says which that is.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	flights  prometheus.Gauge
	slots    prometheus.Gauge
	queue    prometheus.Gauge
	tokens   prometheus.Counter
	lateness prometheus.Histogram
	loopLag  prometheus.Histogram
	blocks   prometheus.Counter
	blockedS prometheus.Counter
	jobs     prometheus.Counter
	store    storeMetrics
}

// storeMetrics are of the queue, the same in all workers, and as old as the scrape.
type storeMetrics struct {
	queued, running, oldest, redelivered, dead prometheus.Gauge
}

func newMetrics(worker int) *metrics {
	name := func(s string) string { return "aibench_" + s }
	gauge := func(n, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: name(n), Help: help})
	}
	counter := func(n, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name(n), Help: help})
	}
	delays := func(n, help string) prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name(n), Help: help, Buckets: []float64{
			.0001, .0002, .0005, .001, .002, .005, .01, .02, .05, .1, .25, .5, 1, 2.5, 5, 10,
		}})
	}
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: name("requests_total"), Help: "Requests answered or aborted; status 0: no answer was begun.",
		}, []string{"path", "status"}),
		flights:  gauge("requests_in_flight", "Requests that have been read and not been answered in full."),
		slots:    gauge("sequences_running", "Requests that hold a batch slot."),
		queue:    gauge("sequences_waiting", "Requests that wait for a batch slot."),
		tokens:   counter("tokens_total", "Tokens sent."),
		lateness: delays("token_lateness_seconds", "From a token's planned instant to its write."),
		loopLag:  delays("loop_lag_seconds", "How late the earliest due timer fired, in each turn of the loop with one."),
		blocks:   counter("loop_blocks_total", "Stretches in which a handler blocked the loop."),
		blockedS: counter("loop_blocked_seconds_total", "Their sum."),
		jobs:     counter("jobs_submitted_total", "Jobs that this worker took in."),
		store: storeMetrics{
			queued:      gauge("jobs_queued", "Jobs of the queue that wait for their first run."),
			running:     gauge("jobs_running", "Jobs of the queue that a worker holds, or held and did not end."),
			oldest:      gauge("jobs_oldest_seconds", "Age of the oldest job that waits."),
			redelivered: gauge("jobs_redelivered", "Runs of a job that had been begun before, since the queue exists."),
			dead:        gauge("jobs_dead", "Jobs that were given up after too many runs, since the queue exists."),
		},
	}
	prometheus.WrapRegistererWith(prometheus.Labels{"worker": strconv.Itoa(worker)}, m.registry).MustRegister(
		m.requests, m.flights, m.slots, m.queue, m.tokens, m.lateness, m.loopLag, m.blocks, m.blockedS,
		m.jobs, m.store.queued, m.store.running, m.store.oldest, m.store.redelivered, m.store.dead)
	return m
}

// request counts one answered request. route must be one of a few: it is a label.
func (m *metrics) request(route string, status int) {
	if route == "" {
		route = "other"
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
}

// inFlight sets how many requests are being answered.
func (m *metrics) inFlight(n int) { m.flights.Set(float64(n)) }

// token counts n tokens sent.
func (m *metrics) token(n int) { m.tokens.Add(float64(n)) }

// late records how long after its planned instant a token was written.
func (m *metrics) late(d time.Duration) { m.lateness.Observe(d.Seconds()) }

// lag records how late the loop was.
func (m *metrics) lag(d time.Duration) { m.loopLag.Observe(d.Seconds()) }

// blocked counts a block of d.
func (m *metrics) blocked(d time.Duration) {
	m.blocks.Inc()
	m.blockedS.Add(d.Seconds())
}

// running sets how many sequences hold a batch slot.
func (m *metrics) running(n int) { m.slots.Set(float64(n)) }

// waiting sets how many requests wait for a batch slot.
func (m *metrics) waiting(n int) { m.queue.Set(float64(n)) }

// submitted counts a job.
func (m *metrics) submitted() { m.jobs.Inc() }

// stored sets what the queue says of itself.
func (m *metrics) stored(s queue.Stats) {
	m.store.queued.Set(float64(s.Queued))
	m.store.running.Set(float64(s.Running))
	m.store.oldest.Set(s.Oldest.Seconds())
	m.store.redelivered.Set(float64(s.Redelivered))
	m.store.dead.Set(float64(s.Dead))
}

// text is all of it in Prometheus's text format.
func (m *metrics) text() []byte {
	families, err := m.registry.Gather()
	if err != nil {
		return []byte("# " + err.Error() + "\n")
	}
	var b bytes.Buffer
	for _, f := range families {
		if _, err := expfmt.MetricFamilyToText(&b, f); err != nil { // a buffer takes all
			return b.Bytes()
		}
	}
	return b.Bytes()
}
