package report

import (
	"fmt"
	"strings"
)

// String words a breach: what was measured, and the bound that it broke.
func (b Breach) String() string {
	value, bound := apart(b.Value, b.Bound, b.Unit)
	switch b.Code {
	case "send-lag":
		return fmt.Sprintf("send lag p99 %s > %s", value, bound)
	case "cpu":
		return fmt.Sprintf("its CPU was at 90 %% or more in %s of the seconds > %s", value, bound)
	case "pauses":
		return fmt.Sprintf("its own pauses were %s of the run > %s", value, bound)
	case "late-reads":
		return fmt.Sprintf("%s of the events were read late and together > %s", value, bound)
	case "rate":
		return fmt.Sprintf("%s of the intended rate was reached < %s", value, bound)
	}
	return fmt.Sprintf("%s %s, bound %s", b.Code, value, bound)
}

// Advice says what to try when a bound was broken.
func (b Breach) Advice() string {
	switch b.Code {
	case "cpu", "late-reads", "send-lag":
		return "fewer streams at once, or run aibench on a machine (or cores) of its own"
	case "pauses":
		return "a quieter machine: something else kept aibench from running"
	case "rate":
		return "a lower rate, or --max-in-flight to say how many may run at once"
	}
	return ""
}

// advice says what a class of failures usually means and what to do next.
func advice(outcome string) string {
	switch outcome {
	case "refused":
		return "nothing listens there: check host and port, and that the server runs"
	case "connect_error":
		return "check the host's name and the route to it"
	case "tls_error":
		return "check the certificate: --cacert FILE for a private authority, -k to accept any, or http:// instead of https://"
	case "throttled":
		return "the server limits the rate: lower -c or -r, or raise its limit"
	case "client_error":
		return "check path, key (--api-key-env), --model and body against what the server says"
	case "server_error":
		return "look in the server's log; lower the load until it stops"
	case "in_band_error":
		return "the server answered 200 and then reported an error inside the stream: look in its log"
	case "truncated":
		return "look for a killed worker, a proxy's read timeout, or a crash in the handler; --done-when if the stream ends otherwise"
	case "malformed":
		return "the answer breaks HTTP, SSE or JSON rules: compare with curl -N"
	case "not_a_stream":
		return "ask for a stream (\"stream\": true in --body) and check the path"
	case "connect_timeout":
		return "the host does not answer: a firewall, a wrong address, or a full accept queue; --connect-timeout"
	case "ttft_timeout":
		return "the server queues: lower the load, or raise --ttft-timeout"
	case "idle_timeout":
		return "a stream stood still: a blocked worker, or raise --idle-timeout"
	case "total_timeout":
		return "answers take longer than -t allows: lower the load, or raise it"
	case "reset":
		return "the server or something before it cut connections: look for restarts and connection limits, and for a port that speaks TLS (https://)"
	case "cancelled":
		return ""
	}
	return ""
}

// Cause names what kept a run without a single measurement from being one:
// its largest class of failures, a sample of it, and what to try.
func (r *Run) Cause() (what, try string) {
	var name string
	var most int64
	for _, o := range r.Counts.Outcomes {
		if o.Name != "ok" && o.Value > most {
			name, most = o.Name, o.Value
		}
	}
	switch sent := r.Sent(); {
	case name == "" && sent == 0:
		return "no request was made", ""
	case name == "":
		return fmt.Sprintf("all %s fell into the warm-up of %v s", grouped(sent), r.Load.WarmupS),
			"a shorter --warmup, or a run that goes on after it: a longer -d, a larger -n"
	}
	what = name
	if texts, ok := r.Counts.Details.Get(name); ok && len(texts) > 0 {
		what = printable(texts[0])
	}
	return what, adviceOn(name, what)
}

// adviceOn is the advice on one failure, of which detail tells more than its
// class does.
func adviceOn(outcome, detail string) string {
	switch {
	case outcome == "client_error" && strings.HasPrefix(detail, "3"): // its status: a redirect
		return "give the URL that the redirect names"
	case outcome == "connect_error" && strings.Contains(detail, "no such file"): // the system's own words
		return "check the path of --unix-socket, and that the server listens there"
	}
	return advice(outcome)
}

// Sent is the number of requests that were sent, warm-up included.
func (r *Run) Sent() int64 {
	var n int64
	for _, s := range r.Series {
		n += s.Started
	}
	return max(n, r.Counts.Requests)
}

// Measured tells whether the run has anything to report: an answer, a token,
// or a request that was still waiting for one.
func (r *Run) Measured() bool {
	ttft, _ := r.Metrics.Get("ttft")
	return r.Counts.OK > 0 || r.Counts.InFlightAtEnd > 0 || ttft.Count > 0
}

// tokenless reports whether answers came and ended well, and nothing in them
// was taken for a token.
func (r *Run) tokenless() bool {
	ttft, _ := r.Metrics.Get("ttft")
	return r.Counts.OK > 0 && r.Counts.Events > 0 && r.Counts.Tokens == 0 && ttft.Count == 0
}

// Sentence is the verdict on a run in one sentence.
func (r *Run) Sentence() string {
	if !r.Measured() {
		return "Not one request could be measured."
	}
	if r.Verdict == Invalid {
		return "No verdict on the server: the figures above say more about this client than about it."
	}
	ttft, _ := r.Metrics.Get("ttft")
	s := fmt.Sprintf("Valid, but %s are too few for a median.", counted(r.Counts.Requests))
	above, censored := ttft.Above.Get("p50")
	switch {
	case censored:
		s = fmt.Sprintf("Valid: half of %s waited longer than %s for their first token, or still waited.",
			counted(ttft.Count+ttft.Censored), millis(above))
	case ttft.Count == 0 && ttft.Censored == 0:
		s = fmt.Sprintf("Valid, but none of %s had a first token.", counted(r.Counts.Requests))
	case ttft.P50 != nil && ttft.P99 != nil:
		s = fmt.Sprintf("Valid: half of %s requests had their first token within %s, and 99 %% of them within %s.",
			grouped(ttft.Count+ttft.Censored), millis(*ttft.P50), millis(*ttft.P99))
	case ttft.P50 != nil:
		s = fmt.Sprintf("Valid: half of %s requests had their first token within %s.",
			grouped(ttft.Count+ttft.Censored), millis(*ttft.P50))
	}
	if r.Load.SLO != nil && r.Counts.Good != nil {
		s += fmt.Sprintf(" %s met %s.", share(*r.Counts.Good, r.Counts.Requests), printable(*r.Load.SLO))
	}
	if failed := r.Counts.Requests - r.Counts.OK - r.Counts.InFlightAtEnd; failed > 0 {
		s += fmt.Sprintf(" %s failed (%s).", grouped(failed), share(failed, r.Counts.Requests))
	}
	if n := r.Counts.InFlightAtEnd; n > 0 {
		s += fmt.Sprintf(" %s were still running at the end.", grouped(n))
	}
	return s
}
