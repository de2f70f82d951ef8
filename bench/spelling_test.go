package bench

import (
	"slices"
	"strings"
	"testing"
)

// TestSpellings: scripts rely on them.
func TestSpellings(t *testing.T) {
	t.Parallel()
	var outcomes, metrics []string
	for o := range NumOutcomes {
		outcomes = append(outcomes, o.String())
	}
	for _, m := range Metrics() {
		metrics = append(metrics, m.Name)
	}
	for what, got := range map[string][2]string{
		"outcomes": {strings.Join(outcomes, " "), "ok refused connect_error tls_error throttled client_error server_error " +
			"in_band_error truncated malformed not_a_stream connect_timeout ttft_timeout idle_timeout total_timeout reset cancelled"},
		"metrics": {strings.Join(metrics, " "), "ttft ttft_service ttfo chunk_gap itl tpot e2e response service connect tokens_per_s_per_user"},
		"bases":   {BasisNone.String() + " " + BasisUsage.String() + " " + BasisChunks.String(), "none usage chunks"},
		"units": {Milliseconds.String() + " " + Milliseconds.Thousandth() + " " + TokensPerSecond.String() + " " + TokensPerSecond.Thousandth(),
			"ms us tokens/s tokens/ks"},
		"unknown": {NumOutcomes.String(), "unknown"},
	} {
		equal(t, what, got[0], got[1])
	}
}

func TestMetricsTableIsInTheOrderOfItsIDs(t *testing.T) {
	t.Parallel()
	for i, m := range Metrics() {
		equal(t, m.Name, m.ID, MetricID(i))
		found, ok := MetricByName(m.Name)
		equal(t, m.Name+" by name", found, m)
		equal(t, m.Name+" found", ok, true)
	}
	_, ok := MetricByName("latency")
	equal(t, "an unknown one", ok, false)
}

// TestOutcomesThatAreAllAlike: which end a run that has seen nothing else, and
// which keep a user from coming back at once.
func TestOutcomesThatAreAllAlike(t *testing.T) {
	t.Parallel()
	hopeless := []Outcome{Refused, ConnectError, TLSError, ClientError, NotAStream, ConnectTimeout}
	unanswered := []Outcome{Refused, ConnectError, TLSError, ConnectTimeout}
	for o := range NumOutcomes {
		equal(t, o.String()+" is hopeless", o.Hopeless(), slices.Contains(hopeless, o))
		equal(t, o.String()+" is unanswered", o.unanswered(), slices.Contains(unanswered, o))
	}
}

func TestDetailsAreSampled(t *testing.T) {
	t.Parallel()
	var a, b, sum Tally
	for _, text := range []string{"", "one", "one", "two"} {
		a.detail(Reset, text)
	}
	for _, text := range []string{"two", "three", "four"} {
		b.detail(Reset, text)
	}
	sum.merge(&a)
	sum.merge(&b)
	if got, want := sum.Details[Reset], []string{"one", "two", "three"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
