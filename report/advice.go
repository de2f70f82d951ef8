package report

import "strings"

// adviceOn is the advice on one failure, of which detail tells more than its
// class does.
func adviceOn(outcome, detail string) string {
	switch {
	case outcome == "client_error" && strings.HasPrefix(detail, "3"): // its status: a redirect
		return "give the URL that the redirect names"
	case outcome == "connect_error" && strings.Contains(detail, "no such file"): // the system's own words
		return "check the path of --unix-socket, and that the server listens there"
	case outcome == "submit_error":
		return adviceOnSubmit(detail)
	}
	if try := adviceOnJob(outcome); try != "" {
		return try
	}
	return advice(outcome)
}

// adviceOnSubmit is the advice on a job that was not accepted. The detail
// begins with the server's status, or with the step that did not succeed.
func adviceOnSubmit(detail string) string {
	step, _, _ := strings.Cut(detail, ":")
	status, _, _ := strings.Cut(step, " ")
	switch {
	case len(status) == 3 && status[0] == '3':
		return "give the URL that the redirect names"
	case len(status) == 3 && status[0] == '4':
		return "check path, key (--api-key-env), body and --profile against what the server says"
	case len(status) == 3 && status[0] == '5':
		return "look in the server's log: the store behind the queue may be down or full"
	case step == "connect" && strings.Contains(detail, "refused"):
		return advice("refused")
	case step == "connect":
		return adviceOn("connect_error", detail)
	case step == "TLS":
		return advice("tls_error")
	case step == "resolve" || strings.HasSuffix(detail, "does not resolve"):
		return advice("connect_error")
	case strings.HasPrefix(detail, "no answer"):
		return "a submission should be answered at once, the work come later: look what the handler waits for; lower the load, or raise -t"
	}
	return advice("reset")
}

// adviceOnJob says what an end of a job usually means and what to do next.
func adviceOnJob(outcome string) string {
	switch outcome {
	case "failed":
		return "the job itself failed: look for its error in the log of the workers"
	case "canceled":
		return "something ended the job: a worker's shutdown, a time limit of the queue, or another client"
	case "lost":
		return "keep jobs where a restart does not lose them, and where every process of the server looks for them; " +
			"let workers acknowledge a job when it is done, not when it is taken"
	case "expired":
		return "results are deleted before they are fetched: let the server keep them longer, or poll more often"
	case "stuck":
		return "look for workers that are down, and for jobs of dead workers that nobody gives out again " +
			"(a lease, a visibility timeout, late acknowledgement); or give more time: --max-wait"
	case "duplicated":
		return "let the lease (visibility timeout) outlast the longest job, or let workers renew it; " +
			"make the work harmless when it is done twice; send an Idempotency-Key with a submission that is tried again"
	case "protocol_error":
		return "the answers are not what the profile expects: look at them with curl -i, and name the fitting --profile, or a file with one of your own"
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
