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
			"in_band_error truncated malformed not_a_stream connect_timeout ttft_timeout idle_timeout total_timeout reset cancelled " +
			"failed canceled lost expired stuck duplicated submit_error protocol_error"},
		"metrics": {strings.Join(metrics, " "), "ttft ttft_service ttfo chunk_gap itl tpot e2e response service connect tokens_per_s_per_user " +
			"accept queue_wait run turnaround discovery completion polls"},
		"bases": {BasisNone.String() + " " + BasisUsage.String() + " " + BasisChunks.String(), "none usage chunks"},
		"units": {Milliseconds.String() + " " + Milliseconds.Thousandth() + " " + TokensPerSecond.String() + " " + TokensPerSecond.Thousandth() +
			" " + Count.String() + " " + Count.Thousandth(), "ms us tokens/s tokens/ks polls millipolls"},
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

// TestTableOfKinds: a run has the metrics of its kind, and every row belongs
// to one.
func TestTableOfKinds(t *testing.T) {
	t.Parallel()
	names := func(kinds Kinds) (list []string) {
		for _, m := range metricsOf(kinds) {
			list = append(list, m.Name)
		}
		return list
	}
	for _, tt := range []struct {
		kinds Kinds
		want  []string
	}{
		{Jobs, []string{"response", "service", "connect", "accept", "queue_wait", "run", "turnaround", "discovery", "completion", "polls"}},
		{Streams, []string{
			"ttft", "ttft_service", "ttfo", "chunk_gap", "itl", "tpot", "e2e", "response", "service", "connect", "tokens_per_s_per_user",
		}},
	} {
		if got := names(tt.kinds); !slices.Equal(got, tt.want) {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
	for _, m := range Metrics() {
		equal(t, m.Name+" has a kind", m.Kinds != 0, true)
		if m.Taken == Reached { // Sample.age relies on it
			equal(t, m.Name+" leads to a job's mark", m.To >= Accepted && m.To <= Seen, true)
		}
	}
}

// TestOutcomesThatAreAllAlike: which end a run that has seen nothing else, and
// which keep a user from coming back at once.
func TestOutcomesThatAreAllAlike(t *testing.T) {
	t.Parallel()
	hopeless := []Outcome{Refused, ConnectError, TLSError, ClientError, NotAStream, ConnectTimeout, SubmitError, ProtocolError}
	unanswered := []Outcome{Refused, ConnectError, TLSError, ConnectTimeout, SubmitError}
	for o := range NumOutcomes {
		s := NewSample()
		s.Outcome = o
		equal(t, o.String()+" is hopeless", s.Hopeless(), slices.Contains(hopeless, o))
		equal(t, o.String()+" is unanswered", s.unanswered(), slices.Contains(unanswered, o))
	}
}

// TestSubmissionsThatFailAlike: why a job was not accepted is in its status.
func TestSubmissionsThatFailAlike(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name                 string
		sent                 bool
		status               int
		hopeless, unanswered bool
	}{
		{"no connection", false, 0, true, true},
		{"no answer", true, 0, false, true},
		{"a redirect", true, 307, true, false},
		{"an unknown path", true, 404, true, false},
		{"a wrong key", true, 401, true, false},
		{"the server lost patience", true, 408, false, false},
		{"too early", true, 425, false, false},
		{"too many", true, 429, false, false},
		{"a server's error", true, 500, false, false},
		{"no room", true, 503, false, false},
	}
	for _, tt := range tests {
		s := NewSample()
		s.Outcome, s.Status = SubmitError, tt.status
		if tt.sent {
			s.Mark(Sent, 0)
		}
		equal(t, tt.name+": hopeless", s.Hopeless(), tt.hopeless)
		equal(t, tt.name+": unanswered", s.unanswered(), tt.unanswered)
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
