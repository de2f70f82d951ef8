package verdict

import (
	"strings"

	"github.com/aibench/aibench/bench"
)

// A topicName is a word that a threshold can begin with.
type topicName struct {
	name   string
	topic  Topic
	metric bench.Metric // of a Statistic
}

// topicNames lists the words for runs of the given kinds: metrics first, then
// the others as often as they are asked for.
func topicNames(kinds bench.Kinds) []topicName {
	var list []topicName
	for _, m := range bench.Metrics() {
		if m.Kinds.Has(kinds) {
			list = append(list, topicName{m.Name, Statistic, m})
		}
	}
	add := func(topic Topic, names ...string) {
		for _, name := range names {
			list = append(list, topicName{name: name, topic: topic})
		}
	}
	add(Outcomes, "errors")
	add(Goodput, "goodput")
	add(Throughput, "requests_per_s")
	if kinds.Has(bench.Streams) {
		add(Throughput, "output_tokens_per_s", "events_per_s")
	}
	add(Throughput, "goodput_per_s")
	add(Findings, "findings")
	for o := range bench.NumOutcomes {
		if ends(kinds, o) {
			add(Outcomes, o.String())
		}
	}
	return list
}

// ends tells whether an operation of the given kinds can end so.
func ends(kinds bench.Kinds, o bench.Outcome) bool {
	switch {
	case o == bench.OK || o == bench.Throttled || o == bench.Cancelled:
		return true
	case o < bench.Cancelled:
		return kinds.Has(bench.Streams)
	}
	return kinds.Has(bench.Jobs)
}

// Severities lists how bad a finding can be, the worst first.
func Severities() []string { return []string{"critical", "warning", "info"} }

// Codes lists what a finding can be.
func Codes() []string {
	return strings.Fields(`blocking-call client-limited client-paused host-paused network-outage upstream-stall
		buffered batched threadpool-exhausted pool-exhausted cpu-saturated one-at-a-time worker-killed worker-crashed
		truncated in-band-errors rate-limited proxy-timeout keepalive-race accept-skew queue-bound lost-jobs
		stuck-jobs duplicate-jobs periodic-freeze`)
}
