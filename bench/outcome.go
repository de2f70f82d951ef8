package bench

// An Outcome says how an operation ended. Its text never enters a key: whatever
// varies from one to the next goes into [Sample.Detail].
type Outcome uint8

// The outcomes of streams. Jobs share OK, Throttled and Cancelled.
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
)

// The outcomes of jobs beside these. All but SubmitError are of jobs that were
// accepted.
const (
	JobFailed     Outcome = iota + Cancelled + 1 // the job ended, and had failed
	JobCanceled                                  // the job ended, and had been canceled
	Lost                                         // 404 for a job that had been accepted
	Expired                                      // 410
	Stuck                                        // it had not ended at the client's deadline
	Duplicated                                   // it succeeded, and more than one run of it was seen
	SubmitError                                  // it was not accepted, and not for want of room
	ProtocolError                                // what followed the acceptance cannot be read

	NumOutcomes
)

// String gives the outcome's spelling in run files.
func (o Outcome) String() string {
	names := [NumOutcomes]string{
		"ok", "refused", "connect_error", "tls_error", "throttled", "client_error", "server_error",
		"in_band_error", "truncated", "malformed", "not_a_stream",
		"connect_timeout", "ttft_timeout", "idle_timeout", "total_timeout", "reset", "cancelled",
		"failed", "canceled", "lost", "expired", "stuck", "duplicated", "submit_error", "protocol_error",
	}
	if o >= NumOutcomes {
		return "unknown"
	}
	return names[o]
}

// Hopeless tells whether a request, when all that a run has seen are like it,
// says that the address, the key or the request is wrong, and not that there
// is load.
func (s *Sample) Hopeless() bool {
	switch s.Outcome {
	case Refused, ConnectError, TLSError, ClientError, NotAStream, ConnectTimeout, ProtocolError:
		return true
	case SubmitError:
		return s.unsent() || s.turnedDown()
	case OK, Throttled, ServerError, InBandError, Truncated, Malformed,
		TTFTTimeout, IdleTimeout, TotalTimeout, Reset, Cancelled,
		JobFailed, JobCanceled, Lost, Expired, Stuck, Duplicated, NumOutcomes:
		return false
	}
	return false
}

// unanswered tells whether the request ended without an answer and at once:
// the user who gets it waits before trying again, or a closed loop would spin.
func (s *Sample) unanswered() bool {
	switch s.Outcome {
	case Refused, ConnectError, TLSError, ConnectTimeout:
		return true
	case SubmitError:
		return s.Status == 0
	case OK, Throttled, ClientError, ServerError, InBandError, Truncated, Malformed,
		NotAStream, TTFTTimeout, IdleTimeout, TotalTimeout, Reset, Cancelled,
		JobFailed, JobCanceled, Lost, Expired, Stuck, Duplicated, ProtocolError, NumOutcomes:
		return false
	}
	return false
}

// unsent tells whether no byte of the request left: no connection stood.
func (s *Sample) unsent() bool {
	_, sent := s.At(Sent)
	return !sent
}

// turnedDown tells whether the answer's status blames the request itself: a
// redirect, or a 4xx that does not ask for patience (RFC 9110 15.5.9 408, RFC
// 8470 5.2 425, RFC 6585 4 429).
func (s *Sample) turnedDown() bool {
	switch s.Status {
	case 408, 425, 429:
		return false
	}
	return s.Status >= 300 && s.Status < 500
}
