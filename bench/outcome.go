package bench

// An Outcome says how a request ended. Its text never enters a key: whatever
// varies from request to request goes into [Sample.Detail].
type Outcome uint8

// The outcomes of streams.
const (
	OK             Outcome = iota
	Refused                // the port answered: nobody listens
	ConnectError           // no connection for another reason, an unknown name included
	TLSError               // the handshake failed, or the certificate does not hold
	Throttled              // 429
	ClientError            // another 4xx, or a redirect
	ServerError            // 5xx
	InBandError            // an error inside a 200 answer
	Truncated              // the answer ended without its finish signal
	Malformed              // the answer breaks HTTP, SSE or JSON rules
	NotAStream             // a whole document where a stream was asked for
	ConnectTimeout         // the deadlines: connecting,
	TTFTTimeout            // the first token,
	IdleTimeout            // the gap between tokens,
	TotalTimeout           // and the whole request
	Reset                  // the connection was cut
	Cancelled              // the run ended it

	NumOutcomes
)

// String gives the outcome's spelling in run files.
func (o Outcome) String() string {
	names := [NumOutcomes]string{
		"ok", "refused", "connect_error", "tls_error", "throttled", "client_error", "server_error",
		"in_band_error", "truncated", "malformed", "not_a_stream",
		"connect_timeout", "ttft_timeout", "idle_timeout", "total_timeout", "reset", "cancelled",
	}
	if o >= NumOutcomes {
		return "unknown"
	}
	return names[o]
}

// Hopeless tells whether an outcome, when it is all that a run has seen, is
// the mark of a wrong address, key or request and not of load.
func (o Outcome) Hopeless() bool {
	switch o {
	case Refused, ConnectError, TLSError, ClientError, NotAStream, ConnectTimeout:
		return true
	case OK, Throttled, ServerError, InBandError, Truncated, Malformed,
		TTFTTimeout, IdleTimeout, TotalTimeout, Reset, Cancelled, NumOutcomes:
		return false
	}
	return false
}

// unanswered tells whether the request ended before a connection stood: the
// user who gets it waits before trying again, or a closed loop would spin.
func (o Outcome) unanswered() bool {
	switch o {
	case Refused, ConnectError, TLSError, ConnectTimeout:
		return true
	case OK, Throttled, ClientError, ServerError, InBandError, Truncated, Malformed,
		NotAStream, TTFTTimeout, IdleTimeout, TotalTimeout, Reset, Cancelled, NumOutcomes:
		return false
	}
	return false
}
